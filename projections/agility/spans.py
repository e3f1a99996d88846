"""Spans of days, and which spans of segments and missions belong to a cluster or to the whole government.

They are the days on which a thing is surely live: those on which it may have ended are in none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ledger.names import LIFE
from ledger.timeline import FOREVER, UNSTATED
from projections.agility.record import Holding, KnownRecord

Span = tuple[int, int]  # start <= day < end
Spans = list[Span]


def joined(spans: Iterable[Span]) -> Spans:
    """Return spans in order, those that touch or overlap made one, empty ones left out."""
    found: Spans = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(one: Iterable[Span], other: Iterable[Span]) -> Spans:
    """Return the days that two sets of spans share, in order."""
    second = list(other)
    return joined((max(a, c), min(b, d)) for a, b in one for c, d in second)


def days(spans: Iterable[Span]) -> int:
    """Return the number of days in joined spans."""
    return sum(end - start for start, end in spans)


def homes_on(record: KnownRecord, day: int) -> Mapping[str, Sequence[str]]:
    """Return the live missions that are affiliated with each segment on a day."""
    return record.lately(("homes", day), lambda: _homes(record, day))


def _homes(record: KnownRecord, day: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for mission, rows in record.on("segments", "mission", day).items():
        for row in rows:
            found.setdefault(row.key, []).append(mission)
    return found


def missions_on(record: KnownRecord, day: int) -> Mapping[str, Collection[str]]:
    """Return the missions that surely have a segment of each cluster on a day."""
    return record.lately(("missions on", day), lambda: _missions_on(record, day))


def _missions_on(record: KnownRecord, day: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    homes = homes_on(record, day)
    for segment, rows in record.on("cluster", "segment", day).items():
        for row in rows:
            found.setdefault(row.value, set()).update(homes.get(segment, ()))
    return found


def covers(spans: Iterable[Span], day: int) -> bool:
    """Return whether a day lies in one of the spans."""
    return any(start <= day < end for start, end in spans)


def segments(record: KnownRecord, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each segment is live, and of `cluster` where one is given."""
    return record.lately(("segments", cluster), lambda: _segments(record, cluster))


def _segments(record: KnownRecord, cluster: str | None) -> dict[str, Spans]:
    found: dict[str, Spans] = {}
    rows = record.family("cluster", "segment") if cluster is None else record.segments_of(cluster)
    for row in rows:
        found.setdefault(row.id, []).append((row.start, row.sure_to))
    return {id_: joined(spans) for id_, spans in found.items()}


def missions(record: KnownRecord, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each mission is live, and affiliated with a segment of `cluster` where one is given."""
    return record.lately(("missions", cluster), lambda: _missions(record, cluster))


def _missions(record: KnownRecord, cluster: str | None) -> dict[str, Spans]:
    found: dict[str, Spans] = {}
    if cluster is None:
        for row in record.lives("mission"):
            found.setdefault(row.id, []).append((row.start, row.sure_to))
    else:
        for id_, start, end in record.missions_of(cluster):
            found.setdefault(id_, []).append((start, end))
    return {id_: joined(spans) for id_, spans in found.items()}


def affiliations(record: KnownRecord, segment: str) -> Mapping[str, Spans]:
    """Return the days on which each live mission is affiliated with a segment."""
    found: dict[str, Spans] = {}
    for one in record.affiliations_of(segment):
        found.setdefault(one.mission, []).append((one.start, one.sure_to))
    return found


def parts(record: KnownRecord, kind: str, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each objective (of a mission), mandate or recommendation is live and in scope.

    The id of such a part begins with that of its mission or cluster, save where an objective was moved.
    """
    return record.lately((kind, cluster), lambda: _parts(record, kind, cluster))


def _parts(record: KnownRecord, kind: str, cluster: str | None) -> dict[str, Spans]:
    by_owner = _by_owner(record, kind)
    if cluster is None:
        return {id_: joined(spans) for found in by_owner.values() for id_, spans in found.items()}
    scoped = {id_: joined(spans) for id_, spans in by_owner.get(cluster, {}).items()}
    for owner, lived in missions(record, cluster).items():
        for id_, spans in by_owner.get(owner, {}).items():
            scoped[id_] = common(spans, lived)
    return {id_: spans for id_, spans in scoped.items() if spans}


def _by_owner(record: KnownRecord, kind: str) -> dict[str, dict[str, Spans]]:
    """Return the spans of all parts of a kind by what they belong to, then by id."""
    kept = record.once(_owned)
    if kind in kept:
        return kept[kind]
    found = kept[kind] = {}
    for row in record.read(LIFE, kind):
        for owner, start, end in owners(record, row.id):
            if max(start, row.start) < min(end, row.sure_to):
                of_owner = found.setdefault(owner, {})
                of_owner.setdefault(row.id, []).append((max(start, row.start), min(end, row.sure_to)))
    return found


def _owned(_: KnownRecord) -> dict[str, dict[str, dict[str, Spans]]]:
    return {}


def owners(record: KnownRecord, id_: str) -> list[tuple[str, int, int]]:
    """Return what a part belongs to, and on which days: what its id begins with, until an objective is moved."""
    moves = record.once(_moves).get(id_, [])
    starts = [*(row.start for row in moves), FOREVER]
    first = (id_.partition("/")[0], UNSTATED, starts[0])
    return [first, *((str(row.value), row.start, end) for row, end in zip(moves, starts[1:], strict=True))]


def _moves(record: KnownRecord) -> dict[str, list[Holding]]:
    found: dict[str, list[Holding]] = {}
    for row in record.family("mission", "objective"):
        found.setdefault(row.id, []).append(row)
    return {id_: sorted(rows, key=lambda row: row.start) for id_, rows in found.items()}
