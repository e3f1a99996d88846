"""The scales that assessments are made on, and the rules by which a cluster's execution follows from its missions'."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ledger.events.change import Attributes, Change
from ledger.events.changes.assessment import ScaleName
from ledger.events.types import PART, Id, Title, Titles

Number = Annotated[str, StringConstraints(pattern=rf"^{PART}$", max_length=64)]


class DefineScale(Change):
    """Define a version of a scale: its grades from worst to best, and what they mean on other versions."""

    NAME, TYPE, KIND = "define-scale", "scale.defined/1", "government"
    ARGUMENT = "scale"
    SENTENCE = "Scale {scale}/{version} is defined: {grades:grades}."
    scale: Id
    version: Number
    grades: Annotated[Titles, Field(min_length=2, max_length=100)]
    maps_to: dict[ScaleName, dict[Title, Title]] | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the version of the scale."""
        return {f"scales:{self.scale}/{self.version}": self.without("scale", "version")}


class DefineRollup(Change):
    """Define a version of the rule by which a cluster's execution follows from the grades of its missions.

    `worst` and `median` (the lower one of an even number) give a grade; `share` the share at or above `at_least`.
    """

    NAME, TYPE, KIND = "define-rollup", "rollup.defined/1", "government"
    ARGUMENT = "rollup"
    SENTENCE = "Roll-up {rollup}/{version} is defined: the {rule} on scale {scale}."
    rollup: Id
    version: Number
    scale: ScaleName
    rule: Literal["worst", "median", "share"]
    at_least: Title | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the version of the rule."""
        return {f"rollups:{self.rollup}/{self.version}": self.without("rollup", "version")}
