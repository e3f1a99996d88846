"""Spans of days, and which spans of segments and missions belong to a cluster or to the whole government.

They are the days on which a thing is surely live: those on which it may have ended are in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def covers(spans: Iterable[Span], day: int) -> bool:
    """Return whether a day lies in one of the spans."""
    return any(start <= day < end for start, end in spans)


def _kept(_: KnownRecord) -> dict[tuple[str, str | None], dict[str, Spans]]:
    """Return where what is found for a cluster is kept: many metrics ask for the same. It is not to be changed."""
    return {}


def segments(record: KnownRecord, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each segment is live, and of `cluster` where one is given."""
    kept = record.once(_kept)
    if ("segments", cluster) not in kept:
        kept["segments", cluster] = _segments(record, cluster)
    return kept["segments", cluster]


def _segments(record: KnownRecord, cluster: str | None) -> dict[str, Spans]:
    found: dict[str, Spans] = {}
    rows = record.family("cluster", "segment") if cluster is None else record.segments_of(cluster)
    for row in rows:
        found.setdefault(row.id, []).append((row.start, row.sure_to))
    return {id_: joined(spans) for id_, spans in found.items()}


def missions(record: KnownRecord, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each mission is live, and affiliated with a segment of `cluster` where one is given."""
    kept = record.once(_kept)
    if ("missions", cluster) not in kept:
        kept["missions", cluster] = _missions(record, cluster)
    return kept["missions", cluster]


def _missions(record: KnownRecord, cluster: str | None) -> dict[str, Spans]:
    found: dict[str, Spans] = {}
    if cluster is None:
        for row in record.lives("mission"):
            found.setdefault(row.id, []).append((row.start, row.sure_to))
    else:
        for id_, start, end in record.missions_of(cluster):
            found.setdefault(id_, []).append((start, end))
    return {id_: joined(spans) for id_, spans in found.items()}


def affiliations(record: KnownRecord) -> Mapping[str, dict[str, Spans]]:
    """Return, for each segment, the days on which each live mission is affiliated with it."""
    return record.once(_affiliations)


def _affiliations(record: KnownRecord) -> dict[str, dict[str, Spans]]:
    found: dict[str, dict[str, Spans]] = {}
    for row in record.family("segments", "mission"):
        found.setdefault(row.key, {}).setdefault(row.id, []).append((row.start, row.sure_to))
    return found


def parts(record: KnownRecord, kind: str, cluster: str | None) -> Mapping[str, Spans]:
    """Return the days on which each objective (of a mission), mandate or recommendation is live and in scope.

    The id of such a part begins with that of its mission or cluster, save where an objective was moved.
    """
    kept = record.once(_kept)
    if (kind, cluster) not in kept:
        kept[kind, cluster] = _parts(record, kind, cluster)
    return kept[kind, cluster]


def _parts(record: KnownRecord, kind: str, cluster: str | None) -> dict[str, Spans]:
    by_owner = record.once(_by_owner).get(kind, {})
    if cluster is None:
        return {id_: joined(spans) for found in by_owner.values() for id_, spans in found.items()}
    scoped = {id_: joined(spans) for id_, spans in by_owner.get(cluster, {}).items()}
    for owner, lived in missions(record, cluster).items():
        for id_, spans in by_owner.get(owner, {}).items():
            scoped[id_] = common(spans, lived)
    return {id_: spans for id_, spans in scoped.items() if spans}


def _by_owner(record: KnownRecord) -> dict[str, dict[str, dict[str, Spans]]]:
    """Return the spans of all parts by kind, then by what they belong to, then by id."""
    found: dict[str, dict[str, dict[str, Spans]]] = {}
    for row in record.family(LIFE):
        for owner, start, end in owners(record, row.id):
            if max(start, row.start) < min(end, row.sure_to):
                of_owner = found.setdefault(row.kind, {}).setdefault(owner, {})
                of_owner.setdefault(row.id, []).append((max(start, row.start), min(end, row.sure_to)))
    return found


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
