"""What was learnt late: how long decisions took to be recorded, from the day they were taken and from their effect.

Decisions with a day that is not stated (`..`) or was only inferred from the record are left out of that lag: it
would measure the record by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.errors import InputError
from ledger.timeline import iso
from projections.notices import settings_of
from projections.replay import known_before
from projections.views import Views

Fields = dict[str, Any]
LATE, ADVANCE, RETROACTIVE = "late", "in advance", "retroactive"


class Lag(NamedTuple):
    """A decision as known: the days it took from decision and from effect to the record, and back from its effect.

    Negative days: recorded in advance. None: not stated, or only inferred.
    """

    first: int
    last: int
    authority: str
    reference: str
    recorded_at: str
    decided_day: int | None
    effective_day: int | None
    from_decision: int | None
    from_effect: int | None
    inferred: bool

    @property
    def late_days(self) -> int | None:
        """Days from the decision, or where that is not stated from its effect, to the record."""
        return self.from_decision if self.from_decision is not None else self.from_effect

    @property
    def retroactive_days(self) -> int | None:
        """Days by which it takes effect before it was decided; None where either day is not stated, or inferred."""
        if self.decided_day is None or self.effective_day is None or self.inferred:
            return None
        return max(0, self.decided_day - self.effective_day)

    def kinds(self, over: int) -> list[str]:
        """Return what is to be noticed about it.

        Late: by more than `over` days; in advance: recorded before it took effect, or even before it was decided;
        retroactive.
        """
        late, stated = self.late_days, (self.from_decision, self.from_effect)
        found = [LATE] if late is not None and late > over else []
        found += [ADVANCE] if any(lag is not None and lag < 0 for lag in stated) else []
        return found + ([RETROACTIVE] if self.retroactive_days else [])

    def fields(self, over: int) -> Fields:
        """Return it as JSON values."""
        return {
            "decision": {"authority": self.authority, "reference": self.reference},
            "positions": [self.first, self.last],
            "recorded_at": self.recorded_at,
            "decided_on": None if self.decided_day is None else iso(self.decided_day),
            "effective": None if self.effective_day is None else iso(self.effective_day),
            "effective_is_inferred": self.inferred,
            "days_from_decision": self.from_decision,
            "days_from_effect": self.from_effect,
            "retroactive_days": self.retroactive_days,
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
    first = 0 if recorded_from is None else known_before(ledger, recorded_from)
    last = known if recorded_to is None else min(known, ledger.known(recorded_to).position)
    limit = over if over is not None else settings_of(views.structure(day, known))["late_after_days"]
    found = list(_decided(views, known, first, last))
    return {
        "late_after_days": limit,
        "decisions": len(found),
        "from_decision": distribution([one.from_decision for one in found], limit),
        "from_effect": distribution([one.from_effect for one in found], limit),
        "inferred": sum(one.inferred for one in found),
        "counts": {kind: sum(kind in one.kinds(limit) for one in found) for kind in (LATE, ADVANCE, RETROACTIVE)},
        "records": [one.fields(limit) for one in found if one.kinds(limit)],
    }


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


def _decided(views: Views, known: int, first: int, last: int) -> Iterator[Lag]:
    """Yield the decisions recorded after one position, up to another, as known at a third, in recording order."""
    rows = views.file.select(
        "SELECT d.first, d.last, d.authority, d.reference, d.recorded_at, k.recorded_day, k.decided_day, "
        "k.effective_day, k.effective_day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events e WHERE e.position "
        "BETWEEN d.first AND d.last AND e.effective > 0 AND NOT e.inferred) "
        "FROM decided k JOIN decisions d ON d.first = k.first "
        "WHERE k.first > ? AND k.first <= ? AND k.known_from <= ? AND k.known_to > ? AND k.stands ORDER BY k.first",
        (first, last, known, known),
    )
    for begins, ends, authority, reference, recorded_at, recorded, decided, effective, inferred in rows:
        measured = None if inferred else effective
        yield Lag(
            begins, ends, authority, reference, recorded_at, decided, effective,
            None if decided is None else recorded - decided,
            None if measured is None else recorded - measured,
            bool(inferred),
        )  # fmt: skip
