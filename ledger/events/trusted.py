"""Trusted reading of a stored line, whose bytes were held to their leaf: models with no more than their types checked.

What a line says was checked when it was recorded, and its hash proves that it is that line still. So the models are
made without another look at each text; `verify` checks them all again. A line of an old schema, or one that another
program wrote in another shape, is left to `ledger.events.envelope`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from msgspec import DecodeError, Struct, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple
from pydantic import BaseModel

from ledger.events.change import Change
from ledger.events.envelope import Header, Part, Recorder, resolved
from ledger.events.registry import BY_TYPE
from ledger.events.types import Model

_M = TypeVar("_M", bound=BaseModel)


class TrustedLine(NamedTuple):
    """What the fold needs of a stored line."""

    change: Change
    recorded_at: str
    effective: str | None  # its own, else its decision's; None where it takes effect on no day
    own_date: bool
    basis: str | None
    corrects: str | None
    part: Struct  # the decision as this event holds it

    @property
    def header(self) -> Header:
        """The header of its decision."""
        return _header(self.part)


def trusted(line: bytes, event_type: str) -> TrustedLine | None:
    """Return what a stored line of a type says; None for an old schema, and for a line that has another shape."""
    if event_type not in BY_TYPE:
        return None
    try:
        said = _reader(event_type)(line)
    except (DecodeError, UnicodeError):
        return None
    change, own = _made(said.data), said.effective
    effective = resolved(change, own, said.decision.effective)
    basis = said.effective_basis
    return TrustedLine(change, said.recorded_at, effective, own is not None, basis, said.corrects, said.decision)


@cache
def _reader(event_type: str) -> Callable[[bytes], Any]:
    """Return what reads the lines of a type; what else stands in them is passed over."""
    text = str | None
    fields = [("effective", text, None), ("effective_basis", text, None), ("corrects", text, None)]
    held = [("data", _shape(BY_TYPE[event_type])), ("decision", _shape(Part)), ("recorded_at", str)]
    held += [("v", Literal[1]), ("recorder", _shape(Recorder))]  # asked of, so that what another version wrote is seen
    return Decoder(defstruct("Line", [*held, *fields], kw_only=True)).decode


@cache
def _shape(model: type[BaseModel]) -> type[Struct]:
    """Return the struct that a model's fields stand in, under the same names and in the same order."""
    fields = [
        (name, _type(info.annotation)) if info.is_required() else (name, _type(info.annotation), info.default)
        for name, info in model.model_fields.items()
    ]
    renamed = {name: info.alias for name, info in model.model_fields.items() if info.alias}
    found = defstruct(model.__name__, fields, kw_only=True, forbid_unknown_fields=True, rename=renamed)
    _MAKERS[found] = _maker(model)
    return found


def _type(annotation: Any) -> Any:
    """Return the bare type of an annotation, each model in it as its struct."""
    origin, within = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(within[0])
    if origin in (Union, UnionType):
        return Union[tuple(map(_type, within))]  # noqa: UP007  # of as many types as there are
    if origin in (tuple, dict):
        return origin[tuple(one if one is ... else _type(one) for one in within)]
    return _shape(annotation) if isinstance(annotation, type) and issubclass(annotation, Model) else annotation


def _made(said: Any) -> Any:
    """Return a value with a model in the place of each struct."""
    if isinstance(said, tuple):
        return tuple([_made(one) for one in said])
    return _MAKERS[type(said)](said) if isinstance(said, Struct) else said


_MAKERS: dict[type[Struct], Callable[[Struct], Any]] = {}


def _maker(model: type[_M]) -> Callable[[Struct], _M]:
    """Return what makes a model of the first values of a struct, as `model_construct` would; that asks for each."""
    names, put = tuple(model.model_fields), object.__setattr__
    within = [name for name, info in model.model_fields.items() if _holds_struct(_type(info.annotation))]
    given = set(names)  # what was left out counts as given, as None

    def make(said: Struct) -> _M:
        fields = dict(zip(names, astuple(said), strict=False))
        for name in within:
            if fields[name] is not None:
                fields[name] = _made(fields[name])
        made = model.__new__(model)
        put(made, "__dict__", fields)
        put(made, "__pydantic_fields_set__", given)
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return make


def _holds_struct(shape: Any) -> bool:
    within = get_args(shape)
    return any(map(_holds_struct, within)) if within else isinstance(shape, type) and issubclass(shape, Struct)


_header = _maker(Header)
