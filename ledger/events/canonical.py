"""Canonical JSON (RFC 8785): the one way in which an event is written, hashed and exported."""

from __future__ import annotations

import json.encoder
from collections.abc import Callable
from hashlib import sha256
from typing import Any


def _encoder(sort_keys: bool) -> Callable[[Any], str]:
    """Return Python's own encoder, which writes RFC 8785 for what events may hold (no floats), save for one order.

    Proven against the reference implementation in the tests. `allow_nan` refuses the one float that could slip in.
    """
    encoder = json.JSONEncoder(
        sort_keys=sort_keys, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
    )
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    # `encode` makes this object anew at every call, which takes as long as encoding a small event with it.
    text = json.encoder.encode_basestring
    pieces = make(None, encoder.default, text, None, ":", ",", sort_keys, False, False)
    return lambda value: "".join(pieces(value, 0))


_sorted, _as_given = _encoder(True), _encoder(False)
_BASIC_PLANE = "\uffff"


def canonical(value: Any) -> bytes:
    """Return `value` (dicts, lists, strings, integers, booleans, None) as its RFC 8785 bytes.

    Raises `UnicodeEncodeError` for a lone surrogate.
    """
    text = _sorted(value)
    if not text.isascii() and max(text) > _BASIC_PLANE:
        text = _as_given(_by_code_unit(value))
    return text.encode()


def _by_code_unit(value: Any) -> Any:
    """Return `value` with its keys in order of UTF-16 (RFC 8785, 3.2.3), in which Python does not compare them."""
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return {name: _by_code_unit(item) for name, item in items}
    return [_by_code_unit(item) for item in value] if isinstance(value, list | tuple) else value


def digest(value: Any) -> str:
    """Return `sha256:<hex>` of the canonical bytes of `value`."""
    return "sha256:" + sha256(canonical(value)).hexdigest()
