"""Ends of clusters, segments and missions, counted by the reason that their decisions state."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import NamedTuple

from ledger.events.references import REASONS
from projections.agility.concerns import concerning
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import KnownRecord

NOT_STATED = "not stated"
_KINDS = ("cluster", "segment", "mission")


class Lived(NamedTuple):
    """A life of a cluster, segment or mission on the days start <= day < end; `ended_by` is 0 while it has no end."""

    id: str
    start: int
    end: int  # of an end on one of several days, the day by which it has surely ended
    ended_by: int


def lives(record: KnownRecord) -> dict[str | None, list[Lived]]:
    """Return every life that a reason for its end could be stated of (None), and those that were ever of a cluster."""
    about = record.once(concerning)
    found: dict[str | None, list[Lived]] = {None: []}
    for row in chain.from_iterable(record.lives(kind) for kind in _KINDS):
        life = Lived(row.id, row.start, row.end, row.ended_by)
        for cluster in (None, *about.ever(row.id)):
            found.setdefault(cluster, []).append(life)
    return found


@metric(
    "ends",
    "structure",
    "ends",
    "How many clusters, segments and missions ended, with the count of each reason that was stated.",
    denominator="lives of clusters, segments and missions that reached into the window; of a cluster, its own, and "
    "those of segments and missions that were its own on their last day",
    source="The reasons that a change of an end may state; a reason that is not stated is counted as such.",
    not_meaning="That something failed: much ends because it is done, or goes on under another name.",
)
def ends(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the number of ends, and in the detail one count for each reason; nothing where nothing was live.

    An end that was recorded as one of several days counts on the last of them. A mission that was completed states its
    reason by that. What was corrected is counted as corrected.
    """
    about = record.once(concerning)
    seen = [
        life
        for life in record.once(lives).get(cluster, ())
        if life.start < window.end
        and life.end >= window.start
        and (cluster is None or cluster in about.at(life.id, min(life.end, window.end) - 1))
    ]
    if not seen:
        return nothing("no cluster, segment or mission was live in the window")
    ended = [life.ended_by for life in seen if life.ended_by and life.end < window.end]
    counted = Counter(record.reasons.get(position, NOT_STATED) for position in ended)
    detail = tuple((reason, float(counted[reason])) for reason in (*REASONS, NOT_STATED))
    return Figure(len(ended), len(ended), len(seen), tuple(sorted(set(ended))), detail=detail)
