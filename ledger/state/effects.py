"""Effects of an event: attributes of things, and where their lives begin and end."""

from __future__ import annotations

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


def effects(change: Change, stated: str) -> tuple[Effect, ...]:
    """Return what a change says, in order, its life first; `stated` is its effective date as given.

    Empty for what changes no attribute (corrections, strikes, rescissions, postponements).
    """
    fields = vars(change)
    attributes: Attributes = {}
    if change.LIFE is not None:
        attributes[LIFE] = change.LIFE
    for name in change.SETS:
        value = fields[name]
        if value is not None:
            attributes[name] = as_stored(value)
    identifiers = fields.get("identifiers")
    if identifiers:
        attributes.update((f"identifiers:{scheme}", value or None) for scheme, value in identifiers.items())
    attributes.update(change.keyed(stated))
    thing, kind = change.subject, change.kind_changed
    own = tuple([Effect(thing, kind, name, value) for name, value in attributes.items()])
    beside = [Effect(id_, kind, name, value) for id_, kind, said in change.beside() for name, value in said.items()]
    return own + tuple(beside) if beside else own
