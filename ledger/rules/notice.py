"""A notice: something to look at. A value, never an exception."""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import harmless
from ledger.rules.catalogue import BY_NAME, Kind


class Notice(NamedTuple):
    """What a rule expects, what is so instead, and which event or decision is behind it."""

    rule: str
    id: str  # of the thing, event or decision that it is about
    found: str  # what is so, a sentence
    position: int | None = None  # of the event behind it
    decision: str | None = None  # the reference of the decision behind it

    @property
    def kind(self) -> Kind:
        """refused, needs-acceptance or flagged."""
        return BY_NAME[self.rule].kind

    @property
    def severity(self) -> str:
        """error, warning or information."""
        return BY_NAME[self.rule].severity

    @property
    def expected(self) -> str:
        """What the rule expects, a sentence."""
        return BY_NAME[self.rule].line

    @property
    def message(self) -> str:
        """What is so and what is expected, two sentences without control characters."""
        return f"{harmless(self.found, 600)} Expected: {self.expected[:1].lower()}{self.expected[1:]}"

    def __str__(self) -> str:
        return f"{harmless(self.found, 600)} (rule {self.rule})"
