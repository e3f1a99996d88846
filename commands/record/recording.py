"""Recording of documents, one after the other, or the plan of it; what only a plan needs is loaded for a plan."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from commands.failures import REFUSED
from commands.record.drawer import Drawer
from commands.record.witnessed import ahead_of_witnesses
from commands.session import Session
from commands.terminal.output import Answer, emit, for_people
from commands.terminal.receipts import (
    RecordingOutcome,
    in_ledger,
    receipt_shown,
    receipt_text,
    refusal_shown,
    refusal_text,
)
from commands.terminal.streams import say
from ledger.application import Ledger
from ledger.documents.raw import RawDocument
from ledger.errors import InputError, Refused, SameReferenceOtherText


def plan_all(session: Session, documents: Sequence[RawDocument], form: str | None) -> int:
    """Show what recording the documents, one after the other, would do; return the exit code."""
    from commands.record.openings import keep_openings
    from commands.record.plan import planned, plans_shown, text_of

    ledger = session.planning()
    plans = planned(ledger, documents)
    payload = plans_shown(ledger, plans)
    text = "\n".join((in_ledger(ledger), *(text_of(plan) for plan in plans)))
    emit(Answer(payload, payload.differences, text=text), form)
    keep_openings(plans)
    return 0 if all(plan.passes for plan in plans) else REFUSED


def at_terminal() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def record_all(session: Session, documents: Sequence[RawDocument], form: str | None, *, ask: bool) -> int:
    """Record the documents in order, up to the first refusal; return the exit code."""
    ledger, outcome = session.recording(), RecordingOutcome()
    ahead = ahead_of_witnesses(session, ledger)
    if ask and for_people(form) and at_terminal():
        from commands.record.agreement import agreement

        if not agreement(session, documents, ahead=ahead):
            return REFUSED
    elif ahead:
        say(ahead)
    try:
        for document in documents:
            if not _record_one(session, ledger, document, outcome, form):
                return REFUSED
        return 0
    finally:
        if not for_people(form):
            emit(Answer(outcome, outcome.rows()), form)


def _record_one(
    session: Session, ledger: Ledger, document: RawDocument, outcome: RecordingOutcome, form: str | None
) -> bool:
    """Record one document and keep its receipt; say so where it is refused."""
    try:
        with session.stop.unbroken():
            receipt = ledger.record(document.fields, document.openings)
            if not receipt.already_recorded:
                session.recorded.append(receipt.reference)  # before anything else can fail
            shown = receipt_shown(ledger, receipt)
            (outcome.already_recorded if receipt.already_recorded else outcome.recorded).append(shown)
    except (InputError, Refused, SameReferenceOtherText) as error:
        outcome.refused.append(refusal_shown(ledger, document.fields, error))
        for sentence in (*refusal_text(error, document), session.standing()):
            say(sentence)
        return False
    if for_people(form):
        emit(Answer(shown, text=receipt_text(ledger, shown, again=receipt.already_recorded)), form)
    put_away(ledger, document)
    return True


def put_away(ledger: Ledger, document: RawDocument) -> None:
    """Throw away the draft that a recorded document was, and say so."""
    if document.draft is not None:
        said = Drawer(ledger.government.ledger_id).put_away(document)
        if said:
            say(said)
