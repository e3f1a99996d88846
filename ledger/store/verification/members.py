"""The members of JSON objects, held to the fields of a model column by column.

What one object says in a field, others mostly said before. So the values that a field was found to take, in normal
form, are remembered, and only those that are new are shown to the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Raw, defstruct
from msgspec.json import Encoder
from msgspec.structs import astuple
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from ledger.events.canonical import canonical

NO_TEXT, NOTHING = "", Raw(b"")  # stand for what is absent
KNOWN_MAX, KNOWN_CHARS_MAX = 20_000, 300  # values remembered of one field; what is longer is rarely said again
_encode = Encoder().encode
Shape = Any  # a class of structs that is made at run time, or one of its objects


class Members:
    """The members that objects of one model may have; at those in `typed` the caller looks."""

    def __init__(self, model: type[BaseModel], typed: Mapping[str, Any] | None = None) -> None:
        self._model, self._typed = model, typed or {}
        named = {info.alias or name: info for name, info in model.model_fields.items()}
        self.fields = {key: Field(named[key]) for key in sorted(named)}
        self._looked_at = [key not in self._typed for key in self.fields]
        self._whole = Normal(model) if _says_more_than_its_fields(model) else None

    def shape(self, **types: Any) -> Shape:
        """Return the class that objects are decoded to: texts as texts, all else as bytes, but for members in `types`.

        Its members stand in order of their keys: an object is canonical, but for those bytes, if encoding it gives
        what was decoded.
        """
        found = {key: field.type for key, field in self.fields.items()} | dict(self._typed) | types
        return struct(self._model.__name__, found, {key: field.absent for key, field in self.fields.items()})

    def take(self, objects: Sequence[Shape]) -> bool:
        """Return whether the model takes every one of these objects, and would write it with the same members."""
        columns = zip(*map(astuple, objects), strict=True)
        for field, looked_at, column in zip(self.fields.values(), self._looked_at, columns, strict=True):
            if looked_at and not field.takes(column):
                return False
        return self._whole is None or self._whole.takes(_encode(objects))


class Field:
    """One field of a model, and the values that it was found to take."""

    def __init__(self, info: FieldInfo) -> None:
        self._info, self._is_text = info, _is_text(info.annotation)
        self.type: Any = str if self._is_text else Raw
        optional = not info.is_required() and info.get_default() is None
        self.absent: Any = (NO_TEXT if self._is_text else NOTHING) if optional else None  # None: it must be there
        self._known: set[Any] = set()
        self._forget()

    def _forget(self) -> None:
        self._known.clear()
        if self.absent is not None:
            self._known.add(NO_TEXT if self._is_text else b"")

    @cached_property
    def _normal(self) -> Normal:
        return Normal(Annotated[(self._info.annotation, *(self._info.metadata or [None]))])

    def takes(self, column: Sequence[Any]) -> bool:
        """Return whether the field takes every one of these members, and would write it as it stands."""
        if column.count(column[0]) == len(column):  # as is so of most, and of what is absent
            column = column[:1]
        new = set(column if self._is_text else map(bytes, column))
        new -= self._known
        if not new:
            return True
        if not self._normal.takes(_encode(list(new) if self._is_text else list(map(Raw, new)))):
            return False
        if len(self._known) > KNOWN_MAX:
            self._forget()
        self._known.update(value for value in new if len(value) <= KNOWN_CHARS_MAX)
        return True


class Normal:
    """The normal form of a type: what would be written of what it takes."""

    def __init__(self, type_: Any) -> None:
        self._adapter = TypeAdapter[Any](list[type_])

    def takes(self, values: bytes) -> bool:
        """Return whether each value of a JSON list is taken, and the list would be written as it stands."""
        try:
            found = self._adapter.validate_json(values)
            if None in found:
                return False  # what is absent is left out
            return canonical(self._adapter.dump_python(found, mode="json", by_alias=True, exclude_none=True)) == values
        except ValueError:
            return False


def struct(name: str, types: Mapping[str, Any], absent: Mapping[str, Any]) -> Shape:
    """Return a class of objects with these members in order; one to which `absent` gives no value must be there."""
    attributes = {f"member_{place}": key for place, key in enumerate(types)}
    members = [
        (attribute, types[key]) if absent.get(key) is None else (attribute, types[key], absent[key])
        for attribute, key in attributes.items()
    ]
    return defstruct(name, members, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename=attributes)


def _is_text(annotation: Any) -> bool:
    """Return whether every value of a type, but for None, is a text."""
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _is_text(inner[0])
    if get_origin(annotation) is Literal:
        return all(isinstance(value, str) for value in inner)
    if type(None) in inner:
        return all(_is_text(one) for one in inner if one is not type(None))
    return annotation is str


def _says_more_than_its_fields(model: type[BaseModel]) -> bool:
    """Return whether a model has rules besides those of its fields, each by itself."""
    decorators = model.__pydantic_decorators__
    return any(getattr(decorators, kind.name) for kind in fields(decorators))
