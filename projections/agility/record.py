"""The record as known at one position, over all effective days: what every metric is computed from, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from ledger.names import GOVERNMENT, LIFE
from ledger.rules.flagged import DecisionFacts


class Holding(NamedTuple):
    """A value that an attribute of a thing held on the days start <= day < end.

    Of a thing that ended on one of several days, `end` is that by which it surely had; figures of what is live rest on
    the days before `sure_to`.
    """

    kind: str
    id: str
    attribute: str
    value: Any
    start: int
    end: int
    set_by: int  # position of the event that set it
    ended_by: int  # position of the event that ended it; 0 where it has no end
    in_doubt: int = 0  # the day from which it is in doubt whether it still holds; 0 where it never is

    @property
    def sure_to(self) -> int:
        """The day from which it no longer surely holds."""
        return self.in_doubt or self.end

    @property
    def key(self) -> str:
        """What follows the colon of a keyed attribute; empty for a plain one."""
        return self.attribute.partition(":")[2]


def _place(row: Holding) -> tuple[str, int]:
    return row.attribute, row.start


@lru_cache(maxsize=1024)  # asked of every event, and there are not many types
def _unnumbered(type_: str) -> str:
    return type_.partition("/")[0]


class Said(NamedTuple):
    """An event as it was recorded."""

    position: int
    type: str
    decision: int  # the position of its decision's first event
    recorded_day: int

    @property
    def name(self) -> str:
        """Its type without the number of the schema."""
        return _unnumbered(self.type)

    @property
    def opens_the_ledger(self) -> bool:
        """Whether it decides nothing and only makes the ledger, or ends the import that did."""
        return self.name in ("government.constituted", "register.taken-over")


_T = TypeVar("_T")


@dataclass(frozen=True)
class KnownRecord:
    """What the ledger knew at `position`; `held` are the rows of every attribute, `decisions` those that stand.

    `spoken` are the later events that correct, strike, replace, rescind or postpone one, by its position, and
    `mentions` the ids that those spoken of name: what was struck is in no row.
    """

    position: int
    held: Sequence[Holding]
    decisions: Mapping[int, DecisionFacts] = field(default_factory=dict)  # by the position of their first event
    events: Mapping[int, Said] = field(default_factory=dict)  # by position
    settings: Mapping[str, int] = field(default_factory=dict)
    spoken: Mapping[int, Sequence[int]] = field(default_factory=dict)
    mentions: Mapping[int, Sequence[str]] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)  # that ends state, by position, as corrected
    _made: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    _of_kind: dict[tuple[str, str], list[Holding]] = field(default_factory=dict, repr=False, compare=False)
    _of: dict[tuple[str, str], list[Holding]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable[[KnownRecord], _T]) -> _T:
        """Return what `make` makes of this record, made the first time it is asked for: an index, mostly."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(_T, self._made[make])

    @cached_property
    def _by_family(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = {}
        for row in self.held:
            found.setdefault(row.attribute.partition(":")[0], []).append(row)
        return found

    @cached_property
    def _by_thing(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = {}
        for row in self.held:
            found.setdefault(row.id, []).append(row)
        return found

    @cached_property
    def _by_cluster(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = {}
        for row in self.family("cluster", "segment"):
            found.setdefault(row.value, []).append(row)
        return found

    @cached_property
    def _by_segment(self) -> dict[str, list[Holding]]:
        found: dict[str, list[Holding]] = {}
        for row in self.family("segments", "mission"):
            found.setdefault(row.key, []).append(row)
        return found

    def family(self, attribute: str, kind: str | None = None) -> Iterator[Holding]:
        """Yield the rows of an attribute (`segments` gives every `segments:...`), of one kind of thing or of all."""
        if kind is None:
            return iter(self._by_family.get(attribute, ()))
        found = self._of_kind.get((attribute, kind))
        if found is None:
            found = [row for row in self._by_family.get(attribute, ()) if row.kind == kind]
            self._of_kind[attribute, kind] = found
        return iter(found)

    def of(self, id_: str, attribute: str | None = None) -> Sequence[Holding]:
        """Return the rows of a thing, or of one attribute (family) of it, in order of attribute and start."""
        if attribute is None:
            return sorted(self._by_thing.get(id_, ()), key=_place)
        found = self._of.get((id_, attribute))
        if found is None:
            rows = self._by_thing.get(id_, ())
            found = sorted([row for row in rows if row.attribute.partition(":")[0] == attribute], key=_place)
            self._of[id_, attribute] = found
        return found

    def lives(self, kind: str) -> Iterator[Holding]:
        """Yield the live intervals of the things of a kind."""
        return self.family(LIFE, kind)

    def segments_of(self, cluster: str) -> Iterator[Holding]:
        """Yield the rows in which a segment belongs to a cluster."""
        return iter(self._by_cluster.get(cluster, ()))

    def affiliations_of(self, segment: str) -> Iterator[Holding]:
        """Yield the rows in which a mission is affiliated with a segment."""
        return iter(self._by_segment.get(segment, ()))

    def missions_of(self, cluster: str) -> Iterator[tuple[str, int, int]]:
        """Yield (mission, start, end) for each span in which a mission surely has a segment of a cluster."""
        for within in self.segments_of(cluster):
            for row in self.affiliations_of(within.id):
                start, end = max(row.start, within.start), min(row.sure_to, within.sure_to)
                if start < end:
                    yield row.id, start, end

    @cached_property
    def _parts(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for id_ in self._by_thing:
            found.setdefault(id_.partition("/")[0], set()).add(id_)
        for row in self.family("mission", "objective"):
            found.setdefault(row.value, set()).add(row.id)
        return found

    def within(self, cluster: str) -> KnownRecord:
        """Return the part of the record that figures of one cluster are computed from.

        It holds the cluster, the segments that ever were its own, the missions ever affiliated with them and where
        else those are affiliated, what belongs to any of these, the signals that concern them, and the government.
        Computing on it costs the size of the cluster, not that of the government.
        """
        own = {row.id for row in self.segments_of(cluster)}
        missions = {row.id for segment in own for row in self.affiliations_of(segment)}
        ids = {cluster, GOVERNMENT, *own, *missions}
        for owner in (cluster, *missions):
            ids |= self._parts.get(owner, set())
        ids |= {row.key for mission in missions for row in self.of(mission, "segments")}
        ids |= {row.id for row in self.family("concerns", "signal") if not ids.isdisjoint(row.value)}
        held = [row for id_ in sorted(ids) for row in self._by_thing.get(id_, ())]
        return replace(self, held=held, _made={})

    def decision_of(self, position: int) -> DecisionFacts | None:
        """Return the decision that the event at a position is of; None where it does not stand."""
        said = self.events.get(position)
        return None if said is None else self.decisions.get(said.decision)


def overlap(start: int, end: int, first: int, last: int) -> int:
    """Return the number of days that start <= day < end and first <= day < last share."""
    return max(0, min(end, last) - max(start, first))


def days_in_doubt(rows: Iterable[Holding], first: int, last: int) -> int:
    """Return the unit-days of rows between two days on which they may have ended."""
    return sum(overlap(row.in_doubt, row.end, first, last) for row in rows if row.in_doubt)


def days_live(rows: Iterable[Holding], first: int, last: int) -> int:
    """Return the unit-days of rows between two days; days in doubt are left out."""
    return sum(overlap(row.start, row.sure_to, first, last) for row in rows)
