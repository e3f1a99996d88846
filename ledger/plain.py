"""Plain values: what a decision document is made of, whoever hands it in. Text, truth values, lists, mappings.

A document of a file holds nothing else. One that a program builds may hold anything that Python has; here it is
brought to the same values, or refused in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from ledger.errors import MalformedDocument, harmless
from ledger.reading_json import MAX_DEPTH, TOO_DEEP

_INTEGER_BITS_MAX = 64


def plain(value: Any, where: str, path: str = "", depth: int = 0) -> Any:
    """Return a value as a file would have it, with mappings as dicts and tuples as lists.

    Raises `MalformedDocument`, which begins with `where`, for what no file could hold.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and value.bit_length() <= _INTEGER_BITS_MAX:
        return value
    if depth >= MAX_DEPTH:
        raise MalformedDocument(where, TOO_DEEP)
    if isinstance(value, Mapping):
        return {_key(key, where, path): plain(item, where, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, where, f"{path}.{number}", depth + 1) for number, item in enumerate(value, 1)]
    raise MalformedDocument(where, f"{_named(path)}{_refused(value)}")


def _key(key: Any, where: str, path: str) -> str:
    if not isinstance(key, str):
        raise MalformedDocument(where, f"{_named(path)}a field is named by a word, not by {_kind(key)}.")
    return key


def _named(path: str) -> str:
    return f'"{harmless(path[1:])}": ' if path else ""


def _refused(value: Any) -> str:
    if isinstance(value, float | int):
        return f'{_kind(value)} is not written exactly; write it as text, such as "1.5".'
    if isinstance(value, date | time):
        return f'{_kind(value)} is no text. Write it as "2026-03-02", an instant as "2026-03-02T10:00:00Z".'
    return f"{_kind(value)} is neither text nor a list nor a mapping. Write it as text."


def _kind(value: Any) -> str:
    return f"a value of the type {harmless(type(value).__name__, 40)}"
