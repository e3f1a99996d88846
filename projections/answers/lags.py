"""Lags of the record: how long decisions took to be recorded, from the day they were taken and from their effect.

From the decision, decisions are counted; from the effect, pairs of a decision and an effective date, as known. A day
that is not stated (`..`) or was only inferred from the record is left out: it would measure the record by itself. A
date without a day gives a range of days. What opens the ledger, or ends the import that did, is no decision.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from ledger.errors import InputError
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.register import TakeOverRegister
from ledger.lags import Lag, Lags, lag, lags_of
from ledger.lots import lots
from projections.answers.grounds import DecisionRef
from projections.answers.knowledge import Knowledge
from projections.answers.notices import settings_at
from projections.views.queries.record import DatedDecision, dated, spoken_of
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import Views
from projections.views.spool import Spool

_AT_ONCE = 1_000  # decisions looked into together
LATE, ADVANCE, RETROACTIVE = "late", "in advance", "retroactive"
KINDS = (LATE, ADVANCE, RETROACTIVE)
DECISIONS, PAIRS = "decisions", "pairs of a decision and an effective date"


class DatedLags(NamedTuple):
    """A decision and one of its effective dates as known, and the days that they took to be recorded.

    `effective` is None for a decision of which nothing takes effect on a day. `lags` count to the record of the
    decision; `learnt`, where the date was put right later, to the record from which it is known.
    """

    first: int
    last: int
    authority: str
    reference: str
    recorded_at: str
    decided_on: str | None
    effective: str | None
    inferred: bool
    lags: Lags
    learnt: Lag | None

    def kinds(self, over: int) -> list[str]:
        """Return what is to be noticed about it, whatever days its dates mean.

        Late: by more than `over` days from the decision, or where that is not stated from its effect; in advance:
        recorded before it took effect, or even before it was decided; retroactive.
        """
        late = self.lags.late
        kinds = [LATE] if late is not None and late.least > over else []
        kinds += [ADVANCE] if any(lag is not None and lag.most < 0 for lag in self.lags) else []
        return kinds + ([RETROACTIVE] if self.lags.retroactive_days else [])

    def record(self, over: int) -> LaggedRecord:
        """Return it as an answer tells it."""
        return LaggedRecord(
            decision=DecisionRef(self.authority, self.reference),
            positions=(self.first, self.last),
            recorded_at=self.recorded_at,
            decided_on=self.decided_on,
            effective=self.effective,
            effective_is_inferred=self.inferred,
            days_from_decision=self.lags.from_decision,
            days_from_effect=self.lags.from_effect,
            days_from_effect_to_correction=self.learnt,
            retroactive_days=self.lags.retroactive_days,
            kinds=self.kinds(over),
        )


class LaggedRecord(NamedTuple):
    """A decision and one of its effective dates, of which there is something to be noticed."""

    decision: DecisionRef
    positions: tuple[int, int]
    recorded_at: str
    decided_on: str | None
    effective: str | None
    effective_is_inferred: bool
    days_from_decision: Lag | None
    days_from_effect: Lag | None
    days_from_effect_to_correction: Lag | None
    retroactive_days: int | None
    kinds: list[str]


class Distribution(NamedTuple):
    """How many days lags take; all None where there is none. `over` counts those that are late."""

    min: int | None
    q1: int | None
    median: int | None
    q3: int | None
    max: int | None
    over: int | None
    share_over: float | None


class Spread(NamedTuple):
    """The distribution of lags of what is counted, at their least and at their most; `ranges` are those that differ."""

    counts: str
    n: int
    not_stated: int
    ranges: int
    least: Distribution
    most: Distribution


class LagsOfRecord(NamedTuple):
    """How late a record is: what there is to be noticed, and how all lags are distributed."""

    late_after_days: int
    decisions: int
    pairs: int
    from_decision: Spread
    from_effect: Spread
    from_effect_to_correction: Spread
    inferred: int
    counts: dict[str, int]
    records: Iterable[LaggedRecord]


def lags(
    views: Views,
    day: int,
    known: int,
    *,
    recorded_from: str | None = None,
    recorded_to: str | None = None,
    authority: str | None = None,
    thing: str | None = None,
    kind: str | None = None,
    over: int | None = None,
) -> LagsOfRecord:
    """Return the records that came late, in advance or are retroactive, and how all lags are distributed.

    `over` days count as late; where None, the setting `late_after_days` in force on `day`. Both ends of the period of
    recording belong to it (dates, instants or positions). Asked of the decisions of an authority, of those that name a
    thing or a part of it, or of all; `kind` (of `KINDS`) narrows the records down, and no count. Decisions of which
    nothing stands are left out. Raises `InputError` for what cannot be read, and for a negative `over`.
    """
    if over is not None and over < 0:
        raise InputError("A lag is over a number of days from 0 upwards.")
    views.catch_up()
    ledger = views.ledger
    first = 0 if recorded_from is None else ledger.known_before(recorded_from).position
    last = known if recorded_to is None else min(known, ledger.known(recorded_to).position)
    limit = over if over is not None else settings_at(views, day, known)["late_after_days"]
    found = _Found(limit, kind)
    types = (ConstituteGovernment.TYPE, TakeOverRegister.TYPE)
    for date in _dated(views, known, dated(views.file, known, first, last, types, authority, thing)):
        found.add(date)
    return found.told()


class _Found:
    """Lags by how often they occur, and aside the dates of which there is something to be noticed."""

    def __init__(self, over: int, kind: str | None) -> None:
        self._over, self._kind, self._last = over, kind, 0
        self._decisions, self._pairs, self._learnt = Counter[Lag | None](), Counter[Lag | None](), Counter[Lag | None]()
        self._inferred, self._kinds = 0, dict.fromkeys(KINDS, 0)
        self._of_decision: set[str] = set()  # the kinds of the decision that was added last
        self._noticed = NoticedDates(over)

    def add(self, date: DatedLags) -> None:
        """Count one more date, after the others of its decision."""
        kinds = date.kinds(self._over)
        if date.first != self._last:
            self._last, self._of_decision = date.first, set()
            self._decisions[date.lags.from_decision] += 1
        for kind in set(kinds) - self._of_decision:
            self._kinds[kind] += 1
        self._of_decision.update(kinds)
        if date.effective is not None:
            self._pairs[date.lags.from_effect] += 1
            self._inferred += date.inferred
            if date.learnt is not None:
                self._learnt[date.learnt] += 1
        if kinds and self._kind in (None, *kinds):
            self._noticed.add(date)

    def told(self) -> LagsOfRecord:
        """Return what was found as an answer."""
        return LagsOfRecord(
            late_after_days=self._over,
            decisions=self._decisions.total(),
            pairs=self._pairs.total(),
            from_decision=_spread(DECISIONS, self._decisions, self._over),
            from_effect=_spread(PAIRS, self._pairs, self._over),
            from_effect_to_correction=_spread(PAIRS, self._learnt, self._over),
            inferred=self._inferred,
            counts=self._kinds,
            records=self._noticed,
        )


class NoticedDates:
    """Dates of which there is something to be noticed: put aside, and read as the records that an answer tells."""

    def __init__(self, over: int) -> None:
        """Take over how many days are late."""
        self._over, self._put = over, Spool[tuple[Any, ...]]()

    def add(self, date: DatedLags) -> None:
        """Put one more date behind the others."""
        *plain, lags, learnt = date
        self._put.add((*plain, *(lag and (*lag,) for lag in (*lags, learnt))))

    def __iter__(self) -> Iterator[LaggedRecord]:
        for *plain, from_decision, from_effect, learnt in self._put:
            decided, effect, corrected = (lag and Lag._make(lag) for lag in (from_decision, from_effect, learnt))
            yield DatedLags._make((*plain, Lags(decided, effect), corrected)).record(self._over)


def spread(counts: str, lags: Iterable[Lag | None], over: int) -> Spread:
    """Return how lags of what is counted are distributed; one that is not stated is None."""
    return _spread(counts, Counter(lags), over)


def _spread(counts: str, lags: Counter[Lag | None], over: int) -> Spread:
    stated = {lag: count for lag, count in lags.items() if lag is not None}
    ranges = sum(count for lag, count in stated.items() if lag.least < lag.most)
    least, most = Counter[int](), Counter[int]()
    for days, count in stated.items():
        least[days.least] += count
        most[days.most] += count
    ends = (distribution(ranked, over) for ranked in (least, most))
    return Spread(counts, sum(stated.values()), lags[None], ranges, *ends)


def distribution(lags: Counter[int], over: int) -> Distribution:
    """Return minimum, quartiles, maximum and the share above `over` of lags in days; all None where there is none.

    `lags` says how often each occurs. Quartiles are those of the nearest rank: days that occur.
    """
    ranked, count = sorted(lags), lags.total()
    if not ranked:
        return Distribution(None, None, None, None, None, None, None)
    above = sum(lags[lag] for lag in ranked if lag > over)
    upto = list(accumulate(lags[lag] for lag in ranked))  # how many are at most so long
    q1, median, q3 = (ranked[bisect_left(upto, -(-count * quarters // 4))] for quarters in (1, 2, 3))
    return Distribution(ranked[0], q1, median, q3, ranked[-1], above, round(above / count, 4))


def _dated(views: Views, known: int, decisions: Iterable[DatedDecision]) -> Iterator[DatedLags]:
    """Yield each effective date of some decisions as known at a position."""
    for some in lots(decisions, _AT_ONCE):
        learnt_on = _learnt_on(views, known, [decision.first for decision in some])
        for decision in some:
            yield from _dates(decision, learnt_on)


def _dates(decision: DatedDecision, learnt_on: Mapping[tuple[int, str], int]) -> Iterator[DatedLags]:
    named = (decision.first, decision.last, decision.authority, decision.reference)
    when = (decision.recorded_at, decision.decided_on)
    for date in decision.effects:
        learnt = learnt_on.get((decision.first, date.stated))
        to_correction = None if learnt is None else lag(date.measured, learnt)
        measured = lags_of(decision.decided_on, date.measured, decision.recorded_day)
        yield DatedLags(*named, *when, date.stated, date.inferred, measured, to_correction)
    if not decision.effects:
        yield DatedLags(*named, *when, None, False, lags_of(decision.decided_on, None, decision.recorded_day), None)


def _learnt_on(views: Views, known: int, decisions: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the day from which an effective date of a decision is known, where it was not recorded with it.

    `decisions` are the positions of their first events.
    """
    days: dict[tuple[int, str], int] = {}
    spoken = spoken_of(views.file, decisions, known)
    if not spoken:  # as of most
        return days
    standings = Standings(views, known)
    knowledge = Knowledge(standings)
    for first, last in spoken:
        of_date: dict[str, list[Told]] = {}
        for event in standings.of(range(first, last + 1)).values():
            date = event.standing.effective
            if date is not None and event.standing.status == "stands" and not isinstance(event.fact.change, Assertion):
                of_date.setdefault(date, []).append(event)
        for date, events in of_date.items():
            day = knowledge.learnt_on(events)
            if day is not None:
                days[first, date] = day
    return days
