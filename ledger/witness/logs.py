"""The logs that a witness knows: each by its origin, with the keys that sign its checkpoints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from ledger.errors import ProofError, harmless
from ledger.files.inputs import read_whole
from ledger.integrity.vkeys import COSIGNATURE, VerifierKey

NAME_BYTES_MAX = 255  # what can be cosigned with ML-DSA-44
_FILE_BYTES_MAX = 10_000_000
Keys = tuple[VerifierKey, ...]
Logs = Mapping[str, Keys]


def parse_logs(lines: Iterable[str]) -> dict[str, Keys]:
    """Read logs, one key each: `VKEY`, whose name is the origin, or `ORIGIN VKEY`; empty where nothing is given.

    Empty lines, and those that begin with `#`, are passed over. Two keys of one origin both stand for it. Raises
    `ProofError` for a line that is neither, for the key of a witness, and for an origin of more than 255 bytes.
    """
    found: dict[str, Keys] = {}
    for line in lines:
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            origin, _, text = stripped.rpartition(" ")
            key = VerifierKey.parse(text)
            origin = origin.strip() or key.name
            _need_log(origin, key)
            found[origin] = tuple(dict.fromkeys((*found.get(origin, ()), key)))
    return found


def read_logs(given: Iterable[str]) -> dict[str, Keys]:
    """Read logs of texts that are one each, as `parse_logs` takes them, or name a file with some.

    Raises as `parse_logs`, `InputError` for a file that cannot be read, and `ProofError` where there is no log at all.
    """
    lines: list[str] = []
    for text in given:
        if text.count("+") >= 2 and not os.path.exists(text):
            lines.append(text)
            continue
        try:
            lines += (read_whole(text, _FILE_BYTES_MAX) or b"").decode().split("\n")
        except UnicodeDecodeError:
            raise ProofError(f'"{harmless(text)}" is not UTF-8, and so names no ledger.') from None
    found = parse_logs(lines)
    if not found:
        raise ProofError("No ledger is named, and a witness knows those whose checkpoints it cosigns.")
    return found


def _need_log(origin: str, key: VerifierKey) -> None:
    if key.type == COSIGNATURE:
        raise ProofError(f"{harmless(key.short)} is the key of a witness; give the key of a ledger, as it prints it.")
    if not origin.isprintable() or len(origin.encode(errors="replace")) > NAME_BYTES_MAX:
        raise ProofError(
            f'"{harmless(origin)}" cannot be cosigned as an origin: it has more than {NAME_BYTES_MAX} bytes, or a '
            "character that is not printed."
        )
