"""Metrics of restructuring: how often the structure is changed, and how often a change is taken back."""

from __future__ import annotations

from collections.abc import Iterable

from projections.agility.changes import changes, positions
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import Holding, KnownRecord, days_in_doubt, days_live

YEAR = 365.25
_NO_UNIT = "no cluster or segment was live in the window"
_SOURCE = "An event count over exposure in unit-years, as rates of reorganisation are stated in studies of departments."


def unit_years(record: KnownRecord, window: Window, cluster: str | None) -> float:
    """Return the years that clusters and segments lived in a window, added up; 0 where none did."""
    return days_live(_units(record, cluster), *window) / YEAR


def _units(record: KnownRecord, cluster: str | None) -> list[Holding]:
    """Return the rows in which clusters and segments are live, of one cluster or of all."""
    if cluster is None:
        return [*record.lives("cluster"), *record.lives("segment")]
    return [*record.of(cluster, "life", "cluster"), *record.segments_of(cluster)]


def left_out(rows: Iterable[Holding], window: Window) -> tuple[tuple[str, float], ...]:
    """Return what a figure says of the unit-years that it leaves out as in doubt; nothing where there are none."""
    found = days_in_doubt(rows, *window)
    return (("unit-years in doubt, left out", found / YEAR),) if found else ()


@metric(
    "restructuring-events",
    "structure",
    "events per unit and year",
    "How often a change of what belongs to what took effect: clusters established, nested or dissolved, "
    "segments added, retired or transferred, missions affiliated, realigned or removed.",
    denominator="unit-years: the years that clusters and segments surely lived in the window, added up",
    source=_SOURCE,
    not_meaning="That the structure is better for it, or that anyone's work changed.",
)
def restructuring_events(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return structural events a unit-year; nothing where no unit was live.

    Several changes of one event count once. A high value does not mean that the structure is better for it.
    """
    found = positions(record.once(changes).structural(window, cluster))
    years = unit_years(record, window, cluster)
    if not years:
        return nothing(_NO_UNIT)
    return Figure(len(found) / years, len(found), years, found, detail=left_out(_units(record, cluster), window))


@metric(
    "restructuring-decisions",
    "structure",
    "decisions per unit and year",
    "How often a decision changed what belongs to what, however many changes it made.",
    denominator="unit-years: the years that clusters and segments surely lived in the window, added up",
    source=_SOURCE,
    not_meaning="That much was changed: a decision that moves one segment counts as much as one that moves all.",
)
def restructuring_decisions(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return decisions with a structural event in the window, a unit-year; nothing where no unit was live.

    The days on which any of them took effect are given beside it: one decision may have several, and several one.
    """
    found = record.once(changes).structural(window, cluster)
    years = unit_years(record, window, cluster)
    if not years:
        return nothing(_NO_UNIT)
    decisions = {record.events.decisions[change.position - 1] for change in found}
    dates = (("change dates", float(len({change.day for change in found}))), *left_out(_units(record, cluster), window))
    return Figure(len(decisions) / years, len(decisions), years, positions(found), detail=dates)


@metric(
    "reversal-rate",
    "structure",
    "share",
    "The share of changes that take back another which took effect at most a year before: a segment retired in its "
    "first year, moved back, a mission realigned back, an old title restored.",
    denominator="structural events and retitlings of clusters that took effect in the window",
    source="A share of events. The change that undoes is counted, and not the one undone: so no change of the window "
    "is judged by what may still follow.",
    not_meaning="That the change was wrong: a trial that ends early on purpose counts too.",
)
def reversal_rate(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return undoing events / events, between 0 and 1; nothing where nothing changed.

    Events lists both: what undoes, and what it undid (which may lie before the window).
    """
    found = record.once(changes).within(window, cluster)
    every = positions(found)
    if not every:
        return nothing("nothing was restructured or retitled in the window")
    undoing = [change for change in found if change.undoes]
    count = len({change.position for change in undoing})
    both = {change.position for change in undoing} | {change.undoes for change in undoing}
    return Figure(count / len(every), count, len(every), tuple(sorted(both)))
