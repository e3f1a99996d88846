"""Canonical JSON (RFC 8785): the one way in which an event is written, hashed and exported."""

from __future__ import annotations

from hashlib import sha256
from math import isfinite
from typing import Any

from msgspec.json import Encoder

# Proven against the reference implementation in the tests. Keys are sorted by code point, which is the order of
# UTF-16 unless one lies beyond the basic plane; what lies there begins with this byte or a higher one in UTF-8.
_encode, _as_given = Encoder(order="deterministic").encode, Encoder().encode
_BEYOND = 0xF0


def canonical(value: Any) -> bytes:
    """Return `value` (dicts, lists, strings, integers, booleans, None) as its RFC 8785 bytes.

    Raises `UnicodeEncodeError` for a lone surrogate, `ValueError` for what is no number, `TypeError` for a key that is
    no text.
    """
    line = _encode(value)
    if b"null" in line:
        _need_finite(value)  # the encoder writes null for what is no number
    if not line.isascii() and max(line) >= _BEYOND:
        line = _as_given(_by_code_unit(value))
    return line


def _need_finite(value: Any) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number that can be written")
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            _need_finite(item)


def _by_code_unit(value: Any) -> Any:
    """Return `value` with its keys in order of UTF-16 (RFC 8785, 3.2.3), in which Python does not compare them."""
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return {name: _by_code_unit(item) for name, item in items}
    return [_by_code_unit(item) for item in value] if isinstance(value, list | tuple) else value


def digest(value: Any) -> str:
    """Return `sha256:<hex>` of the canonical bytes of `value`."""
    return "sha256:" + sha256(canonical(value)).hexdigest()
