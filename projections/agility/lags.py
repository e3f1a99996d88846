"""How long the record lags behind decisions and their effect: what is late, and what is known in advance."""

from __future__ import annotations

from typing import NamedTuple

from ledger.rules.flagged import DecisionFacts
from projections.agility.concerning import concerning
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.record import Record
from projections.lags import distribution

_RECORDED = "decisions that stand and were recorded in the window"
_SOURCE = "Transaction time less valid time (R. T. Snodgrass, Developing Time-Oriented Database Applications, 1999)."


class Recorded(NamedTuple):
    """A decision by the position of its first event, with its lags in days; None: a day is not stated, or inferred."""

    first: int
    day: int  # of its record
    from_decision: int | None  # negative: recorded before it was taken
    from_effect: int | None  # negative: recorded in advance
    late: int | None  # from the decision, or where that is not stated from the effect


def inferred(record: Record) -> set[int]:
    """Return the decisions all of whose stated effective days were only inferred by whoever migrated them."""
    marked: set[int] = set()
    stated: set[int] = set()
    for said in record.events.values():
        if said.effective:
            (marked if said.inferred else stated).add(said.decision)
    return marked - stated


def lagging(record: Record) -> dict[str | None, list[Recorded]]:
    """Return the decisions of the government (None) and of each cluster that they concern, in recording order."""
    unclear, events = record.once(inferred), record.events
    every = {
        first: _recorded(first, facts, first in unclear)
        for first, facts in record.decisions.items()
        if not events[first].opens_the_ledger
    }
    found: dict[str | None, list[Recorded]] = {None: list(every.values())}
    about = record.once(concerning)
    for cluster in about.events:
        found[cluster] = [every[first] for first in sorted(about.decisions(cluster) & every.keys())]
    return found


def _recorded(first: int, facts: DecisionFacts, is_inferred: bool) -> Recorded:
    day, decided, effective = facts.recorded_day, facts.decided_day, facts.effective_day
    from_decision = None if decided is None else day - decided
    from_effect = None if effective is None or is_inferred else day - effective
    return Recorded(first, day, from_decision, from_effect, from_effect if from_decision is None else from_decision)


def recorded(record: Record, window: Window, cluster: str | None) -> list[Recorded]:
    """Return the decisions recorded in a window, concerning a cluster or any, in recording order."""
    return [one for one in record.once(lagging).get(cluster, ()) if window.start <= one.day < window.end]


def _spread(found: list[tuple[int, int]], of: int, limit: int, day: str) -> Figure:
    """Return the median of (position, days) as a figure, with quartiles and extremes beside it."""
    if not of:
        return nothing("no decision was recorded in the window")
    if not found:
        return Figure(None, 0, of, why_not=f"none of the {of} decisions recorded in the window states {day}")
    spread = distribution((days for _, days in found), limit)
    named = (("least", "min"), ("first quartile", "q1"), ("third quartile", "q3"), ("most", "max"))
    detail = tuple((name, float(spread[key])) for name, key in named)
    return Figure(spread["median"], len(found), of, tuple(position for position, _ in found), detail=detail)


@metric(
    "lag-from-decision",
    "measurement",
    "days",
    "The median of the days from a decision to its record.",
    denominator=f"{_RECORDED}; of these, n state the day of the decision",
    source=_SOURCE,
    not_meaning="That the decision took long: only that the record did. Negative: recorded before it was taken.",
)
def lag_from_decision(record: Record, window: Window, cluster: str | None) -> Figure:
    """Return the median lag from decision to record in days, of nearest rank; nothing where no day is stated."""
    among = recorded(record, window, cluster)
    found = [(one.first, one.from_decision) for one in among if one.from_decision is not None]
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
def lag_from_effect(record: Record, window: Window, cluster: str | None) -> Figure:
    """Return the median lag from effect to record in days, of nearest rank; nothing where no day is stated."""
    among = recorded(record, window, cluster)
    found = [(one.first, one.from_effect) for one in among if one.from_effect is not None]
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
def recorded_late(record: Record, window: Window, cluster: str | None) -> Figure:
    """Return late decisions / decisions with a stated day, between 0 and 1; nothing where none states one."""
    limit = record.settings["late_after_days"]
    lags = [(one.first, one.late) for one in recorded(record, window, cluster)]
    stated = [(first, lag) for first, lag in lags if lag is not None]
    if not stated:
        return nothing("no decision that states a day was recorded in the window")
    late = tuple(first for first, lag in stated if lag > limit)
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
def recorded_in_advance(record: Record, window: Window, cluster: str | None) -> Figure:
    """Return decisions recorded before their effect / decisions with a stated effect; nothing where none states one."""
    lags = [(one.first, one.from_effect) for one in recorded(record, window, cluster)]
    stated = [(first, lag) for first, lag in lags if lag is not None]
    if not stated:
        return nothing("no decision that states from when it has effect was recorded in the window")
    early = tuple(first for first, lag in stated if lag < 0)
    return Figure(len(early) / len(stated), len(early), len(stated), early)
