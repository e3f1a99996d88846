"""The changes of a structure in order of day: what began, ended, moved or was retitled, and what that undid.

Structural is what belongs to what: clusters established, nested and dissolved; segments added, retired and transferred;
missions affiliated, realigned and removed. What is said of a thing (its purpose, scope or statement) is not, and
neither is a mission that starts, pauses or ends. Retitlings of clusters are kept beside, under `TITLE`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeVar, cast

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


_Name = TypeVar("_Name")


class Movement(NamedTuple):
    """One attribute of one thing that turned on a day; an event may make several."""

    day: int
    position: int
    id: str
    family: str  # LIFE, CLUSTER, SEGMENTS, TITLE or WITHIN
    clusters: tuple[str, ...]  # that it concerns, before and after
    undoes: int = 0  # the position of the event, at most a year before, whose change it takes back


class Movements:
    """All changes of a record, and those of each cluster, in order of day and position."""

    def __init__(self, record: KnownRecord) -> None:
        """Read them out of a record."""
        self._at = record.once(concerning).at
        self._record = record
        self._names: dict[object, object] = {}
        self._of: dict[str | None, list[Movement]] = {None: sorted(self._all())}
        for change in self._of[None]:
            for cluster in change.clusters:
                self._of.setdefault(cluster, []).append(change)

    def within(self, window: Window, cluster: str | None) -> Sequence[Movement]:
        """Return the changes that take effect in a window, of a cluster or of the whole government (None)."""
        found = self._of.get(cluster, [])
        return found[bisect_left(found, (window.start,)) : bisect_left(found, (window.end,))]

    def structural(self, window: Window, cluster: str | None) -> list[Movement]:
        """Return the changes in a window that are not retitlings."""
        return [change for change in self.within(window, cluster) if change.family != TITLE]

    def retitlings(self, window: Window, cluster: str | None) -> list[Movement]:
        """Return the retitlings of clusters in a window."""
        return [change for change in self.within(window, cluster) if change.family == TITLE]

    def _all(self) -> Iterator[Movement]:
        for family, kind in _TIMELINES:
            for _, rows in groupby(self._record.read(family, kind), key=_timeline):
                yield from self._of_timeline(family, list(rows))

    def _of_timeline(self, family: str, rows: list[Holding]) -> Iterator[Movement]:
        left: dict[Any, tuple[int, int]] = {}  # when a value was last left, and by which event
        id_ = self._named(rows[0].id)
        for day, position, before, after in _turns(rows):
            if self._record.events.name(position) not in _NAMES[family] or before == after:
                continue
            since, by = left.get(after, (-YEAR_DAYS - 1, 0))
            left[before] = (day, position)
            clusters = self._named(self._clusters(family, rows[0], day, before, after))
            yield Movement(day, position, id_, family, clusters, by if day - since <= YEAR_DAYS else 0)

    def _named(self, name: _Name) -> _Name:
        """Return a name as it is kept: once, however many changes have it."""
        return cast(_Name, self._names.setdefault(name, name))

    def _clusters(self, family: str, row: Holding, day: int, before: Any, after: Any) -> tuple[str, ...]:
        if family == CLUSTER:
            return tuple(sorted({cluster for cluster in (before, after) if cluster is not None}))
        if family == WITHIN:
            return tuple(sorted({row.id, row.key}))
        if family != SEGMENTS:
            return (row.id,)
        return tuple(sorted({*self._at(row.key, day), *(self._at(row.key, day - 1) if before is not None else ())}))


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


def positions(found: Sequence[Movement]) -> tuple[int, ...]:
    """Return the positions of the events behind changes, each once, in recording order."""
    return tuple(sorted({change.position for change in found}))
