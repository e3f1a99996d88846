"""The structure on one day, as known at one position: what `show`, the notices and the snapshots read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.state.effects import reach_of
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, Interval, Reach, day_of


class Held(NamedTuple):
    """A value that a thing holds, and which event set it, from which day (as stated)."""

    value: Any
    set_by: int
    start: int
    stated: str


@dataclass(frozen=True)
class ThingAt:
    """One live thing on one day: its attributes by name, keyed ones as `name:key`, in order of name."""

    kind: str
    id: str
    attributes: Mapping[str, Held] = field(default_factory=dict)

    def get(self, attribute: str, default: Any = None) -> Any:
        """Return the value of an attribute, or `default`."""
        held = self.attributes.get(attribute)
        return default if held is None else held.value

    def keyed(self, name: str) -> dict[str, Any]:
        """Return the values of a keyed attribute by key, sorted: {"wellbeing/a": "full"} for `segments`."""
        return self.gathered.get(name, {}).copy()

    @cached_property
    def gathered(self) -> dict[str, dict[str, Any]]:
        """Every keyed attribute by name, as `keyed` returns it: rules and answers ask for them again and again."""
        found: dict[str, dict[str, Any]] = {}
        for attribute, held in self.attributes.items():
            if ":" in attribute:
                name, _, key = attribute.partition(":")
                found.setdefault(name, {})[key] = held.value
        return found

    @property
    def since(self) -> Held:
        """The day from which it is live, and the event that began it; of what is in doubt, the event that ends it."""
        doubt = self.attributes.get(IN_DOUBT)
        if doubt is None:
            return self.attributes[LIFE]
        return doubt._replace(start=day_of(doubt.value), stated=doubt.value)

    @property
    def may_have_ended(self) -> str | None:
        """The days one of which is that of its end, as stated (EDTF), where that is in doubt; else None."""
        doubt = self.attributes.get(IN_DOUBT)
        return None if doubt is None else doubt.stated


@dataclass(frozen=True)
class Structure:
    """Every thing that is live on `day`, by id, in order of id; apart from these, what may have ended by then."""

    day: int
    things: Mapping[str, ThingAt]
    in_doubt: Mapping[str, ThingAt] = field(default_factory=dict)

    @staticmethod
    def of_things(day: int, things: Iterable[Thing], names: Set[str] | None = None) -> Structure:
        """Return the structure of those of `things` that are live on `day`, or may be, with these attributes."""
        return Structure.of_days(day, {thing.id: _at(thing, day, names) for thing in things if thing.live_at(day)})

    @staticmethod
    def of_days(day: int, found: Mapping[str, ThingAt]) -> Structure:
        """Return the structure of things as they are on `day`, sorted out by whether that is in doubt."""
        sure = {id_: thing for id_, thing in sorted(found.items()) if LIFE in thing.attributes}
        return Structure(day, sure, {id_: thing for id_, thing in sorted(found.items()) if id_ not in sure})

    @cached_property
    def possible(self) -> Mapping[str, ThingAt]:
        """Every thing that is live or may be, by id, in order of id."""
        if not self.in_doubt:
            return self.things
        return dict(sorted({**self.things, **self.in_doubt}.items()))

    @cached_property
    def at_most(self) -> Structure:
        """The structure as if nothing that may have ended had: the other end of every count."""
        return Structure(self.day, self.possible) if self.in_doubt else self

    def of_kind(self, kind: str) -> Iterator[ThingAt]:
        """Yield the live things of one kind in order of id."""
        return iter(self._kinds.get(kind, ()))

    @cached_property
    def _kinds(self) -> dict[str, list[ThingAt]]:
        found: dict[str, list[ThingAt]] = {}
        for thing in self.things.values():
            found.setdefault(thing.kind, []).append(thing)
        return found

    def parts_of(self, id_: str, kind: str) -> list[ThingAt]:
        """Return the live things of a kind that belong to `id_`, in order of id; empty where there is none.

        Their ids begin with it, save those of objectives that were moved.
        """
        return self._parts.get((id_, kind), [])

    @cached_property
    def _parts(self) -> dict[tuple[str, str], list[ThingAt]]:
        found: dict[tuple[str, str], list[ThingAt]] = {}
        for thing in self.things.values():
            if "/" in thing.id:
                moved = thing.get("mission") if thing.kind == "objective" else None
                found.setdefault((moved or thing.id.partition("/")[0], thing.kind), []).append(thing)
        return found

    def get(self, id_: str) -> ThingAt | None:
        """Return a live thing, or None."""
        return self.things.get(id_)

    @cached_property
    def missions_of(self) -> dict[str, dict[str, str]]:
        """The missions affiliated with each segment, with their extent; segments without one are left out.

        Those that may have ended are not among them.
        """
        found: dict[str, dict[str, str]] = {}
        for mission in self.of_kind("mission"):
            for segment, extent in mission.keyed("segments").items():
                found.setdefault(segment, {})[mission.id] = extent
        return found

    @cached_property
    def segments_of(self) -> dict[str, list[str]]:
        """The live segments of each cluster, in order of id; clusters without one are left out."""
        found: dict[str, list[str]] = {}
        for segment in self.of_kind("segment"):
            found.setdefault(str(segment.get("cluster")), []).append(segment.id)
        return found


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
