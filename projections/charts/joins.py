"""Joins of clusters over time: one that succeeded another, and segments that went from one to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.events.changes.cluster import DissolveCluster
from ledger.timeline import UNSTATED, day_of
from projections.agility.record import Holding
from projections.charts.question import Question
from projections.views.queries.standings import Standings

SUCCEEDED, TRANSFERRED = "succeeded by", "segment transferred"


class Join(NamedTuple):
    """What passed from one cluster to another on a day: all of it, or a segment; `position` is of the event."""

    day: int
    earlier: str
    later: str
    how: str
    what: str
    position: int


def joins(question: Question) -> list[Join]:
    """Return what joins clusters, in order of day: successions, and segments that went from one to another."""
    known = {row.id for row in question.record.lives("cluster")}
    found = [*_transfers(question), *_successions(question)]
    return sorted({one for one in found if {one.earlier, one.later} <= known and one.earlier != one.later})


def _transfers(question: Question) -> Iterable[Join]:
    before: dict[str, Holding] = {}
    for row in sorted(question.record.family("cluster", "segment"), key=lambda row: (row.id, row.start)):
        earlier = before.get(row.id)
        if earlier is not None and earlier.value != row.value and row.start > UNSTATED:
            yield Join(row.start, str(earlier.value), str(row.value), TRANSFERRED, row.id, row.set_by)
        before[row.id] = row


def _successions(question: Question) -> Iterable[Join]:
    positions = question.record.events.of_names([DissolveCluster.TYPE.partition("/")[0]])
    standings = Standings(question.views, question.known.position)
    told = standings.of(positions)
    idle = standings.without_effect([one for one in told.values() if one.standing.status == "stands"])
    for position, one in told.items():
        change, effective = one.standing.change, one.standing.effective
        if one.standing.status != "stands" or position in idle or not isinstance(change, DissolveCluster):
            continue
        for successor in change.successors or ():
            if effective is not None and day_of(effective) > UNSTATED:
                yield Join(day_of(effective), change.cluster, successor, SUCCEEDED, "", position)
