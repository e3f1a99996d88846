"""Restatement: counts over time under the structure as it was, as it is now, or as it was on a chosen day.

A series that is told by cluster moves when missions do, and also when the structure does. Side by side, the same
things on the same days are counted under several structures; what differs between the columns is due to the
structure alone, and the decisions that moved it are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.state.structure import Structure, ThingAt
from ledger.timeline import iso
from projections.views import Views

KINDS = ("mission", "segment")
THEN = "then"
ELSEWHERE = ""  # the cluster of what a structure does not hold

Places = dict[str, dict[str, frozenset[int]]]  # thing -> cluster -> positions of the events that put it there


class Restated(NamedTuple):
    """How many things of a kind a cluster had on a day, under each structure, and what moved between them.

    `cluster` is empty for things that a structure does not hold, or holds in no live cluster. `counts` are in the order
    of the structures asked for; `events` are the positions that put what differs where it is.
    """

    day: int
    cluster: str
    title: str | None
    counts: tuple[int, ...]
    events: tuple[int, ...]


def restated(
    views: Views, kind: str, days: Sequence[int], structures: Sequence[int | None], known: int
) -> list[Restated]:
    """Return the counts of the live things of `kind` (mission, segment) on each day, by cluster.

    `structures` are days; None is the structure of the counted day itself. All is as known at position `known`. In
    order of day and cluster; a cluster with nothing under any of the structures is left out. Titles are those of the
    last structure in which the cluster is live.
    """
    kept: dict[int, Structure] = {}

    def structure(day: int) -> Structure:
        if day not in kept:
            kept[day] = views.structure(day, known)
        return kept[day]

    found: list[Restated] = []
    for day in days:
        live = [thing.id for thing in structure(day).of_kind(kind)]
        under = [structure(day if one is None else one) for one in structures]
        found += _on(day, kind, live, under)
    return found


def _on(day: int, kind: str, live: Sequence[str], under: Sequence[Structure]) -> Iterator[Restated]:
    places = [_places(structure, kind, live) for structure in under]
    clusters = sorted({cluster for one in places for found in one.values() for cluster in found})
    for cluster in clusters:
        members = [frozenset(id_ for id_ in live if cluster in one[id_]) for one in places]
        moved = frozenset().union(*members) - members[0].intersection(*members)
        events = {
            position for id_ in moved for one in places for positions in one[id_].values() for position in positions
        }
        counts = tuple(len(one) for one in members)
        yield Restated(day, cluster, _title(under, cluster), counts, tuple(sorted(events)))


def _places(structure: Structure, kind: str, live: Sequence[str]) -> Places:
    """Return the clusters of each thing under a structure, with the events that put it there."""
    found: Places = {}
    for id_ in live:
        thing = structure.get(id_)
        homes = {} if thing is None else _homes(structure, thing) if kind == "mission" else _home(structure, thing)
        found[id_] = homes or {ELSEWHERE: frozenset()}
    return found


def _home(structure: Structure, segment: ThingAt) -> dict[str, frozenset[int]]:
    held = segment.attributes["cluster"]
    return {str(held.value): frozenset({held.set_by})} if held.value in structure.things else {}


def _homes(structure: Structure, mission: ThingAt) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for segment in mission.keyed("segments"):
        thing = structure.get(segment)
        for cluster, positions in _home(structure, thing).items() if thing is not None else ():
            own = {mission.attributes[f"segments:{segment}"].set_by}
            found[cluster] = found.get(cluster, frozenset()) | positions | own
    return found


def _title(under: Sequence[Structure], cluster: str) -> str | None:
    things = [structure.get(cluster) for structure in under]
    return next((thing.get("title") for thing in reversed(things) if thing is not None), None)


def restated_fields(views: Views, rows: Sequence[Restated], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows as JSON values: `counts` by the names of the structures, and the decisions behind what differs."""
    references: dict[int, Mapping[str, str]] = {}

    def decision(position: int) -> Mapping[str, str]:
        if position not in references:
            recorded = views.ledger.need(position)
            part = recorded.event.decision
            references[position] = {"authority": part.authority, "reference": part.reference}
        return references[position]

    return [
        {
            "date": iso(row.day),
            "cluster": row.cluster or None,
            "title": row.title,
            "counts": dict(zip(names, row.counts, strict=True)),
            "decisions": list({one["reference"]: one for one in map(decision, row.events)}.values()),
        }
        for row in rows
    ]
