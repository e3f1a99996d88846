"""Changes of a key objective of a mission, and the measurements taken of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ledger.events.change import Change
from ledger.events.personal import Markable
from ledger.events.quality import Quality
from ledger.events.types import Day, Decimal, Id, PartId, Term, Text, Title

Version = Annotated[int, Field(ge=1, le=10_000)]


class ObjectiveChange(Change):
    """A change of the objective that it names; its id begins with its mission's."""

    KIND, SUBJECT = "objective", "objective"
    objective: PartId


class SetObjective(ObjectiveChange):
    """Set a key objective: an indicator, its definition (version 1), and the target by a day, as far as stated."""

    NAME, TYPE, LIFE = "set-objective", "objective.set/1", "begins"
    SETS = ("indicator", "definition", "unit", "direction", "baseline", "target", "due_on")
    indicator: Title
    definition: Text
    unit: Title | None = None
    direction: Literal["up", "down"] | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    due_on: Day | None = None

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the mission that the id begins with."""
        return ((self.objective.partition("/")[0], "mission"),)


class RedefineObjective(ObjectiveChange):
    """Define an objective's indicator anew; the ledger gives the definition its next version number."""

    NAME, TYPE = "redefine-objective", "objective.redefined/1"
    SETS = ("definition", "definition_version")
    FILLED = ("definition_version",)
    definition: Text
    definition_version: Version | None = None


class RetargetObjective(ObjectiveChange):
    """Give an objective another target, or another day by which it is due."""

    NAME, TYPE = "retarget-objective", "objective.retargeted/1"
    SETS = ("target", "due_on")
    target: Decimal | None = None
    due_on: Day | None = None


class StateObjective(ObjectiveChange):
    """State the unit, direction or baseline of an objective where it was set without."""

    NAME, TYPE = "state-objective", "objective.stated/1"
    SETS = ("unit", "direction", "baseline")
    unit: Title | None = None
    direction: Literal["up", "down"] | None = None
    baseline: Decimal | None = None


class WithdrawObjective(ObjectiveChange):
    """Pursue an objective no longer."""

    NAME, TYPE, LIFE = "withdraw-objective", "objective.withdrawn/1", "ends"
    outcome: Text | None = None


class ReturnObjective(ObjectiveChange):
    """Pursue an objective again that was withdrawn; its id, definitions and measurements go on."""

    NAME, TYPE, LIFE = "return-objective", "objective.returned/1", "resumes"


class MoveObjective(ObjectiveChange):
    """Move an objective to another mission; its id stays, and begins with the mission that it was set for."""

    NAME, TYPE, REFERS = "move-objective", "objective.moved/1", (("to", "mission"),)
    to: Id


class RecordMeasurement(ObjectiveChange):
    """Record what was observed of an objective; it stays with the definition that it was measured by.

    Where no definition version is given, the ledger fills in the one in force on `observed_on`, as known now.
    """

    NAME, TYPE = "record-measurement", "measurement.recorded/1"
    FILLED = ("definition_version",)
    value: Decimal
    observed_on: Day
    definition_version: Version | None = None
    source: Markable[Term] | None = None
    quality: Quality | None = None
