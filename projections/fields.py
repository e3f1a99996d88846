"""Answers as JSON values: the one place where the named fields of an answer become keys.

- A dataclass or a NamedTuple becomes an object: a key for each field, in their order. The key is the name of the field,
  without the underscore that ends a name which Python keeps for itself (`from_` gives `from`).
- A field whose default is None is left out where it is None. Without that default it stays, as `null`.
- A field marked `INLINE` has no key of its own: the keys of its value stand among those of the answer.
- A list or a tuple becomes a list, and so does whatever else is read item by item, but for a set: it has no order. A
  mapping keeps its keys. Dates and instants are as the ledger writes them. A model of the ledger gives what it states.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple

from ledger.errors.root import with_article
from ledger.instants import stamp

INLINE: Final = {"inline": True}  # metadata of a field of a dataclass

# Texts that are dates. What a field of an answer is says its type, so that tables of other libraries have dates too.
Day = Annotated[str, "day"]  # one day, as ISO 8601 has it
StatedDate = Annotated[str, "stated date"]  # as it was stated (EDTF): a day, a month, a year, or one of several days
Instant = Annotated[str, "instant"]  # in UTC, as RFC 3339 has it


class _Field(NamedTuple):
    """How one field of an answer is written."""

    name: str
    key: str
    optional: bool
    inline: bool


_Fields = tuple[_Field, ...]
_AS_THEY_ARE: Final = frozenset({type(None), str, int, float, bool})
_WRITTEN: dict[type, _Fields | None] = {}  # by type, as far as types were met: an answer may hold thousands of one


def fields(answer: Any) -> Any:
    """Return an answer, or a value in one, as JSON values: what a program reads of it."""
    if type(answer) in _AS_THEY_ARE or isinstance(answer, str | int | float):
        return answer
    members = named(answer)
    if members is not None:  # most values are as they are: a call for each would be most of the time
        return {key: one if type(one) in _AS_THEY_ARE else fields(one) for key, one in members.items()}
    listed = items(answer)
    if listed is not None:
        return [one if type(one) in _AS_THEY_ARE else fields(one) for one in listed]
    if _is_model(answer):
        return answer.model_dump(mode="json", exclude_none=True)
    if isinstance(answer, datetime):
        return stamp(answer)
    if isinstance(answer, date):
        return answer.isoformat()
    raise TypeError(f"JSON has no value for {with_article(type(answer).__name__)}.")


def named(answer: Any) -> Mapping[str, Any] | None:
    """Return the values of an answer, or of a mapping, by their keys and as they are; None for what has no keys."""
    if isinstance(answer, Mapping):
        return answer
    type_ = type(answer)
    if type_ not in _WRITTEN:
        _WRITTEN[type_] = _written(type_)
    written = _WRITTEN[type_]
    return None if written is None else _members(answer, written)


def items(answer: Any) -> Iterator[Any] | None:
    """Return what stands in an answer, or a value in one, that is a list, each as it is; None for what is none."""
    if isinstance(answer, str | bytes | Set) or _is_model(answer) or not isinstance(answer, Iterable):
        return None
    return iter(answer) if named(answer) is None else None


def _is_model(answer: Any) -> bool:
    """Return whether an answer is a model of the ledger; told by its method, for no model is loaded here."""
    return hasattr(answer, "model_dump")


def _members(answer: Any, written: _Fields) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for field in written:
        value = getattr(answer, field.name)
        if field.inline:
            members.update(named(value) or {})
        elif value is not None or not field.optional:
            members[field.key] = value
    return members


def _written(type_: type) -> _Fields | None:
    """Return how the fields of an answer of a type are written; None for what is no dataclass and no NamedTuple."""
    if dataclasses.is_dataclass(type_):
        return tuple(
            _Field(one.name, one.name.rstrip("_"), one.default is None, bool(one.metadata.get("inline")))
            for one in dataclasses.fields(type_)
        )
    names: tuple[str, ...] | None = getattr(type_, "_fields", None)
    if not issubclass(type_, tuple) or names is None:
        return None
    defaults: Mapping[str, Any] = getattr(type_, "_field_defaults", {})
    return tuple(_Field(name, name.rstrip("_"), defaults.get(name, name) is None, False) for name in names)
