"""Lags of the record: how long decisions took to be recorded, from the day they were taken and from their effect.

From the decision, decisions are counted; from the effect, pairs of a decision and an effective date, as known. A day
that is not stated (`..`) or was only inferred from the record is left out: it would measure the record by itself. A
date without a day gives a range of days. What opens the ledger, or ends the import that did, is no decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import InputError
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.register import TakeOverRegister
from ledger.lags import Lag, Lags, lag, lags_of
from projections.answers.grounds import DecisionRef
from projections.answers.knowledge import Knowledge
from projections.answers.notices import settings_of
from projections.views.queries.record import dated, spoken_of
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import Views

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
    records: list[LaggedRecord]


def lags(
    views: Views,
    day: int,
    known: int,
    *,
    recorded_from: str | None = None,
    recorded_to: str | None = None,
    over: int | None = None,
) -> LagsOfRecord:
    """Return the records that came late, in advance or are retroactive, and how all lags are distributed.

    `over` days count as late; where None, the setting `late_after_days` in force on `day`. Both ends of the period of
    recording belong to it (dates, instants or positions). Decisions of which nothing stands are left out. Raises
    `InputError` for what cannot be read, and for a negative `over`.
    """
    if over is not None and over < 0:
        raise InputError("A lag is over a number of days from 0 upwards.")
    views.catch_up()
    ledger = views.ledger
    first = 0 if recorded_from is None else ledger.known_before(recorded_from).position
    last = known if recorded_to is None else min(known, ledger.known(recorded_to).position)
    limit = over if over is not None else settings_of(views.structure(day, known))["late_after_days"]
    dates = list(_decided(views, known, first, last))
    decisions = {date.first: date.lags.from_decision for date in dates}
    pairs = [date for date in dates if date.effective is not None]
    learnt = [date.learnt for date in pairs if date.learnt is not None]
    return LagsOfRecord(
        late_after_days=limit,
        decisions=len(decisions),
        pairs=len(pairs),
        from_decision=spread(DECISIONS, decisions.values(), limit),
        from_effect=spread(PAIRS, [date.lags.from_effect for date in pairs], limit),
        from_effect_to_correction=spread(PAIRS, learnt, limit),
        inferred=sum(date.inferred for date in pairs),
        counts={kind: len({date.first for date in dates if kind in date.kinds(limit)}) for kind in KINDS},
        records=[date.record(limit) for date in dates if date.kinds(limit)],
    )


def spread(counts: str, lags: Iterable[Lag | None], over: int) -> Spread:
    """Return how lags of what is counted are distributed; one that is not stated is None."""
    known = list(lags)
    stated = [lag for lag in known if lag is not None]
    ranges = sum(lag.least < lag.most for lag in stated)
    least, most = (distribution(days, over) for days in ([lag.least for lag in stated], [lag.most for lag in stated]))
    return Spread(counts, len(stated), len(known) - len(stated), ranges, least, most)


def distribution(lags: Iterable[int], over: int) -> Distribution:
    """Return minimum, quartiles, maximum and the share above `over` of lags in days; all None where there is none.

    Quartiles are those of the nearest rank: days that occur.
    """
    ranked = sorted(lags)
    if not ranked:
        return Distribution(None, None, None, None, None, None, None)
    above = sum(lag > over for lag in ranked)
    q1, median, q3 = (_at_rank(ranked, quarters) for quarters in (1, 2, 3))
    return Distribution(ranked[0], q1, median, q3, ranked[-1], above, round(above / len(ranked), 4))


def _at_rank(ranked: Sequence[int], quarters: int) -> int:
    """Return the value of the nearest rank: the smallest that at least so many quarters of the values reach up to."""
    return ranked[max(0, -(-len(ranked) * quarters // 4) - 1)]


def _decided(views: Views, known: int, first: int, last: int) -> Iterator[DatedLags]:
    """Yield each effective date of the decisions recorded after one position, up to another, as known at a third."""
    decisions = dated(views.file, known, first, last, (ConstituteGovernment.TYPE, TakeOverRegister.TYPE))
    learnt_on = _learnt_on(views, known, [decision.first for decision in decisions])
    for decision in decisions:
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
    standings = Standings(views, known)
    knowledge = Knowledge(standings)
    days: dict[tuple[int, str], int] = {}
    for first, last in spoken_of(views.file, decisions, known):
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
