"""The option for one field of a change, made from its model; what it may hold is judged by the model."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from commands.record import literals as typed
from commands.terminal.completion import Completion
from commands.terminal.moments import DECIDED_DATE, MOMENT
from ledger.events.numbering import Numbers
from ledger.events.references import Document, Money
from ledger.events.types import (
    AnyId,
    Day,
    Effective,
    Id,
    Model,
    Moment,
    Name,
    PartId,
    Scheme,
    Term,
    Text,
    Title,
    checks_of,
)

_OF_ITEMS = {**dict.fromkeys((Title, Text, Name, Term), "TEXT"), Numbers: "NUMBER"}
_WORDS: dict[str, tuple[Any, ...]] = {"DATE": (Day, Effective), "DATE|INSTANT": (Moment,), "ID": (Id, PartId, AnyId)}


def parameter_name(name: str) -> str:
    """Return the name under which a field is passed, which no option of decisions has."""
    return f"field_{name}"


def argument_of(name: str, info: FieldInfo, complete: Completion | None = None) -> click.Argument:
    """Return the argument for the field that says what a change is about, with what completes it."""
    metavar, kind = "ID" if name == "of" else name.upper(), bare(info.annotation)
    choice = click.Choice(get_args(kind)) if get_origin(kind) is Literal else None
    if get_origin(kind) is tuple:
        metavar = f"{metavar.removesuffix('S')}..."
        return click.Argument([parameter_name(name)], nargs=-1, required=True, metavar=metavar, shell_complete=complete)
    if not info.is_required():
        metavar = f"[{metavar}]"
    return click.Argument(
        [parameter_name(name)], type=choice, required=info.is_required(), metavar=metavar, shell_complete=complete
    )


def option_of(
    name: str, info: FieldInfo, help_: str | None = None, complete: Completion | None = None, *, personal: bool = False
) -> click.Option:
    """Return the option of a field: `--horizon-on`; `--segment` or `--segments`, repeatable, for a list.

    `help_` is its help, and `complete` what completes it. A `personal` field is typed as the text that its commitment
    is made of.
    """
    flag, kind = "--" + name.replace("_", "-"), str if personal else bare(info.annotation)
    flags = [flag, parameter_name(name)]
    options: dict[str, Any] = {"required": info.is_required(), "help": help_, "shell_complete": complete}
    shape = get_origin(kind)
    if shape is Literal:
        return click.Option(flags, type=click.Choice(get_args(kind)), **options)
    if kind is Money:
        return click.Option(flags, callback=typed.money, metavar='"AMOUNT CURRENCY"', **options)
    of_parts = isinstance(kind, type) and issubclass(kind, Model)
    if not of_parts and shape not in (tuple, dict):
        metavar = _metavar(name, info)
        dated = {"DATE": DECIDED_DATE, "DATE|INSTANT": MOMENT}.get(metavar)
        return click.Option(flags, type=dated, metavar=metavar, **options)
    options["help"] = f"{options['help'] or ''} Repeatable.".strip()
    if flag.endswith("s"):
        flags.insert(0, flag[:-1])
    if shape is tuple:
        options |= _items(get_args(kind)[0])
    else:
        key = "SCHEME" if get_args(kind)[:1] == (Scheme,) else "NAME"
        options |= {"callback": typed.pairs, "metavar": f"{key}=VALUE"}
    return click.Option(flags, multiple=True, **options)


def _items(item: Any) -> dict[str, Any]:
    """Return how one of a list is typed."""
    kind = bare(item)
    if kind is Document:
        return {"callback": typed.documents, "metavar": "TITLE=PATH|URL"}
    if isinstance(kind, type) and issubclass(kind, Model):
        return {"callback": typed.mappings, "metavar": "JSON"}
    return {"metavar": _OF_ITEMS.get(item, "ID")}


def _metavar(name: str, info: FieldInfo) -> str:
    """Return the word that stands for a value in the help, which follows from the type of the field."""
    if bare(info.annotation) is int:
        return "DAYS" if name.endswith("_days") else "NUMBER"
    checks = list(checks_of(info))
    return next((word for word, types in _WORDS.items() if any(get_args(kind)[1] in checks for kind in types)), "TEXT")


def bare(annotation: Any) -> Any:
    """Return the type beneath `Annotated` and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return bare(next(kind for kind in get_args(annotation) if kind is not NoneType))
    return annotation
