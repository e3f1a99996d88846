"""The question of an audit report: one point of both times, and the period before its day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ledger.application import Known
from ledger.application.verification import Verification
from ledger.errors import InputError
from ledger.timeline import iso
from projections.charts.question import Question, year_before


@dataclass(frozen=True)
class Audit:
    """What a report is about: `question`, the period from `since` to its day, and a root kept elsewhere, if any."""

    question: Question
    since: int
    held_to: tuple[int, str] | None = None

    @property
    def period(self) -> str:
        """The period in words."""
        return f"{iso(self.since)} to {self.question.context['effective']}"

    @cached_property
    def known_then(self) -> Known:
        """What was known at the end of the first day of the period, or now where that is less."""
        found = self.question.views.ledger.known(iso(self.since))
        return min(found, self.question.known, key=lambda known: known.position)

    @cached_property
    def verification(self) -> Verification:
        """What checking the whole log found; it is held to the root of this report, and to that kept elsewhere."""
        known, ledger = self.question.known, self.question.views.ledger
        found = ledger.verify(known.size, known.root) if known.size else ledger.verify()
        if self.held_to is None:
            return found
        other = ledger.verify(*self.held_to)
        more = [one for one in other.damage if one not in found.damage]
        return found._replace(ok=found.ok and other.ok, damage=(*found.damage, *more))

    @property
    def damage(self) -> list[str]:
        """What is wrong with the record as known at the question's position; what was recorded later is left out."""
        return [
            f"{'Whole log' if one.position is None else f'Position {one.position}'}, {one.kind}: expected "
            f"{one.expected}, found {one.found}."
            for one in self.verification.damage
            if one.position is None or one.position <= self.question.known.position
        ]


def audit(question: Question, since: int | None = None, held_to: tuple[int, str] | None = None) -> Audit:
    """Return what a report is about; `since`: the first day of its period, else the same day a year before.

    Raises `InputError` where the period begins after the day asked about.
    """
    first = year_before(question.day) if since is None else since
    if first > question.day:
        raise InputError(f"The period begins on {iso(first)}, after {iso(question.day)}. Give an earlier --from.")
    return Audit(question, first, held_to)
