"""Clusters that a thing, an event and a decision concern, and when."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from projections.agility.record import Affiliation, KnownRecord
from projections.agility.spans import joined, owners

Span = tuple[int, int, str]  # first day, day after the last, cluster


class Concerning:
    """The clusters behind ids; `events` gives the positions of the events that concern each cluster, in order."""

    def __init__(self, record: KnownRecord) -> None:
        """Read it out of a record."""
        self._record = record
        self._clusters = {row.id for row in record.lives("cluster")}
        self._spans: dict[str, list[Span]] = {}
        for row in record.family("cluster", "segment"):
            self._spans.setdefault(row.id, []).append((row.start, row.end, row.value))
        self._spans.update([(mission, self._of_mission(found)) for mission, found in record.affiliations.items()])
        self._of = {row.id: row.value for row in record.family("of", "recommendation")}
        self.events = self._events()

    def _of_mission(self, found: Iterable[Affiliation]) -> list[Span]:
        """Return the spans in which a mission is affiliated with a cluster, by whichever segments."""
        clusters: dict[str, list[tuple[int, int]]] = {}
        for one in found:
            for start, end, cluster in self._spans.get(one.segment, ()):
                if max(start, one.start) < min(one.end, end):
                    clusters.setdefault(cluster, []).append((max(start, one.start), min(one.end, end)))
        return [(*span, cluster) for cluster, spans in clusters.items() for span in joined(spans)]

    def at(self, id_: str, day: int) -> tuple[str, ...]:
        """Return the clusters that a thing is of on a day; empty for the government and for what is of none.

        A mandate is of whatever its id begins with, an objective of the mission that it belongs to, a recommendation
        of whatever was assessed.
        """
        return tuple({cluster for start, end, cluster in self._of_thing(id_) if start <= day < end})

    def ever(self, id_: str) -> set[str]:
        """Return the clusters that a thing is of on any day."""
        return {cluster for _, _, cluster in self._of_thing(id_)}

    def _of_thing(self, id_: str) -> list[Span]:
        if id_ in self._clusters:
            return [(0, _FAR, id_)]
        spans = self._spans.get(id_)
        if spans is not None:
            return spans
        if "/" not in id_ and id_ not in self._of:
            return []
        of = self._of.get(id_)
        belongs = [(of, 0, _FAR)] if of else owners(self._record, id_)
        # An objective that was moved is of the clusters of each mission while it belonged to that.
        if len(belongs) == 1:
            return self._of_thing(belongs[0][0]) if belongs[0][0] != id_ else []
        found = [
            (max(start, since), min(end, until), cluster)
            for owner, since, until in belongs
            for start, end, cluster in self._of_thing(owner)
            if max(start, since) < min(end, until)
        ]
        return self._spans.setdefault(id_, found)

    def _events(self) -> dict[str, Sequence[int]]:
        found: dict[str, array[int]] = {cluster: array("i") for cluster in self._clusters}
        for id_, rows in groupby(self._record.held.ends(), key=itemgetter(0)):
            for position, clusters in self._of_rows(id_, rows):
                for cluster in clusters:
                    found.setdefault(cluster, array("i")).append(position)
        for position, cluster in self._spoken_of():
            found.setdefault(cluster, array("i")).append(position)
        return {cluster: array("i", sorted(set(positions))) for cluster, positions in found.items()}

    def _of_rows(self, id_: str, rows: Iterable[tuple[str, int, int, int, int]]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the events behind the rows of a thing, each with the clusters that it is of then."""
        if id_ in self._clusters:
            for _, _, _, set_by, ended_by in rows:
                yield set_by, (id_,)
                if ended_by:
                    yield ended_by, (id_,)
            return
        spans = self._of_thing(id_)
        if not spans:
            return
        days, clusters = _pieces(spans)
        for _, start, end, set_by, ended_by in rows:
            yield set_by, clusters[bisect_right(days, start)]
            if ended_by:
                yield ended_by, clusters[bisect_right(days, end - 1)]

    def _spoken_of(self) -> Iterator[tuple[int, str]]:
        """Yield (position, cluster) of what was struck or corrected: it may be in no row any more."""
        for position, ids in self._record.mentions.items():
            for id_ in ids:
                for cluster in self.ever(id_):
                    yield position, cluster

    def decisions(self, cluster: str) -> set[int]:
        """Return the decisions that concern a cluster, by the position of their first event."""
        events = self._record.events
        return {events.decisions[position - 1] for position in self.events.get(cluster, ()) if position in events}


def _pieces(spans: Sequence[Span]) -> tuple[list[int], list[Sequence[str]]]:
    """Return the days on which the clusters of a thing turn, and its clusters before the first and from each on."""
    days = sorted({day for start, end, _ in spans for day in (start, end)})
    of_days = (tuple({cluster for start, end, cluster in spans if start <= day < end}) for day in days)
    return days, [(), *of_days]


_FAR = 10**9


def concerning(record: KnownRecord) -> Concerning:
    """Return which clusters everything in a record concerns; ask for it by `record.once(concerning)`."""
    return Concerning(record)
