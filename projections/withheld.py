"""Texts that may be withheld: told where what opens their commitment is kept, and by one word where it is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ledger.events.commitments import is_commitment

if TYPE_CHECKING:
    from ledger.events.personal import Commitment

Names = Callable[[str], str | None]  # a commitment -> the personal value behind it, None where it was deleted
WITHHELD = "withheld"
Value = TypeVar("Value")
_WITHOUT = frozenset((str, int, bool, float, type(None)))  # types of values that hold no other
_OFFICE = "leaders:"  # attributes whose sentence compares what commits to their holders


def unnamed(commitment: str) -> None:
    """Tell no personal value: what an answer does that is published, or made again later."""


def worded(text: str | Commitment, names: Names = unnamed) -> str:
    """Return a text, or the one behind a commitment; the word for it where that is not to be had."""
    if isinstance(text, str):
        return text
    return names(text.commitment) or WITHHELD


def told(value: Value, names: Names = unnamed) -> Value:
    """Return an answer or a JSON value with the text, or the word, in the place of each commitment that stands for one.

    An answer keeps its type, and so does each answer within it.
    """
    return cast(Value, _told(value, names))


def _told(value: Any, names: Names) -> Any:
    """Return a value as it is told: itself where there is no commitment in it, since most of an answer has none."""
    kind: Any = type(value)
    if kind in _WITHOUT:
        return value
    if isinstance(value, Mapping):
        return _mapping(value, names)
    if isinstance(value, list | tuple):
        inner = [_told(one, names) for one in value]
        if isinstance(value, tuple) and hasattr(value, "_make"):
            return value if _same(value, inner) else value._make(inner)
        return value if kind is list and _same(value, inner) else inner
    stated = _fields_of(kind)
    if not stated:
        return value
    held = [getattr(value, name) for name in stated]
    inner = [_told(one, names) for one in held]
    return value if _same(held, inner) else dataclasses.replace(value, **dict(zip(stated, inner, strict=True)))


def _mapping(value: Mapping[str, Any], names: Names) -> Any:
    if is_commitment(value):
        return names(value["commitment"]) or WITHHELD
    return {name: inner if name.startswith(_OFFICE) else _told(inner, names) for name, inner in value.items()}


def _same(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return all(map(is_, before, after))


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of answers of a type; none for a value that is no answer."""
    return tuple(one.name for one in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
