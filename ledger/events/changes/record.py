"""Changes of the record itself: corrections and strikes, rescissions and postponements."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StringConstraints

from ledger.events.changes.base import Change
from ledger.events.changes.reference import DecisionName
from ledger.events.types import Effective, EventId, Text

Place = Annotated[str, StringConstraints(pattern=r"^p[1-9][0-9]{0,17}$")]  # a position, until its event is looked up
Target = EventId | Place | DecisionName


class OnRecord(Change):
    """A change that speaks of an earlier event or decision, on the stream of what it names."""

    target: Target

    def stream(self) -> str:
        """Return the stream of the event that it names; the government's where it names a decision."""
        return self.target.partition("@")[0] if isinstance(self.target, str) else super().stream()


class Correct(OnRecord):
    """Replace fields of what an earlier event or decision said; ids and types stay."""

    NAME, TYPE, DATED = "correct", "record.corrected/1", False
    data: dict[str, Any] | None = None
    decision: dict[str, Any] | None = None
    new_effective: Effective | None = None
    because: Text


class Strike(OnRecord):
    """Say that an earlier event or decision was entered in error; nothing about its legal force."""

    NAME, TYPE, DATED = "strike", "record.struck/1", False
    because: Text


class RescindDecision(Change):
    """Take a decision back before it takes effect."""

    NAME, TYPE = "rescind-decision", "decision.rescinded/1"
    decision: DecisionName


class PostponeDecision(Change):
    """Give a decision that has not taken effect another effective date."""

    NAME, TYPE = "postpone-decision", "decision.postponed/1"
    decision: DecisionName
    new_effective: Effective
