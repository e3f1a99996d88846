"""Metrics of titles of clusters: how long they last, what they withstand, and how much lies under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from ledger.plurals import counted
from projections.agility.changes import changes, positions
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.metrics.restructuring import YEAR
from projections.agility.metrics.survival import Life, survival
from projections.agility.record import Holding, KnownRecord, overlap

_BREADTH = "clusters live on the last day of the window"


def tenures(record: KnownRecord, cluster: str | None) -> Iterator[Life]:
    """Return the spans during which a cluster, or every cluster, bore one title.

    A title ended where another took its place; where its cluster ended it was only lost from sight.
    """
    if cluster is None:  # read anew: all titles there ever were are not kept
        return chain.from_iterable(lives for _, lives in _tenures(record))
    return iter(record.once(_by_cluster).get(cluster, ()))


def _by_cluster(record: KnownRecord) -> dict[str, list[Life]]:
    return {id_: list(lives) for id_, lives in _tenures(record)}


def _tenures(record: KnownRecord) -> Iterator[tuple[str, Iterator[Life]]]:
    rows = groupby(record.read("title", "cluster"), key=lambda row: row.id)
    return ((id_, _of_titles(titles)) for id_, titles in rows)


def _of_titles(rows: Iterable[Holding]) -> Iterator[Life]:
    before: Life | None = None
    title = None
    for row in rows:
        touches = before is not None and before.end == row.start
        if before is not None and touches and row.value == title:
            before = before._replace(end=row.end, ended_by=row.ended_by)
            continue
        if before is not None:
            yield before._replace(ended=touches)
        before, title = Life(row.start, row.end, True, row.set_by, row.ended_by), row.value
    if before is not None:
        yield before._replace(ended=False)


def _clusters(record: KnownRecord, cluster: str | None) -> list[str]:
    return [cluster] if cluster is not None else sorted({row.id for row in record.lives("cluster")})


@metric(
    "title-tenure",
    "structure",
    "years",
    "The age by which half of the titles of clusters have been changed.",
    denominator="titles borne in the window; one that is still borne at its end, or whose cluster ended, is censored",
    source="Kaplan and Meier (1958), as for the survival of clusters.",
    not_meaning="That the title says what the cluster does: a title may last because nobody reads it.",
)
def title_tenure(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the Kaplan-Meier median of the years that a title is borne; nothing where it is not reached.

    Beside it: the years that titles were borne in the window, added up, and those years by retitling.
    """
    lives = list(tenures(record, cluster))
    found = survival(lives, window, "titles")
    years = sum(overlap(life.start, life.end, *window) for life in lives) / YEAR
    count = len(record.once(changes).retitlings(window, cluster))
    borne = [("title-years", years), *([("title-years per retitling", years / count)] if count else [])]
    return found._replace(detail=(*found.detail, *borne))


@metric(
    "changes-per-retitling",
    "structure",
    "events per retitling",
    "How many structural changes a cluster goes through for each time that its title is changed.",
    denominator="retitlings of clusters that took effect in the window",
    source="Two event counts of one window: structural events, as in restructuring-events, by retitlings.",
    not_meaning="That the changes were small: the title may have been kept over a different thing.",
)
def changes_per_retitling(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return structural events / retitlings; nothing where no cluster was retitled, saying how many were absorbed."""
    found = record.once(changes)
    structural = positions(found.structural(window, cluster))
    retitled = positions(found.retitlings(window, cluster))
    events = tuple(sorted({*structural, *retitled}))
    if not retitled:
        absorbed = counted(len(structural), "structural event was", "structural events were")
        why = f"no cluster was retitled in the window; {absorbed} absorbed without it"
        return Figure(None, len(structural), 0, events, why)
    return Figure(len(structural) / len(retitled), len(structural), len(retitled), events)


@metric(
    "title-breadth",
    "structure",
    "segments per cluster",
    "How many live segments lie under a title, on the last day of the window.",
    denominator=_BREADTH,
    source="A count on one day.",
    not_meaning="That the title is understood: breadth may also be vagueness.",
)
def title_breadth(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return live segments / live clusters on the last day; nothing where no cluster is live on it."""
    clusters, segments = _under(record, window.end - 1, cluster)
    if not clusters:
        return nothing("no cluster was live on the last day of the window")
    return Figure(len(segments) / clusters, len(segments), clusters, _set_by(segments))


@metric(
    "title-breadth-divisions",
    "structure",
    "COFOG divisions per cluster",
    "How many COFOG divisions, the sectors of today, the segments under a title reach into, on the window's last day.",
    denominator="clusters live on the last day of the window with a segment that states its sectors",
    source="United Nations, Classification of the Functions of Government (1999): divisions are its first two digits.",
    not_meaning="That these sectors work together: only that the title reaches over them.",
)
def title_breadth_divisions(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the mean number of divisions under a title; nothing where no live segment states its sectors."""
    day = window.end - 1
    sectors = record.on("sectors", "segment", day)
    divisions: dict[str, set[str]] = {}
    events: list[Holding] = []
    for segment in _under(record, day, cluster)[1]:
        for row in sectors.get(segment.id, ()):
            divisions.setdefault(segment.value, set()).update(code[:2] for code in row.value)
            events.append(row)
    if not divisions:
        return nothing("no live segment states its sectors on the last day of the window")
    count = sum(len(found) for found in divisions.values())
    return Figure(count / len(divisions), count, len(divisions), _set_by(events))


def _under(record: KnownRecord, day: int, cluster: str | None) -> tuple[int, list[Holding]]:
    """Return how many clusters live on a day, and the segments in them, each as the row that says so."""
    live = record.on("life", "cluster", day)
    clusters = [id_ for id_ in _clusters(record, cluster) if id_ in live]
    return len(clusters), [row for id_ in clusters for row in _on(record.segments_of(id_), day)]


def _on(rows: Iterable[Holding], day: int) -> Iterator[Holding]:
    return (row for row in rows if row.start <= day < row.sure_to)


def _set_by(rows: Iterable[Holding]) -> tuple[int, ...]:
    return tuple(sorted({row.set_by for row in rows}))
