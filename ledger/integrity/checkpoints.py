"""Checkpoints: origin, size and root of a log as the text of a signed note (C2SP tlog-checkpoint v1.0.0)."""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import ProofError
from ledger.integrity.encoding import decoded_hash, encoded, number
from ledger.integrity.notes import Note, parse_note
from ledger.integrity.tree import EMPTY_ROOT
from ledger.plurals import counted


class Checkpoint(NamedTuple):
    """What a log says of itself at one size; `extensions` are further lines, which are read and never written."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed; it ends with a line end."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encoded(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str, what: str = "The checkpoint") -> Checkpoint:
        """Read the text of a checkpoint: three lines or more, none empty; raises `ProofError` with the line."""
        if not text.endswith("\n"):
            raise ProofError(f"{what} ends in the middle of a line: its last line end is missing.")
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3:
            raise ProofError(f"{what} has {counted(len(lines), 'line')}; origin, size and root are three.")
        empty = next((place for place, line in enumerate(lines, 1) if not line), None)
        if empty is not None:
            raise ProofError(f"{what}, line {empty}, is empty.")
        size = number(lines[1], f"{what}, line 2: the size")
        root = decoded_hash(lines[2], f"{what}, line 3: the root")
        if size == 0 and root != EMPTY_ROOT:
            raise ProofError(f"{what}, line 3: a log of size 0 has the root {encoded(EMPTY_ROOT)}.")
        return cls(lines[0], size, root, tuple(lines[3:]))


class SignedCheckpoint(NamedTuple):
    """A checkpoint and the note that it stands in, with its signatures, which are not checked yet."""

    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, raw: bytes, what: str = "The checkpoint") -> SignedCheckpoint:
        """Read a checkpoint file; raises `ProofError` for what is no signed note, or whose text is no checkpoint."""
        note = parse_note(raw, what)
        return cls(Checkpoint.parse(note.text, what), note)

    def __bytes__(self) -> bytes:
        """Return it as a file holds it."""
        return bytes(self.note)
