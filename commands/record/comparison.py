"""`plan --compare`: structure, matrix and notices before and after decisions that are not recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from commands.failures import REFUSED
from commands.read.point import asked
from commands.record.openings import keep_openings
from commands.record.plan import PlansShown, planned, plans_shown, text_of
from commands.session import Session
from commands.terminal.differences import change_text
from commands.terminal.output import Answer, emit
from commands.terminal.receipts import in_ledger
from commands.terminal.text import one_line
from ledger.application import Trial
from ledger.documents.decision import read_decision
from ledger.documents.raw import RawDocument
from ledger.timeline import UNSTATED, day_of, iso
from projections.differences.supposition import Matrices, Supposition, compared, supposed
from projections.fields import INLINE


@dataclass(frozen=True)
class PlansCompared:
    """Plans as they are answered, and their day before and after all of them."""

    plans: PlansShown = field(metadata=INLINE)
    compare: Supposition


def compare_all(session: Session, documents: Sequence[RawDocument], effective: str | None, form: str | None) -> int:
    """Show what the documents, one after the other, would lead to on a day; return the exit code."""
    day = effective or iso(_last_day(documents, session.ledger(read_only=True).today()))
    question = asked(session, day, None)
    ledger = session.planning()
    before = question.views.structure(question.day, question.known.position)
    outcomes: list[Supposition] = []

    def compare(trial: Trial) -> None:
        outcomes.append(compared(before, supposed(trial, before), ledger.personal))

    plans = planned(ledger, documents, compare)
    (outcome,) = outcomes
    payload = PlansCompared(plans_shown(ledger, plans), outcome)
    texts = (in_ledger(ledger), *(text_of(plan) for plan in plans))
    text = "\n".join([*texts, "".join(one_line(line) + "\n" for line in _lines(outcome))])
    emit(Answer(payload, outcome.differences, text=text, context=question.context), form)
    keep_openings(plans)
    return 0 if all(plan.passes for plan in plans) else REFUSED


def _last_day(documents: Sequence[RawDocument], today: int) -> int:
    """Return the last day on which one of the documents changes something, today where none is dated."""
    intents = (intent for document in documents for intent in read_decision(document.fields).changes)
    days = [day_of(intent.effective) for intent in intents if intent.effective is not None]
    return max((day for day in days if day > UNSTATED), default=today)


def _lines(outcome: Supposition) -> Iterator[str]:
    yield f"On {outcome.effective}, with all of them:"
    for difference in outcome.differences:
        yield f"  {change_text(difference)}"
    if not outcome.differences:
        yield "  The structure is the same."
    yield from _matrices(outcome.before.matrix, outcome.after.matrix)
    for heading, rows in (("No longer noticed", outcome.notices_gone), ("New notices", outcome.notices_new)):
        yield f"{heading}:"
        yield from (f"  {row.severity}: {row.message} ({row.rule})" for row in rows)
        if not rows:
            yield "  none"


def _matrices(before: Matrices, after: Matrices) -> Iterator[str]:
    """Yield the missions of each segment of the clusters whose matrix turns."""
    turned = [cluster for cluster in sorted({*before, *after}) if before.get(cluster) != after.get(cluster)]
    for cluster in turned:
        old, new = before.get(cluster, {}), after.get(cluster, {})
        yield f"Matrix of {cluster}:"
        for segment in sorted({*old, *new}):
            yield f"  {segment}: {_missions(old, segment)} -> {_missions(new, segment)}"


def _missions(rows: Mapping[str, Mapping[str, str]], segment: str) -> str:
    if segment not in rows:
        return "(not in it)"
    return ", ".join(f"{mission} {extent}" for mission, extent in rows[segment].items()) or "no mission"
