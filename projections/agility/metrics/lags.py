"""Metrics of lags: how late the record is behind decisions and their effect, and what is known in advance."""

from __future__ import annotations

from typing import NamedTuple

from ledger.lags import Lag, Lags
from projections.agility.concerns import concerning
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import KnownRecord
from projections.answers.lags import DECISIONS, spread

_RECORDED = "decisions that stand and were recorded in the window"
_SOURCE = "Transaction time less valid time (R. T. Snodgrass, Developing Time-Oriented Database Applications, 1999)."


class DecisionLags(NamedTuple):
    """A decision by the position of its first event, with its lags."""

    first: int
    day: int  # of its record
    lags: Lags


def lagging(record: KnownRecord) -> dict[str | None, list[DecisionLags]]:
    """Return the decisions of the government (None) and of each cluster that they concern, in recording order."""
    every = {
        first: DecisionLags(first, facts.recorded_day, facts.lags)
        for first, facts in record.decisions.items()
        if not record.events[first].opens_the_ledger
    }
    found: dict[str | None, list[DecisionLags]] = {None: list(every.values())}
    about = record.once(concerning)
    for cluster in about.events:
        found[cluster] = [every[first] for first in sorted(about.decisions(cluster) & every.keys())]
    return found


def recorded(record: KnownRecord, window: Window, cluster: str | None) -> list[DecisionLags]:
    """Return the decisions recorded in a window, concerning a cluster or any, in recording order."""
    return [one for one in record.once(lagging).get(cluster, ()) if window.start <= one.day < window.end]


def _spread(found: list[tuple[int, Lag]], of: int, limit: int, day: str) -> Figure:
    """Return the median of (position, lag) as a figure, with quartiles and extremes beside it.

    All at the least; where a date is known to the year or month only, at the most too.
    """
    if not of:
        return nothing("no decision was recorded in the window")
    if not found:
        return Figure(None, 0, of, why_not=f"none of the {of} decisions recorded in the window states {day}")
    told = spread(DECISIONS, (lag for _, lag in found), limit)
    least, most = told.least._asdict(), told.most._asdict()
    named = (("least", "min"), ("first quartile", "q1"), ("third quartile", "q3"), ("most", "max"))
    detail = [(name, float(least[key])) for name, key in named]
    if told.ranges:
        detail += [(f"{name} at the most", float(most[key])) for name, key in (*named, ("median", "median"))]
        detail.append(("dates without a day", float(told.ranges)))
    median, positions = least["median"], tuple(position for position, _ in found)
    return Figure(median, len(found), of, positions, detail=tuple(detail))


@metric(
    "lag-from-decision",
    "measurement",
    "days",
    "The median of the days from a decision to its record.",
    denominator=f"{_RECORDED}; of these, n state the day of the decision",
    source=_SOURCE,
    not_meaning="That the decision took long: only that the record did. Negative: recorded before it was taken.",
)
def lag_from_decision(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the median lag from decision to record in days, of nearest rank; nothing where no day is stated.

    A decision dated by the year or month counts with the fewest days that its date can mean; the quartiles and the
    median of the most stand beside.
    """
    among = recorded(record, window, cluster)
    found = [(one.first, lag) for one in among if (lag := one.lags.from_decision) is not None]
    return _spread(found, len(among), record.settings["late_after_days"], "when it was decided")


@metric(
    "lag-from-effect",
    "measurement",
    "days",
    "The median of the days from the effect of a decision to its record.",
    denominator=f"{_RECORDED}; of these, n state the day of their effect (not `..`, and not only inferred)",
    source=_SOURCE,
    not_meaning="That people learnt of it late: only that the record did. Negative: recorded in advance.",
)
def lag_from_effect(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the median lag from first effect to record in days, of nearest rank; nothing where no day is stated.

    An effect dated by the year or month counts with the fewest days that its date can mean; the quartiles and the
    median of the most stand beside.
    """
    among = recorded(record, window, cluster)
    found = [(one.first, lag) for one in among if (lag := one.lags.from_effect) is not None]
    return _spread(found, len(among), record.settings["late_after_days"], "from when it has effect")


@metric(
    "recorded-late",
    "measurement",
    "share",
    "The share of decisions recorded more days after they were taken (or, where that is not stated, in effect) than "
    "the setting late_after_days allows: 30 unless another was adopted.",
    denominator=f"{_RECORDED}, and that state the day of the decision or of its effect",
    source="The rule recorded-late, which gives the notices of single decisions.",
    not_meaning="That anything was hidden: a decision may be recorded late because it was published late.",
)
def recorded_late(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return late decisions / decisions with a stated day, between 0 and 1; nothing where none states one.

    A decision is late only if the fewest days that its date can mean are too many.
    """
    limit = record.settings["late_after_days"]
    lags = [(one.first, one.lags.late) for one in recorded(record, window, cluster)]
    stated = [(first, lag) for first, lag in lags if lag is not None]
    if not stated:
        return nothing("no decision that states a day was recorded in the window")
    late = tuple(first for first, lag in stated if lag.least > limit)
    return Figure(len(late) / len(stated), len(late), len(stated), late, detail=(("limit in days", float(limit)),))


@metric(
    "recorded-in-advance",
    "measurement",
    "share",
    "The share of decisions recorded before they took effect.",
    denominator=f"{_RECORDED}, and that state the day of their effect (not `..`, and not only inferred)",
    source=_SOURCE,
    not_meaning="That those concerned were told: only that whoever read the record could know.",
)
def recorded_in_advance(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return decisions recorded before their effect / decisions with a stated effect; nothing where none states one."""
    lags = [(one.first, one.lags.from_effect) for one in recorded(record, window, cluster)]
    stated = [(first, lag) for first, lag in lags if lag is not None]
    if not stated:
        return nothing("no decision that states from when it has effect was recorded in the window")
    early = tuple(first for first, lag in stated if lag.most < 0)
    return Figure(len(early) / len(stated), len(early), len(stated), early)
