"""Metrics of corrections: how often what was recorded had to be put right, and how long that took."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from statistics import median

from projections.agility.concerns import concerning
from projections.agility.figures import Figure, Window, metric, nothing
from projections.agility.log import OPENING
from projections.agility.record import KnownRecord

_ON_RECORD = {"record.corrected", "record.struck"}
_NOT_CORRECTING = {"decision.rescinded", "decision.postponed"}  # decisions of their own, not errors put right
_SOURCE = "Events that correct, strike or stand in the place of an earlier one, as the record knows them."
_SINCE = "since then, as known"


def corrected(record: KnownRecord) -> dict[int, int]:
    """Return the events that were put right, each with the first event that did; one that was struck did not."""
    return {
        position: standing[0]
        for position in record.spoken
        if (standing := [later for later in _direct(record, position) if _puts_right(record, later)])
    }


def _direct(record: KnownRecord, position: int) -> list[int]:
    """Return the events that speak of one itself, and not only of another that speaks of it."""
    every = record.spoken.get(position, ())
    through = {later for between in every for later in record.spoken.get(between, ())}
    return [later for later in every if later not in through]


def _puts_right(record: KnownRecord, later: int) -> bool:
    if record.events.name(later) in _NOT_CORRECTING:
        return False
    struck = (then for then in _direct(record, later) if record.events.name(then) == "record.struck")
    return not any(_puts_right(record, then) for then in struck)


def _silent(record: KnownRecord) -> set[int]:
    """Return the events that say nothing of the government or a cluster themselves."""
    return set(record.events.of_names({*_ON_RECORD, *OPENING}))


def _recorded(record: KnownRecord, window: Window, cluster: str | None) -> Sequence[int]:
    """Return the events recorded in a window that say something, of a cluster or of any, by position in order."""
    return record.lately(("recorded", window, cluster), lambda: _said(record, window, cluster))


def _said(record: KnownRecord, window: Window, cluster: str | None) -> array[int]:
    silent, events = record.once(_silent), record.events
    if cluster is None:
        days = enumerate(events.days, 1)
        return array("i", (at for at, day in days if window.start <= day < window.end and at not in silent))
    known = (position for position in record.once(concerning).events.get(cluster, ()) if position in events)
    return array("i", (at for at in known if window.start <= events.days[at - 1] < window.end and at not in silent))


@metric(
    "correction-rate",
    "measurement",
    "share",
    f"The share of events recorded in the window that had to be corrected, struck or replaced {_SINCE}.",
    denominator="events recorded in the window, apart from corrections, strikes and the opening of the ledger",
    source=_SOURCE,
    not_meaning="That the record is bad: where nobody looks, nothing is corrected. Recent events had less time.",
)
def correction_rate(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return corrected events / events, between 0 and 1; nothing where no event was recorded.

    A correction that was itself struck does not count. The events given are those corrected and those that did it.
    """
    among, right = _recorded(record, window, cluster), record.once(corrected)
    if not among:
        return nothing("no event was recorded in the window")
    found = [position for position in among if position in right]
    events = sorted({*found, *(right[position] for position in found)})
    return Figure(len(found) / len(among), len(found), len(among), tuple(events))


@metric(
    "time-to-correct",
    "measurement",
    "days",
    "The median of the days from the record of an event that was put right to the record of its first correction.",
    denominator="events recorded in the window and corrected, struck or replaced since",
    source=_SOURCE,
    not_meaning="That errors were found slowly by the office: some are only found when somebody asks.",
)
def time_to_correct(record: KnownRecord, window: Window, cluster: str | None) -> Figure:
    """Return the median days to the first correction; nothing where nothing was corrected."""
    right = record.once(corrected)
    found = [position for position in _recorded(record, window, cluster) if position in right]
    if not found:
        return nothing("no event recorded in the window was corrected")
    recorded = record.events.days
    days = [recorded[right[position] - 1] - recorded[position - 1] for position in found]
    both = sorted({*found, *(right[position] for position in found)})
    return Figure(median(days), len(found), len(found), tuple(both))
