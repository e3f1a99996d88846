"""The plain encodings of proofs: base64 and decimal numbers, each with one spelling only."""

from __future__ import annotations

import base64
import binascii
import re

from ledger.errors import ProofError, harmless
from ledger.integrity.tree import HASH_BYTES
from ledger.plurals import counted

SIZE_MAX = 2**63 - 1  # of a tree, an index, a time: what every implementation can hold
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)


def encoded(value: bytes) -> str:
    """Write bytes in base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(value).decode()


def decoded(text: str, what: str) -> bytes:
    """Read base64 as `encoded` writes it; empty for an empty text.

    `what` names it in errors. Raises `ProofError` for every other spelling: a missing or surplus padding, a line end,
    bits that stand for nothing (RFC 4648, section 3.5), the alphabet of URLs.
    """
    try:
        value = base64.b64decode(text, validate=True) if _BASE64.fullmatch(text) else None
    except (binascii.Error, ValueError):
        value = None
    if value is None or encoded(value) != text:
        raise ProofError(f'{what} is not base64 as RFC 4648 writes it: "{harmless(text)}".')
    return value


def decoded_hash(text: str, what: str) -> bytes:
    """Read one SHA-256 in base64; raises `ProofError` for another length or spelling."""
    value = decoded(text, what)
    if len(value) != HASH_BYTES:
        raise ProofError(f"{what} has {counted(len(value), 'byte')}; a SHA-256 has {HASH_BYTES}.")
    return value


def number(text: str, what: str) -> int:
    """Read a decimal number from 0 to 2**63 - 1, without a sign and without leading zeros; raises `ProofError`."""
    if not _DECIMAL.fullmatch(text) or int(text) > SIZE_MAX:
        raise ProofError(
            f'{what} is a number from 0 to {SIZE_MAX}, without sign and leading zeros; "{harmless(text)}" is none.'
        )
    return int(text)


def text_of(raw: bytes, most: int, what: str) -> str:
    """Return the text of a file of proof; raises `ProofError` where it has more than `most` bytes, or is not UTF-8."""
    if len(raw) > most:
        raise ProofError(f"{what} has more than {counted(most, 'byte')}.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ProofError(f"{what} is not UTF-8: byte {error.start + 1} cannot stand there.") from None
