"""The structure on one day, as known at one position: what `show`, the notices and the snapshots read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.timeline import day_of


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
