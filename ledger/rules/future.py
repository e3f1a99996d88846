"""Days of what is said to have happened: none of them lies after the day on which it was recorded."""

from __future__ import annotations

from ledger.events.change import Change
from ledger.events.changes.assessment import Assessment
from ledger.events.changes.objective import RecordMeasurement
from ledger.events.changes.signal import ObserveSignal
from ledger.timeline import day_of


def day_said(change: Change) -> tuple[str, int] | None:
    """Return the day on which a change says that something happened, after the rule that looks at it; None for none.

    A day that is known to the month or year counts from its first day; a period, to its last.
    """
    if isinstance(change, RecordMeasurement):
        return "measured-in-the-future", day_of(change.observed_on)
    if isinstance(change, ObserveSignal) and change.observed_on is not None:
        return "observed-in-the-future", day_of(change.observed_on)
    if isinstance(change, Assessment):
        return "period-in-the-future", day_of(change.period.partition("/")[2])
    return None
