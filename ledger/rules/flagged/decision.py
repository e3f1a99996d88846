"""Rules on one decision alone: late, retroactive, without a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ledger.lags import Lag, Lags, lags_of, measurable
from ledger.plurals import counted
from ledger.rules.notice import Notice
from ledger.timeline import PossibleDays, iso


class EffectiveDate(NamedTuple):
    """A date from which something that a decision says is so, as it was given."""

    stated: str
    inferred: bool = False  # from the record, by whoever migrated it: it measures nothing

    @property
    def measured(self) -> PossibleDays | None:
        """The first and the last day that it can mean; None where it is not stated, or was inferred."""
        return measurable(self.stated, inferred=self.inferred)


def first_measured(effects: Iterable[EffectiveDate]) -> PossibleDays | None:
    """Return the days of the first of some dates by its last day; None where none of them measures anything."""
    measured = (date.measured for date in effects)
    return min((days for days in measured if days), key=lambda days: days.last, default=None)


class DecisionFacts(NamedTuple):
    """What the rules need to know of a recorded decision."""

    key: str
    authority: str
    reference: str
    position: int  # of its last event
    recorded_day: int
    decided_day: int | None = None
    has_document: bool = False
    responds_to: tuple[str, ...] = ()
    review_day: int | None = None
    said_days: tuple[tuple[str, int], ...] = ()  # (rule that looks at it, day) of what happened, as its changes say
    decided_on: str | None = None  # as it was given
    effects: tuple[EffectiveDate, ...] = ()  # each once, by first day

    @property
    def lags(self) -> Lags:
        """How far its record lags behind the decision, and behind its first effect that a date tells."""
        return lags_of(self.decided_on, first_measured(self.effects), self.recorded_day)


def on_decision(decision: DecisionFacts, settings: Mapping[str, int]) -> Iterator[Notice]:
    """Yield what is to be noticed about one decision alone: late, retroactive, without a document."""
    lags = decision.lags
    late, back = lags.late, lags.retroactive_days

    def notice(rule: str, found: str) -> Notice:
        return Notice(rule, decision.reference, found, decision.position, decision.reference)

    name = f'Decision "{decision.reference}"'
    if late is not None and late.least > settings["late_after_days"]:
        since = "in effect" if lags.from_decision is None else "decided"
        yield notice(
            "recorded-late", f"{name} was recorded {_at_least(late)}{counted(late.least, 'day')} after it was {since}."
        )
    if back:
        least = _at_least(lags.from_decision, lags.from_effect)
        yield notice("retroactive", f"{name} takes effect {least}{counted(back, 'day')} before it was decided.")
    if decision.decided_day is not None and decision.decided_day > decision.recorded_day:
        days = decision.decided_day - decision.recorded_day
        yield notice("decided-in-the-future", f"{name} was recorded {counted(days, 'day')} before it was decided.")
    for rule, day in decision.said_days:
        if day > decision.recorded_day:
            yield notice(rule, f"{name} speaks of {iso(day)}, and was recorded on {iso(decision.recorded_day)}.")
    if not decision.has_document and decision.position > 1:  # the first event opens the ledger: no document is asked
        yield notice("decision-without-document", f"{name} names no document.")


def _at_least(*lags: Lag | None) -> str:
    """Return what stands before the least number of days, where a date is known to the year or month only."""
    return "at least " if any(lag is not None and lag.least < lag.most for lag in lags) else ""
