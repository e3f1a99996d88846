"""The point of both times at which a question is asked, and the context that its answer prints."""

from __future__ import annotations

from typing import NamedTuple

from commands.session import Session
from commands.terminal.progress import bar
from ledger.application import Known
from ledger.timeline import first_day_of
from projections.views.context import Context, context
from projections.views.read_model import Views


class Asked(NamedTuple):
    """One question's views, its point of both times, and its context."""

    views: Views
    day: int
    known: Known
    context: Context


def asked(session: Session, effective: str | None, known: str | None) -> Asked:
    """Return what `--effective` and `--known` ask for, today and all that is known where they are left out.

    Raises `InputError` for a date or a word that names no state of knowledge.
    """
    ledger = session.ledger(read_only=True)
    day = ledger.today() if effective is None else first_day_of(effective)
    at = ledger.known(known)
    views = session.views()
    with bar(views.file.filled().position, ledger.head().position, "Filling the views") as moved:
        views.catch_up(moved)
    return Asked(views, day, at, context(views, day, at))
