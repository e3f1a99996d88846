"""The columns of an answer, by the types of its fields and not by what they hold: an empty answer has them too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from ledger.instants import instant_of
from projections.fields import Day, Instant, StatedDate, fields
from projections.schemas import hints_of
from projections.snapshots.columns import days
from projections.views.values import as_json

Cell = str | int | float | bool | date | datetime | None
Read = Callable[[Any], Any]


class TypedColumn(NamedTuple):
    """A column: its name, the type of its cells (None may stand in any), and how a cell is read from a row."""

    name: str
    type: type
    read: Read


def columns_of(type_: type, keys: Sequence[str] = ()) -> Iterator[TypedColumn]:
    """Yield the columns of rows of a type with named fields, in their order.

    A field that has named fields itself becomes a column for each of them, and a mapping to such one for each of
    `keys` and each of them. A date as it was stated has two more: the first and the last day that it may mean. What is
    of no single type is JSON text.
    """
    return _members(type_, "", lambda row: row, keys)


def _members(type_: Any, before: str, whole: Read, keys: Sequence[str]) -> Iterator[TypedColumn]:
    for name, hint in hints_of(type_).items():
        yield from _column(_without_none(hint), before + name.rstrip("_"), _field(whole, name), keys)


def _column(hint: Any, name: str, read: Read, keys: Sequence[str]) -> Iterator[TypedColumn]:
    if hint == StatedDate:
        yield TypedColumn(name, str, read)
        yield TypedColumn(f"{name}_first", date, lambda row: _bound(read(row), 0))
        yield TypedColumn(f"{name}_last", date, lambda row: _bound(read(row), 1))
    elif hasattr(hint, "_fields"):
        yield from _members(hint, f"{name}_", read, keys)
    elif get_origin(hint) is Mapping and hasattr(get_args(hint)[1], "_fields"):
        for key in keys:
            yield from _members(get_args(hint)[1], f"{name}_{key}_", _item(read, key), keys)
    else:
        type_, made = _plain(hint)
        yield TypedColumn(name, type_, lambda row: None if (value := read(row)) is None else made(value))


def _plain(hint: Any) -> tuple[type, Callable[[Any], Cell]]:
    """Return the type of a field's cells, and what makes a cell of a value that is there."""
    if hint == Day:
        return date, date.fromisoformat
    if hint == Instant:
        return datetime, instant_of
    if hint in (str, int, float, bool):
        return hint, hint
    if get_origin(hint) is Literal or hint is object:  # an object is a text, or the commitment that stands for it
        return str, lambda value: value if isinstance(value, str) else _json(value)
    return str, _json


def _without_none(hint: Any) -> Any:
    """Return the type of a field that may be None, for what it is otherwise; `Any` for one of several types."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    found = [one for one in get_args(hint) if one is not NoneType]
    return found[0] if len(found) == 1 else Any


def _field(whole: Read, name: str) -> Read:
    return lambda row: None if (value := whole(row)) is None else getattr(value, name)


def _item(whole: Read, key: str) -> Read:
    return lambda row: None if (value := whole(row)) is None else value.get(key)


def _bound(stated: str | None, place: int) -> date | None:
    day = None if stated is None else days(stated)[place]
    return None if day is None else date.fromisoformat(day)


def _json(value: Any) -> str:
    return as_json(fields(value))
