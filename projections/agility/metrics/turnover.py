"""The turnover of segments: how quickly they are exchanged for others."""

from __future__ import annotations

from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.metrics.restructuring import YEAR, left_out
from projections.agility.record import Holding, KnownRecord, days_live


@metric(
    "segment-turnover",
    "structure",
    "share per year",
    "The share of segments that is exchanged in a year: half of those that joined and left, by the segments there are.",
    denominator="segment-years: the years that segments surely spent in the cluster in the window, added up",
    source="The turnover rate of staff statistics: (joiners + leavers) / 2 over the mean number, per year.",
    not_meaning="That themes were lost: a segment retired with successors may go on in them.",
)
def segment_turnover(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return (joined + left) / 2 per segment-year; nothing where there was no segment.

    A segment transferred leaves one cluster and joins another; for the government it does neither. One that ended on
    one of several days left on the last of them; from the first of them on it is in no denominator.
    """
    rows = list(record.lives("segment") if cluster is None else record.segments_of(cluster))
    joined = [row for row in rows if window.start <= row.start < window.end]
    left = [row for row in rows if window.start <= row.end < window.end]
    years = days_live(rows, *window) / YEAR
    if not years:
        return nothing("no segment was live in the window")
    count = len(joined) + len(left)
    detail = (("joined", float(len(joined))), ("left", float(len(left))), *left_out(rows, window))
    return Figure(count / 2 / years, count, years, _events(joined, left), detail=detail)


def _events(joined: list[Holding], left: list[Holding]) -> tuple[int, ...]:
    return tuple(sorted({row.set_by for row in joined} | {row.ended_by for row in left}))
