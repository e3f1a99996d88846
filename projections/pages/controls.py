"""Controls of both times: the fields, the steps to the next and the last change, and where changes lie."""

from __future__ import annotations

from datetime import date as Date
from typing import NamedTuple

from ledger.timeline import FOREVER, UNSTATED, iso
from projections.pages.question import PageQuestion
from projections.report.wording import date
from projections.views.queries.record import decision_at, ends_of_decisions
from projections.views.queries.spans import first_turn, last_turn, turning_days, turning_events

TICKS_MAX = 300
_ENTRIES_OF_EVERY_DAY = 20_000  # up to so many entries every day of a change is looked up; of more, the months


class TimeStep(NamedTuple):
    """A step to another point: where it leads, and what is there."""

    link: str
    to: str
    reference: str


class Axis(NamedTuple):
    """One of both times: what its field says, the steps, and the points of its slider with the place among them."""

    value: str
    last: str
    before: TimeStep | None
    after: TimeStep | None
    points: list[str]
    place: int


class TimeControls(NamedTuple):
    """The controls of both times."""

    effective: Axis
    known: Axis
    latest: str


def time_controls(question: PageQuestion) -> TimeControls:
    """Return the controls of a page."""
    question.views.catch_up()
    return TimeControls(_effective(question), _known(question), question.root + question.page)


def _effective(question: PageQuestion) -> Axis:
    file, day, known = question.views.file, question.day, question.known
    current = last_turn(file, UNSTATED, day, known)
    before = last_turn(file, UNSTATED, day - 1, known)
    after = first_turn(file, day, FOREVER - 1, known)
    days = _ticks(question)
    place = max((at for at, one in enumerate(days) if one <= day), default=0)
    return Axis(
        value=date(iso(day)),
        last="" if current is None else f"{date(iso(current))}, {_reference_of(question, current)}",
        before=None if before is None else _day_step(question, before),
        after=None if after is None else _day_step(question, after),
        points=[str(iso(one)) for one in days],
        place=place,
    )


def _day_step(question: PageQuestion, day: int) -> TimeStep:
    return TimeStep(question.moved(day=day), date(iso(day)), _reference_of(question, day))


def _reference_of(question: PageQuestion, day: int) -> str:
    """Return the reference of a decision by which something turns on a day, and whether there are others."""
    found = turning_events(question.views.file, day - 1, question.known, 1)
    decision = decision_at(question.views.file, found[0][1]) if found and found[0][0] == day else None
    return "" if decision is None else decision.reference


def _ticks(question: PageQuestion) -> list[int]:
    """Return the days of the slider: those on which anything turns, or the months and years among them."""
    file, known = question.views.file, question.known
    if known <= _ENTRIES_OF_EVERY_DAY:
        days = [day for day in turning_days(file, known) if UNSTATED < day < FOREVER]
    else:
        first, last = first_turn(file, UNSTATED, FOREVER - 1, known), last_turn(file, UNSTATED, FOREVER - 1, known)
        days = [] if first is None or last is None else _months(first, last)
    for length in (7, 4):  # of an ISO date: its month, its year
        if len(days) > TICKS_MAX:
            days = list({str(iso(day))[:length]: day for day in days}.values())
    return days[-TICKS_MAX:]


def _months(first: int, last: int) -> list[int]:
    """Return the first days of the months between two days, and both of them."""
    begin, end = Date.fromordinal(first), Date.fromordinal(last)
    months = range(begin.year * 12 + begin.month, end.year * 12 + end.month)
    return [first, *(Date(month // 12, month % 12 + 1, 1).toordinal() for month in months), last]


def _known(question: PageQuestion) -> Axis:
    file, known = question.views.file, question.known
    current = decision_at(file, known) if known else None
    before = current.first - 1 if current else None
    later = decision_at(file, known + 1)
    ends = ends_of_decisions(file, file.filled().position, TICKS_MAX)
    place = max((at for at, one in enumerate(ends) if one <= known), default=0)
    return Axis(
        value=f"entry {known}",
        last="" if current is None else current.reference,
        before=None if not before else _known_step(question, before),
        after=None
        if later is None
        else TimeStep(question.moved(known=later.last), f"entry {later.last}", later.reference),
        points=[f"entry {one}" for one in ends],
        place=place,
    )


def _known_step(question: PageQuestion, position: int) -> TimeStep:
    decision = decision_at(question.views.file, position)
    return TimeStep(question.moved(known=position), f"entry {position}", "" if decision is None else decision.reference)
