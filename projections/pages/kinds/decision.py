"""A decision, and an entry of it: who decided, by what power and why, what it changed, and what became of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.errors import InputError
from ledger.integrity.tree import leaf_hash
from projections.answers.grounds import DecisionRef
from projections.answers.journal import JournalEntry, entry
from projections.audit.decision import DecisionShown, decision_shown
from projections.pages.question import PageQuestion
from projections.views.queries.record import RecordedDecision, decision_at
from projections.withheld import told


class DecisionPage(NamedTuple):
    """A decision, where it stands in the record, and whether anything of it takes effect after the day."""

    decision: DecisionShown
    place: RecordedDecision
    is_ahead: bool


class EntryPage(NamedTuple):
    """An entry as it was recorded, its line in the ledger, the hash of that, and its decision."""

    entry: JournalEntry
    line: str
    leaf: str
    place: RecordedDecision
    data: Any


def decision(question: PageQuestion, position: int) -> DecisionPage:
    """Return what a page tells of the decision that has the entry at `position`; raises `InputError` for none."""
    place = need_decision(question, position)
    name = DecisionRef(place.authority, place.reference)
    shown = told(decision_shown(question.views, name, question.known), question.names)
    return DecisionPage(shown, place, any(question.is_ahead(one.effective) for one in shown.events))


def entry_page(question: PageQuestion, position: int) -> EntryPage:
    """Return what a page tells of one entry; raises `InputError` for a position without one."""
    place = need_decision(question, position)
    views = question.views
    [row] = views.ledger.rows_among([position])
    found = told(entry(views.ledger.need(position)), question.names)
    return EntryPage(found, row.line.decode(), leaf_hash(row.line).hex(), place, found.data)


def need_decision(question: PageQuestion, position: int) -> RecordedDecision:
    """Return the decision that has the entry at a position, as far as it is known; raises `InputError` for none."""
    question.views.catch_up()
    place = decision_at(question.views.file, position) if 0 < position <= question.known else None
    if place is None:
        raise InputError(f"There is no entry {position} among the {question.known} that are known here.")
    return place
