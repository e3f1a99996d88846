"""A comparison of two points: what is different, by decision; and what was learnt of one day since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import InputError
from ledger.names import LIFE
from ledger.timeline import iso
from projections.answers.grounds import DecisionRef
from projections.differences.explained import Difference, Point, differences
from projections.differences.sentences import sentence
from projections.pages.addresses import PagePoint, day_typed, known_typed
from projections.pages.question import PageQuestion
from projections.report.wording import attribute, attribute_value, in_words
from projections.views.queries.record import first_of
from projections.withheld import told

CHANGES_MAX = 1_000


class ComparedLine(NamedTuple):
    """One difference in words, with the values before and after."""

    kind: str
    id: str
    attribute: str
    before: str
    after: str
    says: str
    cause: str
    late: object


class ComparedDecision(NamedTuple):
    """What is different by one decision, or by several together; the place of each in the record."""

    decisions: Sequence[tuple[DecisionRef, int]]
    lines: Sequence[ComparedLine]


class ComparisonPage(NamedTuple):
    """Two points and what is different between them, the first of it; `earlier` is None before two were named."""

    earlier: PagePoint | None
    earlier_day: str
    earlier_link: str
    since_text: str
    known_text: str
    groups: Sequence[ComparedDecision]
    total: int
    shown: int


def comparison(question: PageQuestion) -> ComparisonPage:
    """Return how the page's point differs from the one typed; raises as `earlier_point`."""
    since, as_known = question.asked.get("since", "").strip(), question.asked.get("as_known", "").strip()
    earlier = earlier_point(question)
    return _unasked(question) if earlier is None else _compared(question, earlier, since, as_known)


def earlier_point(question: PageQuestion) -> PagePoint | None:
    """Return the point that was typed: `since` a day, `as_known` a state of knowledge; None for none.

    Raises `InputError` for what cannot be read, and for a state of knowledge after that of the page.
    """
    since, as_known = question.asked.get("since", "").strip(), question.asked.get("as_known", "").strip()
    if not since and not as_known:
        return None
    day = day_typed(since) if since else question.day
    known = question.views.ledger.known(known_typed(as_known)).position if as_known else question.known
    if known > question.known:
        raise InputError(f"Entry {known} is later than entry {question.known}: turn the two points around.")
    return PagePoint(day, known)


def learnt(question: PageQuestion) -> ComparisonPage:
    """Return what the record learnt of the page's day since an earlier state of knowledge, `as_known`."""
    earlier = learnt_point(question)
    as_known = question.asked.get("as_known", "").strip()
    return _unasked(question) if earlier is None else _compared(question, earlier, "", as_known)


def learnt_point(question: PageQuestion) -> PagePoint | None:
    """Return the page's day in the state of knowledge that was typed, `as_known`; None for none.

    Raises `InputError` for what cannot be read, and for a state of knowledge after that of the page.
    """
    as_known = question.asked.get("as_known", "").strip()
    if not as_known:
        return None
    known = question.views.ledger.known(known_typed(as_known)).position
    if known > question.known:
        raise InputError(f"Entry {known} is later than entry {question.known}: name an earlier one.")
    return PagePoint(question.day, known)


def _unasked(question: PageQuestion) -> ComparisonPage:
    return ComparisonPage(None, "", "", "", "", (), 0, 0)


def _compared(question: PageQuestion, earlier: PagePoint, since: str, as_known: str) -> ComparisonPage:
    points = Point(*earlier), Point(question.day, question.known)
    question.views.catch_up()
    with question.views.file.reading():  # held once for all that is asked of it
        found = differences(question.views, *points)
    groups: dict[tuple[DecisionRef, ...], list[ComparedLine]] = {}
    for one in found[:CHANGES_MAX]:
        groups.setdefault(one.decisions, []).append(_line(question, one))
    return ComparisonPage(
        earlier=earlier,
        earlier_day=str(iso(earlier.day)),
        earlier_link=question.first_of(earlier),
        since_text=since,
        known_text=as_known,
        groups=[
            ComparedDecision([(name, first_of(question.views.file, *name)) for name in names], lines)
            for names, lines in groups.items()
        ],
        total=len(found),
        shown=min(len(found), CHANGES_MAX),
    )


def _shortly(question: PageQuestion, name: str, values: tuple[object, object]) -> list[str]:
    """Return two values of an attribute in few words, and in all their words where the few would be the same."""
    few = ["" if one is None else attribute_value(name, one, question.titles.of) or "yes" for one in values]
    return few if few[0] != few[1] else [in_words(one, question.titles.of) for one in values]


def _line(question: PageQuestion, one: Difference) -> ComparedLine:
    before, after = told({one.attribute: [one.before, one.after]}, question.names)[one.attribute]

    def say(value: object) -> str:
        return in_words(value, question.titles.of)

    whole = one.attribute == LIFE
    values = (before, after) if not whole else (None, None)
    return ComparedLine(
        kind=one.kind,
        id=one.id,
        attribute="" if whole else attribute(one.attribute, question.titles.of),
        before=_shortly(question, one.attribute, values)[0],
        after=_shortly(question, one.attribute, values)[1],
        says=sentence(one._replace(before=before, after=after), say, lambda said, _: said, one.lives, one.undone),
        cause=one.cause,
        late=one.late_days,
    )
