"""Lags: the days from a decision, and from its effect, to the record of them, as far as their dates tell.

A lag is transaction time less valid time (R. T. Snodgrass, Developing Time-Oriented Database Applications, 1999).
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.timeline import UNSTATED, PossibleDays, days_of


class Lag(NamedTuple):
    """A number of days, at the least and at the most: the same where the date is a day. Negative: in advance."""

    least: int
    most: int


def measurable(stated: str | None, *, inferred: bool = False) -> PossibleDays | None:
    """Return the days that a date can mean; None where it measures nothing: not stated, or inferred from the record."""
    days = None if stated is None or inferred else days_of(stated)
    return None if days is None or days.first <= UNSTATED else days


def lag(since: PossibleDays | None, day: int) -> Lag | None:
    """Return the lag of `day` behind a date; None for a date that measures nothing."""
    return None if since is None else Lag(day - since.last, day - since.first)


class Lags(NamedTuple):
    """How far a record lags behind a decision and behind its effect; None: that date measures nothing."""

    from_decision: Lag | None
    from_effect: Lag | None

    @property
    def late(self) -> Lag | None:
        """The lag from the decision, or where its day is not stated from its effect."""
        return self.from_decision or self.from_effect

    @property
    def retroactive_days(self) -> int | None:
        """Days, at the least, by which it takes effect before it was decided; None where either does not measure."""
        if self.from_decision is None or self.from_effect is None:
            return None
        return max(0, self.from_effect.least - self.from_decision.most)


def lags_of(decided_on: str | None, effect: PossibleDays | None, recorded_day: int) -> Lags:
    """Return the lags of what was decided and takes effect on these dates, and was recorded on this day."""
    return Lags(lag(measurable(decided_on), recorded_day), lag(effect, recorded_day))
