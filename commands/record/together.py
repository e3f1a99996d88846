"""Recording together: several decision documents in one commit, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from commands.failures import REFUSED
from commands.record.agreement import agreement
from commands.record.recording import put_away
from commands.record.witnessed import ahead_of_witnesses
from commands.session import Session
from commands.terminal.output import Answer, emit, for_people
from commands.terminal.receipts import RecordingOutcome, receipt_shown, receipt_text, refusal_shown, refusal_text
from commands.terminal.streams import say
from ledger.application import Ledger, Receipt
from ledger.documents.raw import RawDocument
from ledger.errors import NotTogether


def record_together(session: Session, documents: Sequence[RawDocument], form: str | None, *, asking: bool) -> int:
    """Record the documents in one commit, after asking for all of them at once; return the exit code."""
    ledger, outcome = session.recording(), RecordingOutcome()
    ahead = ahead_of_witnesses(session, ledger)
    if asking and not agreement(session, documents, together=True, ahead=ahead):
        return REFUSED
    if ahead and not asking:
        say(ahead)
    try:
        with session.stop.unbroken():
            receipts = ledger.record_together(
                [document.fields for document in documents], [document.openings for document in documents]
            )
            session.recorded += [receipt.reference for receipt in receipts if not receipt.already_recorded]
    except NotTogether as error:
        document = documents[error.number - 1]
        outcome.refused.append(refusal_shown(ledger, document.fields, error.reason))
        none = f"None of the {len(documents)} decisions is recorded." if len(documents) > 1 else session.standing()
        for sentence in (*refusal_text(error.reason, document), none):
            say(sentence)
    else:
        _tell(ledger, receipts, outcome, form)
        for document in documents:
            put_away(ledger, document)
    if not for_people(form):
        emit(Answer(outcome, outcome.rows()), form)
    return REFUSED if outcome.refused else 0


def _tell(ledger: Ledger, receipts: Sequence[Receipt], outcome: RecordingOutcome, form: str | None) -> None:
    """Keep each receipt as it is shown; tell it to people."""
    for receipt in receipts:
        shown = receipt_shown(ledger, receipt)
        (outcome.already_recorded if receipt.already_recorded else outcome.recorded).append(shown)
        if for_people(form):
            emit(Answer(shown, text=receipt_text(ledger, shown, again=receipt.already_recorded)), form)
