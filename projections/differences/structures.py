"""Differences of two structures, thing by thing and attribute by attribute: complete, so that the second follows.

What a thing's attribute is called in a difference:

- `life`: the thing begins (before: nothing, after: all its attributes) or ends (the other way round);
- `segments` of a mission: the segments that it is affiliated with, as lists of ids; where the affiliation is not
  full, `extents` says so by segment;
- `in-doubt`: the days on one of which the thing ended (EDTF), while it is in doubt whether it has; nothing else;
- `lives`: of what lives at both points, and ended and came back in between, its lives before and after; nothing else;
- every other attribute by its own name, a keyed one with its key (`relations:wellbeing/x`, `leaders:Chair`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import Structure, ThingAt

Values = dict[str, Any]
World = dict[str, tuple[str, Values]]  # id -> kind and the values of its attributes, affiliations gathered

SEGMENTS, EXTENTS = "segments", "extents"
LIVES = "lives"  # what differs where a thing that lives at both points has ended and come back, or no longer has


class AttributeChange(NamedTuple):
    """One attribute of one thing, before and after; None: absent. `names` are the attributes of the fold behind it."""

    kind: str
    id: str
    attribute: str
    before: Any
    after: Any
    names: tuple[str, ...]


def between(before: Structure, after: Structure) -> list[AttributeChange]:
    """Return what turns one structure into the other, in order of id; empty where they say the same.

    Who said it, and when, makes no difference; what is said does.
    """
    ids = sorted({*before.possible, *after.possible})
    return [change for id_ in ids for change in compared(before.possible.get(id_), after.possible.get(id_))]


def compared(old: ThingAt | None, new: ThingAt | None) -> Iterator[AttributeChange]:
    """Yield what turns one thing, as it was on one day, into what it was on another; None: it was not there."""
    if old is not None and new is not None and old.attributes == new.attributes and old.kind == new.kind:
        return
    if old is not None and (new is None or new.kind != old.kind):
        yield AttributeChange(old.kind, old.id, LIFE, values(old), None, tuple(old.attributes))
        old = None
    if new is not None and old is None:
        yield AttributeChange(new.kind, new.id, LIFE, None, values(new), tuple(new.attributes))
    elif new is not None and old is not None:
        yield from _altered(old, new)


def _altered(old: ThingAt, new: ThingAt) -> Iterator[AttributeChange]:
    before, after = values(old), values(new)
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield AttributeChange(new.kind, new.id, name, before.get(name), after.get(name), _names(name, old, new))


def _names(name: str, old: ThingAt, new: ThingAt) -> tuple[str, ...]:
    if new.kind != "mission" or name not in (SEGMENTS, EXTENTS):
        return (name,)
    keys = sorted({key for thing in (old, new) for key in thing.attributes if key.startswith("segments:")})
    return tuple(key for key in keys if old.get(key) != new.get(key))


def values(thing: ThingAt) -> Values:
    """Return the values of a thing's attributes by name, without its life, a mission's affiliations gathered."""
    found: Values = {name: held.value for name, held in thing.attributes.items() if name not in (LIFE, IN_DOUBT)}
    if thing.may_have_ended is not None:
        found[IN_DOUBT] = thing.may_have_ended
    if thing.kind == "mission":
        extents = thing.keyed(SEGMENTS)
        found = {name: value for name, value in found.items() if not name.startswith("segments:")}
        partial = {segment: extent for segment, extent in extents.items() if extent != "full"}
        found |= ({SEGMENTS: tuple(extents)} if extents else {}) | ({EXTENTS: partial} if partial else {})
    return found


def world(structure: Structure) -> World:
    """Return what a structure says, as differences speak of it."""
    return {id_: (thing.kind, values(thing)) for id_, thing in structure.possible.items()}


def applied(first: Mapping[str, tuple[str, Values]], changes: Iterable[AttributeChange]) -> World:
    """Return what `first` becomes by changes, as `between` returned them."""
    found = {id_: (kind, dict(said)) for id_, (kind, said) in first.items()}
    for change in changes:
        if change.attribute == LIVES:  # how often it lived is no part of what is so
            continue
        if change.attribute == LIFE and change.after is None:
            del found[change.id]
        elif change.attribute == LIFE:
            found[change.id] = (change.kind, dict(change.after))
        elif change.after is None:
            del found[change.id][1][change.attribute]
        else:
            found[change.id][1][change.attribute] = change.after
    return found
