"""Values of attributes as JSON text and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def as_json(value: Any) -> str:
    """Return a value (text, number, truth value, tuple of texts, dict) as canonical JSON text."""
    if type(value) is str:  # nearly always
        return encode_basestring(value)
    return "true" if value is True else _encode(value)


def from_json(texts: Iterable[str]) -> list[Any]:
    """Return the values that JSON texts hold, in one reading; lists come back as the tuples that they were."""
    return [tuple(value) if type(value) is list else value for value in json.loads(f"[{','.join(texts)}]")]
