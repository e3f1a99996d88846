"""Metrics of lags: how late the record is behind decisions and their effect, and what is known in advance."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ledger.lags import Lag, Lags
from ledger.plurals import counted
from projections.agility.concerns import concerning
from projections.agility.decided import Decisions
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.log import OPENING
from projections.agility.record import KnownRecord
from projections.answers.lags import DECISIONS, spread

_RECORDED = "decisions that stand and were recorded in the window"
_SOURCE = "Transaction time less valid time (R. T. Snodgrass, Developing Time-Oriented Database Applications, 1999)."


_Which = Callable[[Lags], Lag | None]  # one of the lags of a decision


@dataclass(frozen=True)
class RecordedDecisions:
    """Decisions recorded in a window, in recording order, by their places among all; what they say is looked up."""

    decisions: Decisions
    places: Sequence[int]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.places)

    def told(self, which: _Which) -> Iterator[tuple[int, Lag]]:
        """Yield the decisions of which a lag is told, by the positions of their first events, each with that lag."""
        firsts = self.decisions.firsts
        for place in self.places:
            lag = which(self.decisions.lags(place))
            if lag is not None:
                yield firsts[place], lag


def _opening(record: KnownRecord) -> set[int]:
    return set(record.events.of_names(OPENING))


def recorded(record: KnownRecord, window: Window, cluster: str | None) -> RecordedDecisions:
    """Return the decisions recorded in a window, concerning a cluster or any."""
    return record.lately(("decided", window, cluster), lambda: _recorded(record, window, cluster))


def _recorded(record: KnownRecord, window: Window, cluster: str | None) -> RecordedDecisions:
    decisions, opening = record.decisions, record.once(_opening)
    places: Iterable[int] = range(len(decisions))
    if cluster is not None:
        places = decisions.places(sorted(record.once(concerning).decisions(cluster)))
    firsts, days = decisions.firsts, decisions.days
    found = (at for at in places if window.start <= days[at] < window.end and firsts[at] not in opening)
    return RecordedDecisions(decisions, array("i", found))


def _spread(found: RecordedDecisions, which: _Which, limit: int, day: str) -> Figure:
    """Return the median of a lag as a figure, with quartiles and extremes beside it.

    All at the least; where a date is known to the year or month only, at the most too.
    """
    of = len(found)
    if not of:
        return nothing("no decision was recorded in the window")
    positions = array("i", (position for position, _ in found.told(which)))
    if not positions:
        return Figure(None, 0, of, why_not=f"none of the {counted(of, 'decision')} recorded in the window states {day}")
    told = spread(DECISIONS, (lag for _, lag in found.told(which)), limit)
    least, most = told.least._asdict(), told.most._asdict()
    named = (("least", "min"), ("first quartile", "q1"), ("third quartile", "q3"), ("most", "max"))
    detail = [(name, float(least[key])) for name, key in named]
    if told.ranges:
        detail += [(f"{name} at the most", float(most[key])) for name, key in (*named, ("median", "median"))]
        detail.append(("dates without a day", float(told.ranges)))
    return Figure(least["median"], len(positions), of, positions, detail=tuple(detail))


def _share(found: RecordedDecisions, which: _Which, counts: Callable[[Lag], bool]) -> Figure | None:
    """Return the share of decisions of which a lag counts among those of which it is told; None where of none."""
    among = sum(1 for _ in found.told(which))
    if not among:
        return None
    counted = array("i", (position for position, lag in found.told(which) if counts(lag)))
    return Figure(len(counted) / among, len(counted), among, counted)


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
    found, limit = recorded(record, window, cluster), record.settings["late_after_days"]
    return _spread(found, attrgetter("from_decision"), limit, "when it was decided")


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
    found, limit = recorded(record, window, cluster), record.settings["late_after_days"]
    return _spread(found, attrgetter("from_effect"), limit, "from when it has effect")


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
    found = _share(recorded(record, window, cluster), attrgetter("late"), lambda lag: lag.least > limit)
    if found is None:
        return nothing("no decision that states a day was recorded in the window")
    return found._replace(detail=(("limit in days", float(limit)),))


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
    found = _share(recorded(record, window, cluster), attrgetter("from_effect"), lambda lag: lag.most < 0)
    return found or nothing("no decision that states from when it has effect was recorded in the window")
