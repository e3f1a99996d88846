"""Clusters that a thing, an event and a decision concern, and when."""

from __future__ import annotations

from collections.abc import Iterator

from projections.agility.record import KnownRecord
from projections.agility.spans import joined, owners

Span = tuple[int, int, str]  # first day, day after the last, cluster


class Concerning:
    """The clusters behind ids; `events` gives the positions of the events that concern each cluster."""

    def __init__(self, record: KnownRecord) -> None:
        """Read it out of a record."""
        self._record = record
        self._clusters = {row.id for row in record.lives("cluster")}
        self._spans: dict[str, list[Span]] = {}
        for row in record.family("cluster", "segment"):
            self._spans.setdefault(row.id, []).append((row.start, row.end, row.value))
        self._spans.update(list(self._of_missions()))
        self._of = {row.id: row.value for row in record.family("of", "recommendation")}
        self.events = self._events()

    def _of_missions(self) -> Iterator[tuple[str, list[Span]]]:
        """Yield each mission with the spans in which it is affiliated with a cluster, by whichever segments."""
        found: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for row in self._record.family("segments", "mission"):
            for start, end, cluster in self._spans.get(row.key, ()):
                if max(start, row.start) < min(row.end, end):
                    within = max(start, row.start), min(row.end, end)
                    found.setdefault(row.id, {}).setdefault(cluster, []).append(within)
        for mission, clusters in found.items():
            yield mission, [(*span, cluster) for cluster, spans in clusters.items() for span in joined(spans)]

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

    def _events(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {cluster: set() for cluster in self._clusters}
        for row in self._record.held:
            if row.id in self._clusters:
                found[row.id].update((row.set_by, row.ended_by) if row.ended_by else (row.set_by,))
                continue
            spans = self._of_thing(row.id)
            for start, end, cluster in spans:
                if start <= row.start < end:
                    found.setdefault(cluster, set()).add(row.set_by)
                if row.ended_by and start < row.end <= end:
                    found.setdefault(cluster, set()).add(row.ended_by)
        for position, cluster in self._spoken_of():
            found.setdefault(cluster, set()).add(position)
        return found

    def _spoken_of(self) -> Iterator[tuple[int, str]]:
        """Yield (position, cluster) of what was struck or corrected: it may be in no row any more."""
        for position, ids in self._record.mentions.items():
            for id_ in ids:
                for cluster in self.ever(id_):
                    yield position, cluster

    def decisions(self, cluster: str) -> set[int]:
        """Return the decisions that concern a cluster, by the position of their first event."""
        events = self._record.events
        return {events[position].decision for position in self.events.get(cluster, ()) if position in events}


_FAR = 10**9


def concerning(record: KnownRecord) -> Concerning:
    """Return which clusters everything in a record concerns; ask for it by `record.once(concerning)`."""
    return Concerning(record)
