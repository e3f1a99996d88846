"""Effects of an event: attributes of things, and where their lives begin and end."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from ledger.events.change import Attributes, Change
from ledger.events.personal import as_stored
from ledger.names import LIFE


class Effect(NamedTuple):
    """One attribute of one thing from the event's effective date on; None ends it; LIFE begins, resumes or ends."""

    thing: str
    kind: str  # empty where the event does not say what kind of thing it is
    attribute: str
    value: Any


@cache
def _says(change: type[Change]) -> bool:
    """Return whether changes of a type say anything of their subject."""
    return bool(change.LIFE or change.SETS or "identifiers" in change.model_fields or change.keyed is not Change.keyed)


def things_of(change: Change) -> set[str]:
    """Return the ids of all things of which a change may say something; empty for what changes no attribute."""
    return {change.subject, *change.begun()} if _says(type(change)) else set(change.begun())


def effects(change: Change, stated: str) -> tuple[Effect, ...]:
    """Return what a change says, in order, its life first; `stated` is its effective date as given.

    Empty for what changes no attribute (corrections, strikes, rescissions, postponements).
    """
    fields, (keyed, beside) = vars(change), _methods(type(change))
    attributes: Attributes = {} if change.LIFE is None else {LIFE: change.LIFE}
    for name in change.SETS:
        value = fields[name]
        if value is not None:
            attributes[name] = value if type(value) is str else as_stored(value)
    identifiers = fields.get("identifiers")
    if identifiers:
        attributes.update((f"identifiers:{scheme}", value or None) for scheme, value in identifiers.items())
    if keyed:
        attributes.update(change.keyed(stated))
    thing, kind = change.subject, change.kind_changed
    own = [Effect(thing, kind, name, value) for name, value in attributes.items()]
    if beside:
        own += [Effect(id_, kind, name, value) for id_, kind, said in change.beside() for name, value in said.items()]
    return tuple(own)


@cache
def _methods(model: type[Change]) -> tuple[bool, bool]:
    """Return whether changes of a model say more than their fields do: under keys, and of other things."""
    return model.keyed is not Change.keyed, model.beside is not Change.beside
