"""The messages that signatures are made over, byte by byte (C2SP signed-note v1.0.0, tlog-cosignature v1.0.1)."""

from __future__ import annotations

from ledger.errors import ProofError
from ledger.integrity.checkpoints import Checkpoint
from ledger.integrity.encoding import SIZE_MAX
from ledger.integrity.vkeys import COSIGNATURE, ED25519, VerifierKey
from ledger.plurals import counted

TIME_BYTES = 8
_NAME_BYTES_MAX = 255


def signed_bytes(key: VerifierKey, text: str, time: int | None) -> bytes:
    """Return what a key signs of the text of a note; `time`: seconds since 1970 of a cosignature, None for Ed25519.

    Raises `ProofError` where the text is no checkpoint though the key signs nothing else, and for names of more than
    255 bytes and times beyond 2**63 - 1.
    """
    if key.type == ED25519:
        return text.encode()
    if time is None or not 0 <= time <= SIZE_MAX:
        raise ProofError(f"The signature of {key.short} has no time that can be.")
    if key.type == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    checkpoint = Checkpoint.parse(text)
    return b"".join(
        (
            b"subtree/v1\n\0",
            _short(key.name),
            time.to_bytes(TIME_BYTES, "big"),
            _short(checkpoint.origin),
            bytes(8),  # from leaf 0
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(name: str) -> bytes:
    raw = name.encode()
    if not 0 < len(raw) <= _NAME_BYTES_MAX:
        raise ProofError(
            f"A name of {counted(len(raw), 'byte')} cannot be signed with ML-DSA-44: 1 to {_NAME_BYTES_MAX} can."
        )
    return bytes([len(raw)]) + raw
