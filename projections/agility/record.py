"""The record as known at one position, over all effective days: what every metric is computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from ledger.names import LIFE
from projections.agility.decided import Decisions
from projections.agility.log import Log
from projections.agility.rows import HeldRows, Holding

_KEPT = 40  # answers about single clusters and days
_T = TypeVar("_T")
_Row = TypeVar("_Row")


def _by(rows: Iterable[_Row], of: Callable[[_Row], str]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(of(row), []).append(row)
    return found


def _id(row: Holding) -> str:
    return row.id


class Affiliation(NamedTuple):
    """A mission's affiliation with a segment, on the days start <= day < end; surely so before `sure_to`."""

    mission: str
    segment: str
    start: int
    sure_to: int
    end: int


@dataclass(frozen=True)
class KnownRecord:
    """What the ledger knew at `position`; `held` are the rows of every attribute, `decisions` those that stand.

    `spoken` are the later events that correct, strike, replace, rescind or postpone one, by its position, and
    `mentions` the ids that those spoken of name: what was struck is in no row.
    """

    position: int
    held: HeldRows
    decisions: Decisions
    events: Log
    settings: Mapping[str, int] = field(default_factory=dict)
    spoken: Mapping[int, Sequence[int]] = field(default_factory=dict)
    mentions: Mapping[int, Sequence[str]] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)  # that ends state, by position, as corrected
    _made: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, make: Callable[[KnownRecord], _T]) -> _T:
        """Return what `make` makes of this record, made the first time it is asked for: an index, mostly."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(_T, self._made[make])

    def lately(self, question: object, answer: Callable[[], _T]) -> _T:
        """Return the answer to a question; of those that were made in this way, the last few are kept."""
        kept = self._made.setdefault("lately", {})
        found = kept.pop(question) if question in kept else answer()
        kept[question] = found  # behind those that were asked for before
        if len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return cast(_T, found)

    def read(self, attribute: str, kind: str | None = None) -> Iterator[Holding]:
        """Yield the rows of an attribute, in order of thing, attribute and start; they are kept nowhere."""
        return self.held.read(attribute, kind)

    def family(self, attribute: str, kind: str | None = None) -> Sequence[Holding]:
        """Return the rows of an attribute (`segments` gives every `segments:...`), of one kind of thing or of all.

        They are kept: of what is said again and again, ask `read`.
        """
        made = self._made.setdefault("family", {})
        if (attribute, kind) not in made:
            made[attribute, kind] = list(self.read(attribute, kind))
        return cast(list[Holding], made[attribute, kind])

    def of(self, id_: str, attribute: str, kind: str | None = None) -> Sequence[Holding]:
        """Return the rows of one attribute (family) of a thing, in order of attribute and start.

        `kind`, where one is given, is that of the thing: rows of others are not read.
        """
        made = self._made.setdefault("of", {})
        if (attribute, kind) not in made:
            made[attribute, kind] = _by(self.family(attribute, kind), _id)
        return cast(Mapping[str, list[Holding]], made[attribute, kind]).get(id_, ())

    def on(self, attribute: str, kind: str, day: int) -> Mapping[str, Sequence[Holding]]:
        """Return the rows of an attribute that surely hold on a day, by thing."""
        return self.lately(
            ("on", attribute, kind, day),
            lambda: _by((row for row in self.read(attribute, kind) if row.start <= day < row.sure_to), _id),
        )

    def lives(self, kind: str) -> Sequence[Holding]:
        """Return the live intervals of the things of a kind."""
        return self.family(LIFE, kind)

    @cached_property
    def _by_cluster(self) -> dict[str, list[Holding]]:
        return _by(self.family("cluster", "segment"), lambda row: str(row.value))

    def segments_of(self, cluster: str) -> Sequence[Holding]:
        """Return the rows in which a segment belongs to a cluster."""
        return self._by_cluster.get(cluster, ())

    @cached_property
    def affiliations(self) -> dict[str, list[Affiliation]]:
        """The affiliations of every mission with segments, by segment and start."""
        ids: dict[str, str] = {}  # a text for each id, and not for each row
        days: dict[int, int] = {}
        found: dict[str, list[Affiliation]] = {}
        for row in self.read("segments", "mission"):
            mission, segment = ids.setdefault(row.id, row.id), ids.setdefault(row.key, row.key)
            start, sure_to, end = (days.setdefault(day, day) for day in (row.start, row.sure_to, row.end))
            found.setdefault(mission, []).append(Affiliation(mission, segment, start, sure_to, end))
        return found

    @cached_property
    def _by_segment(self) -> dict[str, list[Affiliation]]:
        return _by((one for found in self.affiliations.values() for one in found), lambda one: one.segment)

    def affiliations_of(self, segment: str) -> Sequence[Affiliation]:
        """Return the affiliations of missions with a segment, by mission and start."""
        return self._by_segment.get(segment, ())

    def missions_of(self, cluster: str) -> Iterator[tuple[str, int, int]]:
        """Yield (mission, start, end) for each span in which a mission surely has a segment of a cluster."""
        for within in self.segments_of(cluster):
            for one in self.affiliations_of(within.id):
                start, end = max(one.start, within.start), min(one.sure_to, within.sure_to)
                if start < end:
                    yield one.mission, start, end


def overlap(start: int, end: int, first: int, last: int) -> int:
    """Return the number of days that start <= day < end and first <= day < last share."""
    return max(0, min(end, last) - max(start, first))


def days_in_doubt(rows: Iterable[Holding], first: int, last: int) -> int:
    """Return the unit-days of rows between two days on which they may have ended."""
    return sum(overlap(row.in_doubt, row.end, first, last) for row in rows if row.in_doubt)


def days_live(rows: Iterable[Holding], first: int, last: int) -> int:
    """Return the unit-days of rows between two days; days in doubt are left out."""
    return sum(overlap(row.start, row.sure_to, first, last) for row in rows)


__all__ = ["Affiliation", "Holding", "KnownRecord", "days_in_doubt", "days_live", "overlap"]
