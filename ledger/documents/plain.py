"""Plain values: what a decision document is made of, whoever hands it in. Text, truth values, lists, mappings.

A document of a file holds nothing else. One that a program builds may hold anything that Python has; here it is
brought to the same values, or refused in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from ledger.documents.strict_json import MAX_DEPTH, TOO_DEEP
from ledger.errors import MalformedDocument, harmless

VALUES_MAX = 50_000  # of one change, and of the rest of a document
_INTEGER_BITS_MAX = 64


def plain(value: Any, where: str) -> Any:
    """Return a value as a file would have it, with mappings as dicts and tuples as lists.

    Raises `MalformedDocument`, which begins with `where`, for what no file could hold, and for more than
    `VALUES_MAX` names and values.
    """
    return _Plain(where).of(value, ())


class _Plain:
    """One value that is looked through."""

    def __init__(self, where: str) -> None:
        self._where, self._left = where, VALUES_MAX

    def of(self, value: Any, path: tuple[Any, ...]) -> Any:
        """Return a value that stands at a path of keys and numbers, which are put into words for a fault alone."""
        self._left -= 1
        if self._left < 0:
            raise MalformedDocument(self._where, f"it holds more than {VALUES_MAX:,} names and values.")
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, int) and value.bit_length() <= _INTEGER_BITS_MAX:
            return value
        if len(path) >= MAX_DEPTH:
            raise MalformedDocument(self._where, TOO_DEEP)
        if isinstance(value, Mapping):
            return {_key(key, self._where, path): self.of(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.of(item, (*path, number)) for number, item in enumerate(value, 1)]
        raise MalformedDocument(self._where, f"{_named(path)}{_refused(value)}")


def _key(key: Any, where: str, path: tuple[Any, ...]) -> str:
    if not isinstance(key, str):
        raise MalformedDocument(where, f"{_named(path)}a field is named by a word, not by {_kind(key)}.")
    return key


def _named(path: tuple[Any, ...]) -> str:
    return f'"{harmless(".".join(harmless(str(key), 40) for key in path))}": ' if path else ""


def _refused(value: Any) -> str:
    if isinstance(value, float | int):
        return f'{_kind(value)} is not written exactly; write it as text, such as "1.5".'
    if isinstance(value, date | time):
        return f'{_kind(value)} is no text. Write it as "2026-03-02", an instant as "2026-03-02T10:00:00Z".'
    return f"{_kind(value)} is neither text nor a list nor a mapping. Write it as text."


def _kind(value: Any) -> str:
    return f"a value of the type {harmless(type(value).__name__, 40)}"
