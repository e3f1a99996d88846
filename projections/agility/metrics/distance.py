"""The distance of two structures that hold the same missions, whatever anything in them is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import comb
from typing import NamedTuple

from projections.agility.changes import SEGMENTS, changes, positions
from projections.agility.concerns import concerning
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import KnownRecord
from projections.agility.spans import covers, missions

Groups = frozenset[str]
Membership = Mapping[str, Groups]  # mission -> the groups that it is in, at least one
_DENOMINATOR = (
    "missions in a group on either day; of these, n on both: the eve of the window (where nothing was affiliated then: "
    "its first day) and its last day"
)
_SOURCE = (
    "L. Hubert and P. Arabie, Comparing partitions, Journal of Classification 2 (1985), where every mission is in one "
    "group; P. Jaccard (1912) on the pairs of missions that share a group, where some are in several. Distance: 1 less "
    "the index."
)


class Compared(NamedTuple):
    """How alike two structures are, and by which index."""

    by: str  # the index
    likeness: float


def compared(first: Membership, second: Membership) -> Compared:
    """Compare two structures over the missions that both hold; names of groups make no difference.

    1 is alike. By the adjusted Rand index, 0 is what chance would bring, and less is possible; by Jaccard, 0 is no
    pair kept. Without any pair in either both are alike.
    """
    both = first.keys() & second.keys()
    signatures = Counter((first[mission], second[mission]) for mission in both)
    if all(len(before) == len(after) == 1 for before, after in signatures):
        return Compared("adjusted Rand", _adjusted_rand(signatures))
    return Compared("Jaccard", _jaccard(signatures))


def _adjusted_rand(signatures: Counter[tuple[Groups, Groups]]) -> float:
    before: Counter[Groups] = Counter()
    after: Counter[Groups] = Counter()
    for (old, new), count in signatures.items():
        before[old] += count
        after[new] += count
    kept, total = _pairs(signatures), comb(signatures.total(), 2)
    old_pairs, new_pairs = _pairs(before), _pairs(after)
    # As whole numbers, so that what is alike is exactly 1: all terms are multiplied by `total`.
    expected, most = old_pairs * new_pairs, (old_pairs + new_pairs) * total
    if most == 2 * expected:  # one group on both sides, or none with two missions
        return 1.0
    return 2 * (kept * total - expected) / (most - 2 * expected)


def _pairs(counts: Counter[Groups] | Counter[tuple[Groups, Groups]]) -> int:
    return sum(comb(count, 2) for count in counts.values())


def _jaccard(signatures: Counter[tuple[Groups, Groups]]) -> float:
    kept = either = 0
    for (before, after), (old, new), count in _couples(signatures):
        together, still = bool(before & old), bool(after & new)
        kept += count * (together and still)
        either += count * (together or still)
    return kept / either if either else 1.0


def _couples(
    signatures: Counter[tuple[Groups, Groups]],
) -> Iterator[tuple[tuple[Groups, Groups], tuple[Groups, Groups], int]]:
    """Yield each two kinds of missions, with the number of pairs of missions of these kinds."""
    kinds = list(signatures.items())
    for place, (one, count) in enumerate(kinds):
        if count > 1:
            yield one, one, comb(count, 2)
        for other, many in kinds[place + 1 :]:
            yield one, other, count * many


def membership(record: KnownRecord, day: int, among: Sequence[str] | None, by_cluster: bool) -> Membership:
    """Return the live segments, or their clusters, that missions are affiliated with on a day; others are left out."""
    every = record.lately(("membership", day, by_cluster), lambda: _membership(record, day, by_cluster))
    return every if among is None else {mission: every[mission] for mission in among if mission in every}


def _membership(record: KnownRecord, day: int, by_cluster: bool) -> Membership:
    at = record.once(concerning).at
    found: dict[str, set[str]] = {}
    for mission, rows in record.on(SEGMENTS, "mission", day).items():
        for row in rows:
            if clusters := at(row.key, day):
                found.setdefault(mission, set()).update(clusters if by_cluster else (row.key,))
    return {mission: frozenset(groups) for mission, groups in found.items()}


def _missions(record: KnownRecord, cluster: str, days: tuple[int, ...]) -> list[str]:
    return sorted(id_ for id_, spans in missions(record, cluster).items() if any(covers(spans, day) for day in days))


def _distance(record: KnownRecord, window: Window, cluster: str | None, by_cluster: bool) -> Figure:
    last = window.end - 1
    among = None if cluster is None else _missions(record, cluster, (window.start - 1, window.start, last))

    def seen(day: int) -> Membership:
        return membership(record, day, among, by_cluster)

    first, second = seen(window.start - 1) or seen(window.start), seen(last)
    both = first.keys() & second.keys()
    if len(both) < 2:
        return nothing("fewer than two missions were affiliated with a live segment on both days")
    by, likeness = compared(first, second)
    moved = [
        change
        for change in record.once(changes).structural(window, cluster)
        if change.family != SEGMENTS or change.id in both
    ]
    every = len({*first, *second})
    detail = ((f"likeness ({by})", likeness), ("missions on one day only", float(every - len(both))))
    return Figure(1 - likeness, len(both), every, positions(moved), detail=detail)


@metric(
    "distance-by-segment",
    "structure",
    "0 (the same) to 1 and above",
    "How far the structure moved in the window, by which missions share a segment on its first and last day.",
    denominator=_DENOMINATOR,
    source=_SOURCE,
    not_meaning="That the missions changed: only their company did. Retitling alone leaves it at 0.",
)
def distance_by_segment(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return 1 - likeness of the missions' segments at both ends of the window; nothing with fewer than two missions.

    0 where the same missions stand together, by whatever title or id. Of a cluster: the missions it has at either end.
    """
    return _distance(record, window, cluster, by_cluster=False)


@metric(
    "distance-by-cluster",
    "structure",
    "0 (the same) to 1 and above",
    "How far the structure moved in the window, by which missions share a cluster on its first and last day.",
    denominator=_DENOMINATOR,
    source=_SOURCE,
    not_meaning="That the missions changed: only their company did. Retitling alone leaves it at 0.",
)
def distance_by_cluster(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return 1 - likeness of the missions' clusters at both ends of the window; nothing for one cluster alone."""
    if cluster is not None:
        return nothing("all missions of one cluster share it; ask for the government")
    return _distance(record, window, None, by_cluster=True)
