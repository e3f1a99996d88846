"""Situations: what was so on a day, as known at a position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.rules.flagged.decision import DecisionFacts
from ledger.state.structure import Structure


class Situation(NamedTuple):
    """What was so on a day, with the decisions known then, in recording order, and the settings in force.

    The decisions are read one by one, and again where two may look alike: none need be in memory. `taken_back` are
    those of which nothing stands, and that were not struck: their references are used up.
    """

    structure: Structure
    decisions: Iterable[DecisionFacts]
    settings: Mapping[str, int]
    taken_back: Iterable[DecisionFacts] = ()

    @property
    def day(self) -> int:
        """The effective day that is asked about."""
        return self.structure.day
