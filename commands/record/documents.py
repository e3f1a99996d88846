"""`record` and `plan`: decision documents, each recorded whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from commands.failures import REFUSED, unbroken
from commands.record.agreement import agreement
from commands.record.openings import keep_openings, with_openings
from commands.record.plan import payload_of, planned, text_of
from commands.record.together import record_together
from commands.session import Session
from commands.terminal.moments import DATE
from commands.terminal.options import format_option, recorder_option, wait_option
from commands.terminal.output import Answer, emit, for_people
from commands.terminal.receipts import RecordingOutcome, receipt_shown, receipt_text, refusal_shown, refusal_text
from commands.terminal.streams import say
from ledger.application import Ledger
from ledger.documents.formats import MAX_BYTES, RawDocument, read_documents
from ledger.errors import InputError, Refused, SameReferenceOtherText
from ledger.files.inputs import opened

FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")


@click.command("record", short_help="Record decision documents, each whole or not at all.")
@FILES
@recorder_option
@wait_option
@click.option("--together", is_flag=True, help="Record all of them in one commit, or none.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask at a terminal.")
@format_option
@click.pass_obj
def record(
    session: Session,
    files: tuple[str, ...],
    recorder: str | None,
    wait_seconds: int | None,
    together: bool,
    yes: bool,
    form: str | None,
) -> int:
    """Record the decision documents in FILE... (YAML, JSON or JSONL; - is standard input).

    Each decision is recorded whole or not at all; the same one again is one decision. At a terminal the plan is
    shown and you are asked. Recording stops at the first refusal, and says what stands; with --together, one that is
    refused keeps out all of them.
    """
    session.recorder_flag, session.wait_flag = recorder, wait_seconds
    if together:
        return record_together(
            session, documents_in(files), form, asking=not yes and for_people(form) and at_terminal()
        )
    return record_all(session, documents_in(files), form, ask=not yes)


@click.command("plan", short_help="Show what recording decision documents would do.")
@FILES
@click.option("--compare", is_flag=True, help="Show structure, matrix and notices before and after all of them.")
@click.option("--effective", type=DATE, help="With --compare: on which day. Default: the last that they change.")
@format_option
@click.pass_obj
def plan(session: Session, files: tuple[str, ...], compare: bool, effective: str | None, form: str | None) -> int:
    """Show what `record FILE...` would do: differences, notices, acceptances needed, refusals. Records nothing."""
    if effective is not None and not compare:
        raise click.UsageError("--effective goes with --compare.")
    documents = documents_in(files)
    if compare:
        from commands.record.comparison import compare_all

        return compare_all(session, documents, effective, form)
    return plan_all(session, documents, form)


def documents_in(files: Iterable[str]) -> list[RawDocument]:
    """Return the documents of all files in order, each checked by itself; raises for the first that is malformed.

    All are read before anything is recorded, so that a slip in the third file leaves nothing half done.
    """
    given = [(name, read_documents(_bytes(name), _named(name))) for name in files]
    return [document for name, documents in given for document in with_openings(name, documents)]


def _named(name: str) -> str:
    return "standard input" if name == "-" else name


def _bytes(name: str) -> bytes:
    """Return what a file holds; one byte beyond the limit is enough for the reader to refuse it."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with opened(name) as file:
        return file.read(MAX_BYTES + 1)


def plan_all(session: Session, documents: Sequence[RawDocument], form: str | None) -> int:
    """Show what recording the documents, one after the other, would do; return the exit code."""
    ledger = session.ledger(read_only=True)
    plans = planned(ledger, documents)
    payload = payload_of(ledger, plans)
    emit(Answer(payload, payload["differences"], text="\n".join(text_of(plan) for plan in plans)), form)
    keep_openings(plans)
    return 0 if all(plan.passes for plan in plans) else REFUSED


def at_terminal() -> bool:
    """Return whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def record_all(session: Session, documents: Sequence[RawDocument], form: str | None, *, ask: bool) -> int:
    """Record the documents in order, up to the first refusal; return the exit code."""
    ledger, outcome = session.recording(), RecordingOutcome()
    asking = ask and for_people(form) and at_terminal()
    try:
        for document in documents:
            if asking:
                agreed = agreement(session, document, last=document is documents[-1])
                if agreed == "no":
                    return REFUSED
                asking = agreed != "all"
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
        with unbroken() as session.stop:
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
        emit(Answer(shown, text=receipt_text(shown, again=receipt.already_recorded)), form)
    return True


COMMANDS = {"record": record, "plan": plan}
