"""The changes of a structure in order of day: what began, ended, moved or was retitled, and what that undid.

Structural is what belongs to what: clusters established, nested and dissolved; segments added, retired and transferred;
missions affiliated, realigned and removed. What is said of a thing (its purpose, scope or statement) is not, and
neither is a mission that starts, pauses or ends. Retitlings of clusters are kept beside, under `TITLE`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple, overload

from ledger.timeline import FOREVER
from projections.agility.concerns import concerning
from projections.agility.figures import Window
from projections.agility.record import Holding, KnownRecord

LIFE, CLUSTER, SEGMENTS, TITLE, WITHIN = "life", "cluster", "segments", "title", "within"
YEAR_DAYS = 365  # within which a change counts as undone
_TIMELINES = ((LIFE, "cluster"), (CLUSTER, "segment"), (SEGMENTS, "mission"), (TITLE, "cluster"), (WITHIN, "cluster"))
_NAMES = {
    LIFE: {"cluster.established", "cluster.reestablished", "cluster.dissolved"},
    CLUSTER: {"segment.added", "segment.reinstated", "segment.retired", "segment.transferred"},
    SEGMENTS: {"mission.added", "mission.realigned", "mission.removed"},
    TITLE: {"cluster.retitled"},
    WITHIN: {"cluster.nested", "cluster.unnested"},
}


class Movement(NamedTuple):
    """One attribute of one thing that turned on a day; an event may make several."""

    day: int
    position: int
    id: str
    family: str  # LIFE, CLUSTER, SEGMENTS, TITLE or WITHIN
    clusters: tuple[str, ...]  # that it concerns, before and after
    undoes: int = 0  # the position of the event, at most a year before, whose change it takes back


_FAMILY = Movement._fields.index("family")


class MovementsFound(Sequence[Movement]):
    """Some of the changes of a record by their places, each made when it is looked at."""

    def __init__(self, columns: Sequence[Sequence[int]], names: Sequence[Any], places: Sequence[int]) -> None:
        """Take the columns of `Movement`, the names that its texts are numbers of, and the places in order."""
        self._columns, self._names, self._places = columns, names, places

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Movement: ...
    @overload
    def __getitem__(self, place: slice) -> MovementsFound: ...
    def __getitem__(self, place: int | slice) -> Movement | MovementsFound:
        """Return one of them, or some."""
        if isinstance(place, slice):
            return self.among(self._places[place])
        return next(iter(self.among([self._places[place]])))

    def __iter__(self) -> Iterator[Movement]:
        """Yield them in order."""
        days, positions, ids, families, clusters, undone = self._columns
        names = self._names
        for at in self._places:
            yield Movement(
                days[at], positions[at], names[ids[at]], names[families[at]], names[clusters[at]], undone[at]
            )

    def among(self, places: Sequence[int]) -> MovementsFound:
        """Return the changes at some places, of all that there are."""
        return MovementsFound(self._columns, self._names, places)

    def of_titles(self, *, are: bool) -> MovementsFound:
        """Return those that are retitlings, or those that are not."""
        families = self._columns[_FAMILY]
        places = (place for place in self._places if (self._names[families[place]] == TITLE) == are)
        return self.among(array("i", places))


class Movements:
    """All changes of a record, and those of each cluster, in order of day and position: six numbers each."""

    def __init__(self, record: KnownRecord) -> None:
        """Read them out of a record."""
        self._at = record.once(concerning).at
        self._record = record
        numbers: dict[object, int] = {}  # of each name
        columns = [array("i") for _ in Movement._fields]
        for day, position, *named, undoes in self._all():
            for column, value in zip(columns, (day, position, *_numbered(numbers, named), undoes), strict=True):
                column.append(value)
        days, positions_ = columns[:2]
        order = sorted(range(len(days)), key=lambda place: days[place] << 32 | positions_[place])
        in_order = [array("i", map(column.__getitem__, order)) for column in columns]
        self._days = in_order[0]
        self._every = MovementsFound(in_order, list(numbers), range(len(order)))
        self._of: dict[str, array[int]] = {}
        for place, change in enumerate(self._every):
            for cluster in change.clusters:
                self._of.setdefault(cluster, array("i")).append(place)

    def within(self, window: Window, cluster: str | None) -> MovementsFound:
        """Return the changes that take effect in a window, of a cluster or of the whole government (None)."""
        first, end = bisect_left(self._days, window.start), bisect_left(self._days, window.end)
        if cluster is None:
            return self._every[first:end]
        places = self._of.get(cluster, array("i"))
        return self._every.among(places[bisect_left(places, first) : bisect_left(places, end)])

    def structural(self, window: Window, cluster: str | None) -> MovementsFound:
        """Return the changes in a window that are not retitlings."""
        return self.within(window, cluster).of_titles(are=False)

    def retitlings(self, window: Window, cluster: str | None) -> MovementsFound:
        """Return the retitlings of clusters in a window."""
        return self.within(window, cluster).of_titles(are=True)

    def _all(self) -> Iterator[Movement]:
        for family, kind in _TIMELINES:
            for _, rows in groupby(self._record.read(family, kind), key=_timeline):
                yield from self._of_timeline(family, list(rows))

    def _of_timeline(self, family: str, rows: list[Holding]) -> Iterator[Movement]:
        left: dict[Any, tuple[int, int]] = {}  # when a value was last left, and by which event
        id_ = rows[0].id
        for day, position, before, after in _turns(rows):
            if self._record.events.name(position) not in _NAMES[family] or before == after:
                continue
            since, by = left.get(after, (-YEAR_DAYS - 1, 0))
            left[before] = (day, position)
            clusters = self._clusters(family, rows[0], day, before, after)
            yield Movement(day, position, id_, family, clusters, by if day - since <= YEAR_DAYS else 0)

    def _clusters(self, family: str, row: Holding, day: int, before: Any, after: Any) -> tuple[str, ...]:
        if family == CLUSTER:
            return tuple(sorted({cluster for cluster in (before, after) if cluster is not None}))
        if family == WITHIN:
            return tuple(sorted({row.id, row.key}))
        if family != SEGMENTS:
            return (row.id,)
        return tuple(sorted({*self._at(row.key, day), *(self._at(row.key, day - 1) if before is not None else ())}))


def _numbered(numbers: dict[object, int], names: Iterable[object]) -> Iterator[int]:
    """Yield the number of each name, the next one for what has none yet."""
    return (numbers.setdefault(name, len(numbers)) for name in names)


def _timeline(row: Holding) -> tuple[str, str]:
    return row.id, row.attribute


def _turns(rows: Sequence[Holding]) -> Iterator[tuple[int, int, Any, Any]]:
    """Yield (day, position, value before, value after) of each turn of a timeline; None: the attribute is absent.

    A thing that lives again goes on with what an earlier event said: no event turned it.
    """
    before: Holding | None = None
    for row in rows:
        if before is not None and before.end == row.start:
            yield row.start, row.set_by, before.value, row.value
        else:
            if before is not None:
                yield before.end, before.ended_by, before.value, None
            if before is None or before.set_by != row.set_by:
                yield row.start, row.set_by, None, row.value
        before = row
    if before is not None and before.end < FOREVER:
        yield before.end, before.ended_by, before.value, None


def changes(record: KnownRecord) -> Movements:
    """Return the changes in a record; ask for them by `record.once(changes)`."""
    return Movements(record)


def positions(found: Iterable[Movement]) -> tuple[int, ...]:
    """Return the positions of the events behind changes, each once, in recording order."""
    return tuple(sorted({change.position for change in found}))
