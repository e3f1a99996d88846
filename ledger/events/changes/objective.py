"""Changes of a key objective of a mission, and the measurements taken of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ledger.events.change import Attributes, Change
from ledger.events.personal import Commitment, Markable
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
    SENTENCE = "Objective {objective} is set: {indicator}{aim}."
    SETS = ("indicator", "definition", "unit", "direction", "baseline", "target", "due_on")
    BESIDE = ("definition_version",)
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

    @property
    def aim(self) -> str:
        """From where to where it is to come, and by when, as far as it states that."""
        words = [f"{word} {value}" for word, value in (("from", self.baseline), ("to", self.target)) if value]
        words += [self.unit if words else f"in {self.unit}"] if self.unit else []
        words += [f"by {self.due_on}"] if self.due_on else []
        return f", {' '.join(words)}" if words else ""

    def keyed(self, stated: str) -> Attributes:
        """Return the version of its definition."""
        return {"definition_version": 1}


class RedefineObjective(ObjectiveChange):
    """Define an objective's indicator anew; the ledger gives the definition its next version number."""

    NAME, TYPE = "redefine-objective", "objective.redefined/1"
    SENTENCE = "Objective {objective} is defined anew, as definition {definition_version}: {definition:short}"
    SETS = ("definition", "definition_version")
    FILLED = ("definition_version",)
    definition: Text
    definition_version: Version | None = None


class RetargetObjective(ObjectiveChange):
    """Give an objective another target, or another day by which it is due."""

    NAME, TYPE = "retarget-objective", "objective.retargeted/1"
    SENTENCE = "Of objective {objective} changed: {given_values:list}."
    SETS = ("target", "due_on")
    target: Decimal | None = None
    due_on: Day | None = None


class StateObjective(ObjectiveChange):
    """State the unit, direction or baseline of an objective where it was set without."""

    NAME, TYPE = "state-objective", "objective.stated/1"
    SENTENCE = "Of objective {objective} is stated: {given_values:list}."
    SETS = ("unit", "direction", "baseline")
    unit: Title | None = None
    direction: Literal["up", "down"] | None = None
    baseline: Decimal | None = None


class WithdrawObjective(ObjectiveChange):
    """Pursue an objective no longer."""

    NAME, TYPE, LIFE = "withdraw-objective", "objective.withdrawn/1", "ends"
    SENTENCE = "Objective {objective} is withdrawn."
    outcome: Text | None = None


class ReturnObjective(ObjectiveChange):
    """Pursue an objective again that was withdrawn; its id, definitions and measurements go on."""

    NAME, TYPE, LIFE = "return-objective", "objective.returned/1", "resumes"
    SENTENCE = "Objective {objective} is pursued again."


class MoveObjective(ObjectiveChange):
    """Move an objective to another mission; its id stays, and begins with the mission that it was set for."""

    NAME, TYPE, REFERS = "move-objective", "objective.moved/1", (("to", "mission"),)
    BESIDE = ("mission",)
    SENTENCE = "Objective {objective} is moved to mission {to}."
    to: Id

    def keyed(self, stated: str) -> Attributes:
        """Return the mission that it is an objective of from then on."""
        return {"mission": self.to}


class RecordMeasurement(ObjectiveChange):
    """Record what was observed of an objective; it stays with the definition that it was measured by.

    Where no definition version is given, the ledger fills in the one in force on `observed_on`, as known now.
    """

    NAME, TYPE = "record-measurement", "measurement.recorded/1"
    COMMAND = "measure"
    SENTENCE = "Objective {objective} was measured on {observed_on}: {value}, by definition {definition_version}."
    FILLED = ("definition_version",)
    value: Decimal
    observed_on: Day
    definition_version: Version | None = None
    source: Markable[Term] | None = None
    quality: Quality | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the measurement under its day, definition version and source.

        Two sources may see different things on one day; one source's later word on a day replaces its earlier one. So
        may two definitions, by which a value was measured, and by the second again. A source that may be withheld is
        known by its commitment alone; no source in the clear can be written as its key.
        """
        version, source = self.definition_version or 1, self.source
        day = self.observed_on if version == 1 else f"{self.observed_on}/{version}"
        place = f"{day}/{source.commitment}" if isinstance(source, Commitment) else f"{day} {source}" if source else day
        return {f"measurements:{place}": self.without("objective")}
