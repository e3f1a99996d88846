"""Lags of the record: how long decisions took to be recorded, from the day they were taken and from their effect.

From the decision, decisions are counted; from the effect, pairs of a decision and an effective date, as known. A day
that is not stated (`..`) or was only inferred from the record is left out: it would measure the record by itself. A
date without a day gives a range of days. What opens the ledger, or ends the import that did, is no decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.errors import InputError
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.register import TakeOverRegister
from ledger.lags import Lag, Lags, lag, lags_of
from projections.answers.knowledge import Knowledge
from projections.answers.notices import settings_of
from projections.views.queries.record import dated, spoken_of
from projections.views.queries.standings import Standings, Told
from projections.views.read_model import Views

Fields = dict[str, Any]
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
        found = [LATE] if late is not None and late.least > over else []
        found += [ADVANCE] if any(lag is not None and lag.most < 0 for lag in self.lags) else []
        return found + ([RETROACTIVE] if self.lags.retroactive_days else [])

    def fields(self, over: int) -> Fields:
        """Return it as JSON values."""
        lags = self.lags
        measured = {"decision": lags.from_decision, "effect": lags.from_effect, "effect_to_correction": self.learnt}
        return {
            "decision": {"authority": self.authority, "reference": self.reference},
            "positions": [self.first, self.last],
            "recorded_at": self.recorded_at,
            "decided_on": self.decided_on,
            "effective": self.effective,
            "effective_is_inferred": self.inferred,
            **{f"days_from_{name}": None if lag is None else lag._asdict() for name, lag in measured.items()},
            "retroactive_days": lags.retroactive_days,
            "kinds": self.kinds(over),
        }


def lags(
    views: Views,
    day: int,
    known: int,
    *,
    recorded_from: str | None = None,
    recorded_to: str | None = None,
    over: int | None = None,
) -> Fields:
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
    found = list(_decided(views, known, first, last))
    decisions = {one.first: one.lags.from_decision for one in found}
    pairs = [one for one in found if one.effective is not None]
    learnt = [one.learnt for one in pairs if one.learnt is not None]
    return {
        "late_after_days": limit,
        "decisions": len(decisions),
        "pairs": len(pairs),
        "from_decision": {"counts": DECISIONS, **spread(decisions.values(), limit)},
        "from_effect": {"counts": PAIRS, **spread([one.lags.from_effect for one in pairs], limit)},
        "from_effect_to_correction": {"counts": PAIRS, **spread(learnt, limit)},
        "inferred": sum(one.inferred for one in pairs),
        "counts": {kind: len({one.first for one in found if kind in one.kinds(limit)}) for kind in KINDS},
        "records": [one.fields(limit) for one in found if one.kinds(limit)],
    }


def spread(lags: Iterable[Lag | None], over: int) -> Fields:
    """Return how lags are distributed, at their least and at their most; `ranges` counts those that differ."""
    known = list(lags)
    least = distribution((None if lag is None else lag.least for lag in known), over)
    most = distribution((None if lag is None else lag.most for lag in known), over)
    counted = {name: least.pop(name) for name in ("n", "not_stated")}
    ranges = sum(lag is not None and lag.least < lag.most for lag in known)
    return {**counted, "ranges": ranges, "least": least, "most": {name: most[name] for name in least}}


def distribution(lags: Iterable[int | None], over: int) -> Fields:
    """Return n, minimum, quartiles, maximum and the share above `over` of the lags that are stated, in days.

    `not_stated` counts the others; without any lag everything but the counts is None. Quartiles are those of the
    nearest rank: days that occur.
    """
    known = list(lags)
    found = sorted(lag for lag in known if lag is not None)
    counted: Fields = {"n": len(found), "not_stated": len(known) - len(found)}
    if not found:
        return {**counted, **dict.fromkeys(("min", "q1", "median", "q3", "max", "over", "share_over"))}
    above = sum(lag > over for lag in found)
    quartiles = {name: _ranked(found, quarters) for name, quarters in (("q1", 1), ("median", 2), ("q3", 3))}
    ends = {"min": found[0], **quartiles, "max": found[-1]}
    return {**counted, **ends, "over": above, "share_over": round(above / len(found), 4)}


def _ranked(found: Sequence[int], quarters: int) -> int:
    """Return the value of the nearest rank: the smallest that at least so many quarters of the values reach up to."""
    return found[max(0, -(-len(found) * quarters // 4) - 1)]


def _decided(views: Views, known: int, first: int, last: int) -> Iterator[DatedLags]:
    """Yield each effective date of the decisions recorded after one position, up to another, as known at a third."""
    decisions = dated(views.file, known, first, last, (ConstituteGovernment.TYPE, TakeOverRegister.TYPE))
    learnt_on = _learnt_on(views, known, [one.first for one in decisions])
    for one in decisions:
        named = (one.first, one.last, one.authority, one.reference, one.recorded_at, one.decided_on)
        for date in one.effects:
            learnt = learnt_on.get((one.first, date.stated))
            to_correction = None if learnt is None else lag(date.measured, learnt)
            measured = lags_of(one.decided_on, date.measured, one.recorded_day)
            yield DatedLags(*named, date.stated, date.inferred, measured, to_correction)
        if not one.effects:
            yield DatedLags(*named, None, False, lags_of(one.decided_on, None, one.recorded_day), None)


def _learnt_on(views: Views, known: int, decisions: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the day from which an effective date of a decision is known, where it was not recorded with it.

    `decisions` are the positions of their first events.
    """
    standings = Standings(views, known)
    knowledge = Knowledge(standings)
    days: dict[tuple[int, str], int] = {}
    for first, last in spoken_of(views.file, decisions, known):
        of_date: dict[str, list[Told]] = {}
        for one in standings.of(range(first, last + 1)).values():
            date = one.standing.effective
            if date is not None and one.standing.status == "stands" and not isinstance(one.fact.change, Assertion):
                of_date.setdefault(date, []).append(one)
        for date, events in of_date.items():
            day = knowledge.learnt_on(events)
            if day is not None:
                days[first, date] = day
    return days
