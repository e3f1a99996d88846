"""The logs that a witness knows: each by its origin, with the keys that sign its checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.errors import ProofError, harmless
from ledger.integrity.vkeys import COSIGNATURE, VerifierKey

NAME_BYTES_MAX = 255  # what can be cosigned with ML-DSA-44
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


def _need_log(origin: str, key: VerifierKey) -> None:
    if key.type == COSIGNATURE:
        raise ProofError(f"{harmless(key.short)} is the key of a witness; give the key of a ledger, as it prints it.")
    if not origin.isprintable() or len(origin.encode(errors="replace")) > NAME_BYTES_MAX:
        raise ProofError(
            f'"{harmless(origin)}" cannot be cosigned as an origin: it has more than {NAME_BYTES_MAX} bytes, or a '
            "character that is not printed."
        )
