"""The point of both times at which a question is asked, and the context that its answer prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from commands.session import Session
from commands.terminal.output import Answer
from commands.terminal.progress import bar
from ledger.application.moments import Known
from ledger.timeline import first_day_of
from projections.views.context import Context, context
from projections.views.errors import ViewsChanged
from projections.views.filled import FilledViews

if TYPE_CHECKING:
    from projections.views.read_model import Views


class Asked(NamedTuple):
    """One question's views, its point of both times, and its context."""

    views: Views
    day: int
    known: Known
    context: Context


class AskedOfRows(NamedTuple):
    """One question that the rows of the views may answer, its point of both times, and its context."""

    views: FilledViews
    day: int
    known: Known
    context: Context


def asked(session: Session, effective: str | None, known: str | None) -> Asked:
    """Return what `--effective` and `--known` ask for, today and all that is known where they are left out.

    Raises `InputError` for a date or a word that names no state of knowledge.
    """
    views = session.views()
    return Asked(views, *_point(views, effective, known))


def asked_of_rows(session: Session, effective: str | None, known: str | None) -> AskedOfRows:
    """Return what `asked` does, with views by which nothing is loaded that fills them, where they are filled."""
    views = session.filled_views()
    return AskedOfRows(views, *_point(views, effective, known))


def answered(
    session: Session, effective: str | None, known: str | None, answer: Callable[[AskedOfRows], Answer]
) -> Answer:
    """Return what `answer` makes of the question, with its context.

    It is asked once more, of views that fill themselves, where those that were filled cannot be read after all.
    """
    try:
        question = asked_of_rows(session, effective, known)
        return replace(answer(question), context=question.context)
    except ViewsChanged:
        session.let_views_fill()
    question = asked_of_rows(session, effective, known)
    return replace(answer(question), context=question.context)


def _point(views: FilledViews, effective: str | None, known: str | None) -> tuple[int, Known, Context]:
    ledger = views.ledger
    day = ledger.today() if effective is None else first_day_of(effective)
    at = ledger.known(known)
    with bar(views.file.filled().position, ledger.head().position, "Filling the views") as moved:
        views.catch_up(moved)
    return day, at, context(views, day, at)


def referred_to(session: Session, question: AskedOfRows, reference: str, authority: str | None = None) -> Answer | None:
    """Return the decision that a reference names, as an answer; None where there is none.

    Raises `InputError` where several authorities have one, and it is not said of which, or where the one that is said
    has none.
    """
    from commands.read.decision import answer_of, decision_named

    found = decision_named(session, reference, authority, question.known.position)
    return None if found is None else answer_of(found)
