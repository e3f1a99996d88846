"""The JSON Schema of an answer, made from its type by the rules of `projections/fields.py`: it cannot fall behind."""

from __future__ import annotations

import builtins
import dataclasses
import typing
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from importlib import import_module
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from projections.fields import Day, Instant

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    date: {"type": "string"},
    datetime: {"type": "string"},
    Day: {"type": "string", "format": "date"},
    Instant: {"type": "string", "format": "date-time"},
}

_NO_KEYS: Schema = {"properties": {}, "required": [], "additionalProperties": False}


class _Names(dict[str, Any]):
    """The names of a module; one that it imports for type checkers alone stands for any type."""

    def __missing__(self, name: str) -> Any:
        return vars(builtins).get(name, Any)


def hints_of(type_: Any) -> dict[str, Any]:
    """Return the types of the fields of a class, by name and in order; of dates with what says that they are."""
    names = _Names(vars(import_module(type_.__module__)))
    return typing.get_type_hints(type_, localns=names, include_extras=True)


class AnswerSchemas:
    """The schemas of types, each made once: types with named fields are definitions by their names."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        """Return the schema of a type; an empty one, which takes anything, of what has no single type."""
        if hint in _PLAIN:
            return _PLAIN[hint]
        if get_origin(hint) is Annotated:
            return self.of(get_args(hint)[0])
        if _has_fields(hint):
            return self._definition(hint)
        if hasattr(hint, "model_json_schema"):
            return self._model(hint)
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            branches = [self.of(one) for one in inner]
            return {} if {} in branches else {"anyOf": branches}
        if origin is Literal:
            return {"enum": list(inner)}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if isinstance(origin, type) and issubclass(origin, Iterable):
            items = [one for one in inner if one is not ...]
            same = origin is not tuple or len(items) == 1 or ... in inner
            return {"type": "array", "items": self.of(items[0])} if same else self._places(items)
        return {}

    def _places(self, items: Collection[Any]) -> Schema:
        places = [self.of(one) for one in items]
        return {"type": "array", "prefixItems": places, "minItems": len(places), "maxItems": len(places)}

    def _definition(self, type_: Any) -> Schema:
        name = type_.__name__.lstrip("_")
        if name not in self.definitions:
            self.definitions[name] = {}  # it may be a part of its own parts
            self.definitions[name] = self.whole(type_)
        return {"$ref": f"#/$defs/{name}"}

    def _model(self, model: Any) -> Schema:
        """Return the schema of a model of the ledger, which makes it itself: an answer has what it states."""
        found = model.model_json_schema(ref_template="#/$defs/{model}")
        self.definitions |= {**found.pop("$defs", {}), model.__name__: found}
        return {"$ref": f"#/$defs/{model.__name__}"}

    def whole(self, type_: Any) -> Schema:
        """Return the schema of a type with named fields as it stands; of an inline field the keys are among its own."""
        members: list[Schema] = [self._members(type_)]
        for one in dataclasses.fields(type_) if dataclasses.is_dataclass(type_) else ():
            if one.metadata.get("inline"):
                members = [_joined(before, more) for before in members for more in self._inline(one.name, type_)]
        found = [{"type": "object", **one} for one in members]
        said = (type_.__doc__ or "").partition("\n")[0]
        return {"description": said, **(found[0] if len(found) == 1 else {"anyOf": found})}

    def _members(self, type_: Any) -> Schema:
        hints, optional = hints_of(type_), _optional(type_)
        keys = {name.rstrip("_"): self.of(hints[name]) for name in _names(type_) if name in hints}
        required = [name.rstrip("_") for name in _names(type_) if name not in optional]
        return {"properties": keys, "required": required, "additionalProperties": False}

    def _inline(self, name: str, type_: Any) -> list[Schema]:
        """Return what the keys of an inline field may be: those of each type that it may have, or any of a mapping."""
        hint = hints_of(type_)[name]
        inner = get_args(hint) or (hint,)
        kinds = [one for one in inner if _has_fields(one)]
        if not kinds:  # the attributes of a thing, by the names that the changes give them
            return [{**_NO_KEYS, "additionalProperties": True}]
        found: list[Schema] = [_NO_KEYS] if NoneType in inner else []
        for one in kinds:
            whole = self.whole(one)
            found += whole.get("anyOf") or [whole]
        return found


def _joined(one: Schema, other: Schema) -> Schema:
    return {
        "properties": {**one["properties"], **other["properties"]},
        "required": list(dict.fromkeys((*one["required"], *other["required"]))),
        "additionalProperties": one["additionalProperties"] or other["additionalProperties"],
    }


def _has_fields(hint: Any) -> bool:
    return isinstance(hint, type) and (
        dataclasses.is_dataclass(hint) or hasattr(hint, "_fields") or typing.is_typeddict(hint)
    )


def _names(type_: Any) -> list[str]:
    if dataclasses.is_dataclass(type_):
        return [one.name for one in dataclasses.fields(type_) if not one.metadata.get("inline")]
    return list(getattr(type_, "_fields", None) or hints_of(type_))


def _optional(type_: Any) -> set[str]:
    """Return the fields that may be left out: where they are None, or of a mapping as its type says."""
    if dataclasses.is_dataclass(type_):
        return {one.name for one in dataclasses.fields(type_) if one.default is None}
    if typing.is_typeddict(type_):
        return set(type_.__optional_keys__)
    return {name for name, value in getattr(type_, "_field_defaults", {}).items() if value is None}


def answer_schema(name: str, members: Mapping[str, Any] | type, context: type | None) -> Schema:
    """Return the schema of the JSON of an answer: an object of `members`, or the fields of a type, and its context."""
    schemas = AnswerSchemas()
    closed = {"additionalProperties": False}
    if isinstance(members, Mapping):
        bodies = [
            {"properties": {key: schemas.of(one) for key, one in members.items()}, "required": [*members], **closed}
        ]
    else:
        whole = schemas.whole(members)
        bodies = whole.get("anyOf") or [whole]
    about = {} if context is None else {"context": schemas.of(context)}
    first = {"properties": about, "required": [*about], **closed}
    joined = [{"type": "object", **_joined(first, one)} for one in bodies]
    shape = joined[0] if len(joined) == 1 else {"anyOf": joined}
    definitions = dict(sorted(schemas.definitions.items()))
    return {"$schema": DIALECT, "title": f"The answer of {name}", **shape, "$defs": definitions}
