"""The registry of changes and events: stable names, their models, and the upcasters that read old schemas.

The name of an event (`cluster.retitled/1`: noun, past participle, schema number) is stored; a Python path
never is. When the shape of an event changes, its schema number grows, the golden file of the old one stays,
and one small function in `UPCASTS` turns data of schema n into data of schema n + 1 on reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from ledger.errors import UnknownEventType
from ledger.events.change import Change
from ledger.events.changes import (
    assertion,
    assessment,
    cluster,
    expertise,
    government,
    key,
    leader,
    mandate,
    mission,
    objective,
    record,
    register,
    review,
    scale,
    segment,
    settings,
    signal,
    thing,
)

_MODULES = (
    government,
    key,
    cluster,
    segment,
    mission,
    mandate,
    leader,
    expertise,
    objective,
    scale,
    assessment,
    review,
    signal,
    thing,
    settings,
    record,
    register,
    assertion,
)


def _declared() -> Iterator[type[Change]]:
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Change) and "NAME" in vars(value):
                yield value


def by_name(changes: Iterable[type[Change]], place: Literal["NAME", "TYPE"]) -> dict[str, type[Change]]:
    """Return changes by their `NAME` or `TYPE`; raises `TypeError` where two have one."""
    named: dict[str, type[Change]] = {}
    for change in changes:
        name: str = getattr(change, place)
        if name in named:
            raise TypeError(
                f'{change.__module__}.{change.__name__}: its {place} "{name}" is that of {named[name].__name__} too; '
                "give it another."
            )
        named[name] = change
    return named


BY_NAME = by_name(_declared(), "NAME")
ASKED_FOR = {name: change for name, change in BY_NAME.items() if not change.OWN}  # what a document can ask for
BY_TYPE = by_name(BY_NAME.values(), "TYPE")

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: dict[str, Upcast] = {}  # event type of schema n -> its data as that of schema n + 1


def next_type(event_type: str) -> str:
    """Return the event type with the next schema number: `cluster.retitled/2` after `cluster.retitled/1`."""
    name, _, number = event_type.rpartition("/")
    return f"{name}/{int(number) + 1}"


def schemas_of(change: type[Change]) -> tuple[str, ...]:
    """Return every event type under which events of a change may stand: its own, and those of older schemas."""
    name, _, number = change.TYPE.rpartition("/")
    return tuple(f"{name}/{schema}" for schema in range(1, int(number) + 1))


def current(event_type: str, data: dict[str, Any], upcasts: dict[str, Upcast] = UPCASTS) -> tuple[str, dict[str, Any]]:
    """Return the event type and data brought to the newest schema, one step at a time.

    Raises `UnknownEventType` for a type that neither is current nor has a way there.
    """
    while event_type in upcasts:
        data = upcasts[event_type](data)
        event_type = next_type(event_type)
    if event_type not in BY_TYPE:
        raise UnknownEventType(event_type)
    return event_type, data
