"""Canonical JSON (RFC 8785): the one way in which an event is written, hashed and exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

# Python's own encoder writes RFC 8785 for what events may hold (no floats, keys in ASCII): proven against the
# reference implementation in the tests. `allow_nan` refuses the one float that could slip in unseen.
_encode: Callable[[Any], str] = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Any) -> bytes:
    """Return `value` (dicts with ASCII keys, lists, strings, integers, booleans) as its RFC 8785 bytes.

    Raises `UnicodeEncodeError` for a lone surrogate.
    """
    return _encode(value).encode()


def digest(value: Any) -> str:
    """Return `sha256:<hex>` of the canonical bytes of `value`."""
    return "sha256:" + sha256(canonical(value)).hexdigest()
