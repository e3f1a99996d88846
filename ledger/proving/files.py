"""Files of proof as they are given to a reader: what each is, read with a bound on its size."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ledger.events.envelope import LINE_BYTES_MAX
from ledger.files.inputs import opened, read_whole
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.event_proofs import HEADER, PROOF_BYTES_MAX, EventProof, parse_proofs
from ledger.integrity.notes import MARK, NOTE_BYTES_MAX

Name = str | os.PathLike[str]
Kind = Literal["proof", "checkpoint", "tiles", "other"]


def kind_of(path: Name) -> Kind:
    """Return what a file or folder is, as far as its beginning tells; raises `InputError` where it cannot be read."""
    if os.path.isdir(path):  # False for what can be no path, which is told when it is opened
        return "tiles" if (Path(path) / "checkpoint").is_file() else "other"
    with opened(path) as file:
        begin = file.read(len(HEADER))
        if begin == HEADER.encode():
            return "proof"
        if b"{" in begin or b"\0" in begin:  # an export, or what is no text
            return "other"
        return "checkpoint" if f"\n\n{MARK}".encode() in begin + file.read(NOTE_BYTES_MAX) else "other"


def read_checkpoint(path: Name) -> SignedCheckpoint:
    """Read a checkpoint file, whose signatures are not checked; raises `ProofError` for what is none."""
    return SignedCheckpoint.parse(read_whole(path, NOTE_BYTES_MAX) or b"", f'"{path}"')


def read_proofs(path: Name) -> tuple[EventProof, ...]:
    """Read a file of one proof or several, none of which is checked; raises `ProofError` for what is none."""
    return parse_proofs(read_whole(path, PROOF_BYTES_MAX) or b"", f'"{path}"')


def lines_of(path: Name) -> Iterator[bytes]:
    """Yield the lines of an export; of one that is longer than any event the beginning, which is no event."""
    with opened(path) as file:
        while line := file.readline(LINE_BYTES_MAX + 2):
            yield line.removesuffix(b"\n")
            while len(line) > LINE_BYTES_MAX + 1 and not line.endswith(b"\n"):
                line = file.readline(LINE_BYTES_MAX + 2)
