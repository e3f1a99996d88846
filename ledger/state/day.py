"""A day of things: each as it is on that day, out of all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Set

from ledger.names import IN_DOUBT, LIFE
from ledger.state.reach import reach_of
from ledger.state.structure import Held, Structure, ThingAt
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, Interval, Reach, day_of


def structure_of_things(day: int, things: Iterable[Thing], names: Set[str] | None = None) -> Structure:
    """Return the structure of those of `things` that are live on `day`, or may be, with these attributes."""
    return Structure.of_days(day, {thing.id: _at(thing, day, names) for thing in things if thing.live_at(day)})


def as_it_last_was(thing: Thing, day: int = FOREVER - 1) -> ThingAt | None:
    """Return a thing as it last was by `day`: with what was said up to the end of the life that ended last by then.

    What it was called and judged since, up to `day`, belongs to it. As it will be, where it has no end; None where no
    life of it began by then.
    """
    begun = [life for life in thing.lives if life.start <= day]
    if not begun:
        return None
    life = begun[-1]
    return _of_life(thing, life, min(life.end, day), said_by=day)


def _at(thing: Thing, day: int, names: Set[str] | None) -> ThingAt:
    return _of_life(thing, next(life for life in thing.lives if life.start <= day < life.end), day, names)


def _of_life(
    thing: Thing, life: Interval, day: int, names: Set[str] | None = None, said_by: int = FOREVER - 1
) -> ThingAt:
    if life.sure_to <= day < life.end:
        found = {IN_DOUBT: Held(life.stated, life.ended_by, day_of(life.end_stated), life.end_stated)}
    else:
        found = {LIFE: Held(True, life.begun_by, life.start, life.stated)}
    for name in thing.attributes if names is None else names & thing.attributes.keys():
        said_later = day == life.end and reach_of(name) is not Reach.LIVING
        entry = thing.entry_at(name, said_by if said_later else day)
        if entry is not None and entry.value is not None:
            found[name] = Held(entry.value, entry.position, entry.day, entry.stated)
    return ThingAt(thing.kind, thing.id, dict(sorted(found.items())))
