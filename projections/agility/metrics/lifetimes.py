"""Lifetimes of clusters, segments and missions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.metrics.survival import Life, survival
from projections.agility.record import Holding, KnownRecord
from projections.agility.spans import missions

_SOURCE = (
    "E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958), with delayed "
    "entry for left truncation (J. P. Klein and M. L. Moeschberger, Survival Analysis, section 4.6)."
)
_DENOMINATOR = (
    "those at risk in the window: what lives on at its end is censored, what began before it enters at the age it had "
    "then, and where the start is not stated there is no age to enter at (left-truncated: counted, not in the curve)"
)


def lives_of(rows: Iterable[Holding]) -> list[Life]:
    """Return live intervals as lives; `doubtful` are those of which the day of the end is not known."""
    return [Life(row.start, row.end, True, row.set_by, row.ended_by, row.in_doubt > 0) for row in rows]


@metric(
    "cluster-survival",
    "structure",
    "years",
    "The age by which half of the clusters have ended.",
    denominator=_DENOMINATOR,
    source=_SOURCE,
    not_meaning="That the clusters which last are the good ones, or that one which exists will last so long.",
)
def cluster_survival(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the Kaplan-Meier median of the clusters' lives in years; nothing for one cluster alone."""
    if cluster is not None:
        return nothing("one cluster makes no curve; ask for the government")
    return survival(lives_of(record.lives("cluster")), window, "clusters")


@metric(
    "segment-survival",
    "structure",
    "years",
    "The age by which half of the segments have ended.",
    denominator=_DENOMINATOR,
    source=_SOURCE,
    not_meaning="That the themes are the right ones: a segment may last because nobody looks at it.",
)
def segment_survival(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the Kaplan-Meier median of the segments' lives in years; nothing where it is not reached.

    Of a cluster: the segments that were in it on any day of the window, with their whole lives.
    """
    rows: Iterable[Holding] = record.lives("segment")
    if cluster is not None:
        spans = ((row.id, row.start, row.end) for row in record.segments_of(cluster))
        rows = _whole(record, "segment", spans, window)
    return survival(lives_of(rows), window, "segments")


@metric(
    "mission-survival",
    "structure",
    "years",
    "The age by which half of the missions have been completed or stopped.",
    denominator=_DENOMINATOR,
    source=_SOURCE,
    not_meaning="That missions take long because they are badly carried out: some are meant to take decades.",
)
def mission_survival(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the Kaplan-Meier median of the missions' lives in years; nothing where it is not reached.

    A mission that is reopened lives a second time. Of a cluster: the missions affiliated with it on any day.
    """
    rows: Iterable[Holding] = record.lives("mission")
    if cluster is not None:
        spans = ((id_, *span) for id_, found in missions(record, cluster).items() for span in found)
        rows = _whole(record, "mission", spans, window)
    return survival(lives_of(rows), window, "missions")


def _whole(record: KnownRecord, kind: str, spans: Iterable[tuple[str, int, int]], window: Window) -> Iterator[Holding]:
    """Return the lives of what of a kind lay in a cluster during spans that reach into a window."""
    ids = {id_ for id_, start, end in spans if start < window.end and end >= window.start}
    return (row for id_ in sorted(ids) for row in record.of(id_, "life", kind))
