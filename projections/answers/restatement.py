"""Restatement: counts over time under the structure as it was, as it is now, or as it was on a chosen day.

A series that is told by cluster moves when missions do, and also when the structure does. Side by side, the same
things on the same days are counted under several structures; what differs between the columns is due to the
structure alone, and the decisions that moved it are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.names import IN_DOUBT
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import iso
from projections.answers.counts import Count
from projections.answers.grounds import DecisionRef
from projections.fields import Day
from projections.views.queries.events import Places
from projections.views.queries.neighbours import homes_on
from projections.views.read_model import Views

KINDS = ("mission", "segment")
THEN = "then"
_NONE: frozenset[str] = frozenset()
ELSEWHERE = ""  # the cluster of what a structure does not hold

Homes = dict[str, frozenset[int]]  # cluster -> positions of the events that put a thing there


class Place(NamedTuple):
    """Where a thing is under a structure: surely, and at the most; each empty where it may be elsewhere, or is."""

    least: Homes
    most: Homes


class Restated(NamedTuple):
    """How many things of a kind a cluster had on a day, under each structure, and what moved between them.

    `cluster` is empty for things that a structure does not hold, or holds in no live cluster. `counts` are in the order
    of the structures asked for, each without what is in doubt and with it; `events` are the positions that put what
    differs where it is.
    """

    day: int
    cluster: str
    title: str | None
    counts: tuple[Count, ...]
    events: tuple[int, ...]


def restated(
    views: Views, kind: str, days: Sequence[int], structures: Sequence[int | None], known: int
) -> list[Restated]:
    """Return the counts of the live things of `kind` (mission, segment) on each day, by cluster.

    `structures` are days; None is the structure of the counted day itself. All is as known at position `known`. In
    order of day and cluster; a cluster with nothing under any of the structures is left out. Titles are those of the
    last structure in which the cluster is live.
    """
    views.catch_up()
    kept = {day: homes_on(views.file, day, known) for day in set(structures) if day is not None}
    rows: list[Restated] = []
    for day in days:
        then = kept[day] if day in kept else homes_on(views.file, day, known)
        rows += _on(then, kind, [then if chosen is None else kept[chosen] for chosen in structures])
    return rows


def _on(day: Structure, kind: str, under: Sequence[Structure]) -> Iterator[Restated]:
    """Yield the counts of one day by cluster; what is counted is live on it, or may be."""
    live = list(day.at_most.of_kind(kind))
    places = [{thing.id: _place(structure, thing, day.day) for thing in live} for structure in under]
    possible = [_by_cluster((id_, _possible(place)) for id_, place in by_id.items()) for by_id in places]
    certain = [
        _by_cluster((id_, _certain(place)) for id_, place in by_id.items() if id_ in day.things) for by_id in places
    ]
    for cluster in sorted({cluster for by_cluster in possible for cluster in by_cluster}):
        most = [by_cluster.get(cluster, _NONE) for by_cluster in possible]
        sure = [by_cluster.get(cluster, _NONE) for by_cluster in certain]
        moved = _NONE.union(*(ids - frozenset(ends[0]).intersection(*ends) for ends in (most, sure) for ids in ends))
        causes = (by_id[id_].most.values() for id_ in moved for by_id in places)
        events = {position for homes in causes for positions in homes for position in positions}
        counts = tuple(Count(len(least), len(greatest)) for least, greatest in zip(sure, most, strict=True))
        yield Restated(day.day, cluster, _title(under, cluster), counts, tuple(sorted(events)))


def _by_cluster(placed: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, frozenset[str]]:
    """Return the ids of things by the clusters that each is in."""
    found: dict[str, set[str]] = {}
    for id_, clusters in placed:
        for cluster in clusters:
            found.setdefault(cluster, set()).add(id_)
    return {cluster: frozenset(ids) for cluster, ids in found.items()}


def _possible(place: Place) -> Iterable[str]:
    """Return the clusters in which a thing may be."""
    return place.most if place.least else (*place.most, ELSEWHERE)


def _certain(place: Place) -> Iterable[str]:
    """Return the clusters in which a thing surely is."""
    return place.least if place.most else (ELSEWHERE,)


def _place(structure: Structure, counted: ThingAt, day: int) -> Place:
    """Return where a thing that is counted on a day is under a structure.

    What is in doubt on both days for the same end, and is counted as live on the later, was live on the earlier.
    """
    most = structure.at_most
    thing = most.get(counted.id)
    if thing is None:
        return Place({}, {})
    lives = thing.attributes.get(IN_DOUBT) in (None, counted.attributes.get(IN_DOUBT)) and structure.day <= day
    surely = structure.get(thing.id) is not None or lives
    return Place(_homes(structure, thing) if surely else {}, _homes(most, thing))


def _homes(structure: Structure, thing: ThingAt) -> Homes:
    if thing.kind == "segment":
        return _home(structure, thing)
    homes: Homes = {}
    for id_ in thing.keyed("segments"):
        segment = structure.get(id_)
        for cluster, positions in _home(structure, segment).items() if segment is not None else ():
            own = {thing.attributes[f"segments:{id_}"].set_by}
            homes[cluster] = homes.get(cluster, frozenset()) | positions | own
    return homes


def _home(structure: Structure, segment: ThingAt) -> Homes:
    held = segment.attributes["cluster"]
    return {str(held.value): frozenset({held.set_by})} if held.value in structure.things else {}


def _title(under: Sequence[Structure], cluster: str) -> str | None:
    things = [structure.at_most.get(cluster) for structure in under]
    return next((thing.get("title") for thing in reversed(things) if thing is not None), None)


class RestatedCount(NamedTuple):
    """A row of a restatement: counts by the names of the structures, and the decisions behind what differs."""

    date: Day | None
    cluster: str | None
    title: str | None
    counts: Mapping[str, Count]
    decisions: tuple[DecisionRef, ...]


def named_counts(views: Views, rows: Sequence[Restated], names: Sequence[str]) -> list[RestatedCount]:
    """Return rows with the names of the structures that they count under, and the decisions behind their events."""
    places = Places(views.file)
    places.look_up(position for row in rows for position in row.events)

    def decision(position: int) -> DecisionRef:
        at = places.at(position)
        return DecisionRef(at.authority, at.reference)

    return [
        RestatedCount(
            date=iso(row.day),
            cluster=row.cluster or None,
            title=row.title,
            counts=dict(zip(names, row.counts, strict=True)),
            decisions=tuple({behind.reference: behind for behind in map(decision, row.events)}.values()),
        )
        for row in rows
    ]
