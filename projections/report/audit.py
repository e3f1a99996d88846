"""The question of an audit report: one point of both times, and the period before its day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ledger.application import Known
from ledger.application.verification import Verification
from ledger.errors import InputError
from ledger.timeline import iso
from projections.answers.notices import flags, settings_at
from projections.charts.question import Question, year_before
from projections.differences.explained import Point
from projections.report import wording
from projections.report.attention import Attention
from projections.report.balance import Balance
from projections.report.decisions.annex import digest
from projections.report.decisions.register import Register
from projections.report.decisions.reported import reported
from projections.report.titles import Titles


@dataclass(frozen=True)
class Caps:
    """How much a report holds at most: decisions, and rows of one table. None: all."""

    decisions: int | None = None
    rows: int | None = None


WHOLE, PRINTED = Caps(), Caps(decisions=2_000, rows=300)  # what a page streams, and what is read on paper


@dataclass(frozen=True)
class Audit:
    """What a report is about: `question`, the period from `since` to its day, and a root kept elsewhere, if any."""

    question: Question
    since: int
    held_to: tuple[int, str] | None = None
    caps: Caps = WHOLE

    def asked(self) -> Question:
        """Return the question once more: what is read for one section is let go with it."""
        return Question(self.question.views, self.question.day, self.question.known)

    @cached_property
    def period(self) -> str:
        """The period in words."""
        return wording.period(iso(self.since), self.question.context["effective"])

    @property
    def day(self) -> str:
        """The day asked about, in words."""
        return wording.date(self.question.context["effective"])

    @cached_property
    def ends(self) -> tuple[Point, Point]:
        """The first and the last day of the period, as known now."""
        known = self.question.known.position
        return Point(self.since, known), Point(self.question.day, known)

    @cached_property
    def titles(self) -> Titles:
        """What people call things."""
        return Titles(self.question.views, self.question.day, self.question.known.position)

    @cached_property
    def decisions(self) -> Register:
        """Every decision of the period, with what there is to be counted."""
        views, known = self.question.views, self.question.known.position
        over = settings_at(views, self.question.day, known)["late_after_days"]
        return Register(reported(views, known, self.since, self.question.day), over)

    @cached_property
    def annex(self) -> str | None:
        """The digest of the table of all decisions, where there are more than the report holds; else None."""
        most = self.caps.decisions
        return digest(self.decisions) if most is not None and len(self.decisions) > most else None

    @cached_property
    def balance(self) -> Balance:
        """What was there on both days, and what the period changed in sum."""
        return Balance(self.question.views, *self.ends)

    @cached_property
    def attention(self) -> Attention:
        """What there is to be looked at on the day, counted by rule."""
        return Attention(flags(self.question.views, self.question.day, self.question.known.position))

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

    @cached_property
    def damage(self) -> list[str]:
        """What is wrong with the record as known at the question's position; what was recorded later is left out."""
        return [
            f"{'Whole log' if one.position is None else f'Position {one.position}'}, {one.kind}: expected "
            f"{one.expected}, found {one.found}."
            for one in self.verification.damage
            if one.position is None or one.position <= self.question.known.position
        ]


def audit(
    question: Question, since: int | None = None, held_to: tuple[int, str] | None = None, caps: Caps = WHOLE
) -> Audit:
    """Return what a report is about; `since`: the first day of its period, else the same day a year before.

    Raises `InputError` where the period begins after the day asked about.
    """
    first = year_before(question.day) if since is None else since
    if first > question.day:
        raise InputError(f"The period begins on {iso(first)}, after {iso(question.day)}. Give an earlier --from.")
    return Audit(question, first, held_to, caps)
