"""Changes of a signal: a need, trend or transformation observed, that decisions respond to."""

from __future__ import annotations

from typing import Literal

from ledger.events.change import Change
from ledger.events.personal import Markable
from ledger.events.types import Day, Id, Ids, Text, Title


class ObserveSignal(Change):
    """Write down a need, trend or transformation: what was seen, by whom, when, and what it concerns."""

    NAME, TYPE = "observe-signal", "signal.observed/1"
    SENTENCE = "Signal {signal} is observed, {kind:article}: {description:short}"
    OPENS = True
    KIND, SUBJECT, LIFE = "signal", "signal", "begins"
    SETS = ("kind", "description", "source", "observed_on", "concerns")
    REFERS = (("concerns", "?"),)
    signal: Id
    kind: Literal["need", "trend", "transformation"]
    description: Text
    source: Markable[Title] | None = None
    observed_on: Day | None = None
    concerns: Ids | None = None


class CloseSignal(Change):
    """Say that a signal needs no further response."""

    NAME, TYPE = "close-signal", "signal.closed/1"
    SENTENCE = "Signal {signal} is closed."
    KIND, SUBJECT, LIFE = "signal", "signal", "ends"
    signal: Id
    outcome: Text | None = None
