"""Agreement at a terminal: what decisions would do is shown, and somebody says whether to record them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from commands.record.plan import planned, planned_by, text_of
from commands.session import Session
from commands.terminal.streams import say
from ledger.documents.raw import RawDocument
from ledger.events.personal import is_marked

ANSWERS = ("yes", "no", "all")


def agreement(session: Session, document: RawDocument, *, last: bool) -> str:
    """Show the plan of one document and ask; return yes, no or all (that follow too)."""
    ledger = session.recording()
    _, plan = planned_by(ledger, ledger, document)
    click.echo(text_of(plan), nl=False)
    if not plan.passes:
        return "all"  # there is nothing to agree to: recording will say why it is refused
    if has_public_rationale(document):
        click.echo("Its rationale is public text: it stands in the record for ever.")
    answers = ANSWERS[:2] if last else ANSWERS
    return _asked(session, "Record it? (yes, no)" if last else "Record it? (yes, no, or all that follow)", answers)


def agreement_to_all(session: Session, documents: Sequence[RawDocument]) -> bool:
    """Show one plan of all documents, each after those before it, and ask; return whether to record them."""
    plans = planned(session.recording(), documents)
    click.echo("\n".join(text_of(plan) for plan in plans), nl=False)
    if not all(plan.passes for plan in plans):
        return True  # recording will say which is refused, and why
    if any(has_public_rationale(document) for document in documents):
        click.echo("A rationale is public text: it stands in the record for ever.")
    many = "it" if len(documents) == 1 else f"these {len(documents)} decisions, together"
    return _asked(session, f"Record {many}? (yes, no)", ANSWERS[:2]) == "yes"


def has_public_rationale(document: RawDocument) -> bool:
    """Return whether a document gives its rationale in the clear."""
    return "rationale" in document.fields and not is_marked(document.fields["rationale"])


def _asked(session: Session, question: str, answers: Sequence[str]) -> str:
    """Ask until one of the answers, or its beginning, is given; return it."""

    def read(text: str) -> str:
        for answer in answers:
            if text and answer.startswith(text.strip().lower()):
                return answer
        *others, last = answers
        raise click.BadParameter(f"answer {', '.join(others)} or {last}.")

    answer: str = click.prompt(question, default="no", show_default=True, value_proc=read)
    if answer == "no":
        say(f"Not recorded, as you wished. {session.standing()}")
    return answer
