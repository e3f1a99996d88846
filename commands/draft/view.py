"""`draft show`: a draft as the document that it would be, with what recording it would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from commands.draft.drafts import drawer_of
from commands.record.drawer import DecisionDraft, completed_drafts
from commands.record.openings import STDIN, with_openings
from commands.record.plan import Planned, PlansShown, planned, plans_shown, text_of
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from ledger.documents.written import as_yaml
from projections.fields import INLINE


@dataclass(frozen=True)
class DraftShown:
    """A draft as the document that it would be, with its plan; without one while it has no change."""

    draft: str
    document: Mapping[str, Any]
    plan: PlansShown | None = field(metadata=INLINE)


@click.command("show")
@click.argument("name", required=False, shell_complete=completed_drafts)
@format_option
@click.pass_obj
def show(session: Session, name: str | None, form: str | None) -> None:
    """Show a draft as a decision document, and in comments below what recording it would do.

    What is printed is a document that `record` reads. NAME may be left out where there is one draft only.
    """
    draft = drawer_of(session).named(name)
    if not draft.changes:
        empty = "It has no change yet: cluster-ledger draft add NOUN VERB ..."
        emit(Answer(DraftShown(draft.name, draft.fields, None), text=f"{_text(draft)}\n# {empty}\n"), form)
        return
    ledger = session.planning()
    [plan] = planned(ledger, with_openings(STDIN, [draft.as_document()]))
    shown = plans_shown(ledger, [plan])
    text = f"{_text(draft)}\n{_planned(plan)}"
    emit(Answer(DraftShown(draft.name, draft.fields, shown), shown.differences, text=text), form)


def _text(draft: DecisionDraft) -> str:
    """Return a draft as YAML; a comment before each change says its number."""
    whole = as_yaml({name: value for name, value in draft.fields.items() if name != "changes"})
    return whole + "changes:" + ("\n" if draft.changes else " []\n") + "".join(_changes(draft))


def _changes(draft: DecisionDraft) -> Iterator[str]:
    for number, change in enumerate(draft.changes, 1):
        first, *others = as_yaml(change).splitlines()
        yield f"  - {first}  # {number}\n"
        yield from (f"    {line}\n" for line in others)


def _planned(plan: Planned) -> str:
    first, *others = text_of(plan).splitlines()
    end = f"To record it: cluster-ledger record {plan.document.draft}" if plan.passes else "It cannot be recorded so."
    head = "What recording it would do:" if first.startswith("Draft ") else first
    return "".join(f"# {line}\n" for line in (head, *others, end))
