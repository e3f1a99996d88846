"""Plans: what decisions would do if they were recorded, in differences and in what the rules say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from commands.terminal.dates import under_dates
from commands.terminal.differences import planned_text
from commands.terminal.receipts import RecordingNotice, acceptance, at_change, notices_shown, placed
from commands.terminal.text import first_of, one_line
from commands.terminal.values import shown
from ledger.application import EventReader, Ledger, Plan, Trial
from ledger.documents.decision import Expansion, Intent
from ledger.documents.raw import TYPED, RawDocument
from ledger.errors import InputError, LedgerError, SameReferenceOtherText
from ledger.events.changes.record import Correct
from ledger.rules.notice import Notice
from projections.differences.plan import PlannedDifference, planned_differences


class Planned(NamedTuple):
    """One document, and what would become of it."""

    document: RawDocument
    authority: str
    reference: str
    differences: tuple[PlannedDifference, ...] = ()
    notices: tuple[Notice, ...] = ()
    acceptances_needed: tuple[Notice, ...] = ()
    refused: tuple[Notice, ...] = ()
    already_recorded: bool = False
    error: LedgerError | None = None  # its text alone refuses it
    digest: str | None = None  # of its normal form
    expansions: tuple[Expansion, ...] = ()  # of its composed changes
    changes: tuple[Intent, ...] = ()
    overrides: int = 0  # rules that it goes against, by name

    @property
    def passes(self) -> bool:
        """Whether recording it would not be refused."""
        return self.error is None and not self.refused and not self.acceptances_needed


def planned(
    ledger: Ledger,
    documents: Sequence[RawDocument],
    then: Callable[[Trial], None] | None = None,
    *,
    differences: bool = True,
) -> list[Planned]:
    """Return what would become of the documents, recorded in this order; nothing is recorded.

    Each is judged on what those before it would lead to. `then` is given the trial in which all that passes is
    supposed to be recorded. `differences` as for `planned_by`.
    """
    plans: list[Planned] = []
    with ledger.trial() as trial:
        for document in documents:
            plan, become = planned_by(trial, ledger, document, differences=differences)
            plans.append(become)
            if plan is not None and become.passes:
                trial.suppose(plan)
        if then is not None:
            then(trial)
    return plans


def planned_by(
    planner: Ledger | Trial, ledger: EventReader, document: RawDocument, *, differences: bool = True
) -> tuple[Plan | None, Planned]:
    """Return the plan of one document, None where its text alone refuses it, and what would become of it.

    Without `differences` it is not found out what it would change.
    """
    authority, reference = str(document.fields.get("authority")), str(document.fields.get("reference"))
    try:
        plan = planner.plan(document.fields, document.openings)
    except (InputError, SameReferenceOtherText) as error:
        return None, Planned(document, authority, reference, error=error)
    return plan, Planned(
        document,
        authority,
        reference,
        tuple(planned_differences(ledger, plan)) if differences else (),
        plan.notices,
        plan.acceptances_needed,
        plan.refused,
        plan.already_recorded,
        digest=plan.decision.digest(),
        changes=plan.decision.changes,
        overrides=len(plan.decision.header.accept or ()),
        expansions=plan.decision.expansions,
    )


class PlannedDocument(NamedTuple):
    """A document that was planned, and the SHA-256 of its normal form; None where its text alone refuses it."""

    reference: str
    document: str | None


class PlansShown(NamedTuple):
    """Plans as they are answered: what they would change, and what the rules say of them."""

    differences: list[PlannedDifference]
    notices: list[RecordingNotice]
    acceptances_needed: list[RecordingNotice]
    refused: list[RecordingNotice]
    expansions: list[Expansion]
    documents: list[PlannedDocument]
    already_recorded: list[str]


def plans_shown(ledger: Ledger, plans: Sequence[Planned]) -> PlansShown:
    """Return plans as the answer of `plan`."""
    return PlansShown(
        differences=[difference for one in plans for difference in one.differences],
        notices=[row for one in plans for row in notices_shown(ledger, one.notices)],
        acceptances_needed=[row for one in plans for row in notices_shown(ledger, one.acceptances_needed)],
        refused=[row for one in plans for row in _refused(ledger, one)],
        expansions=[expansion for one in plans for expansion in one.expansions],
        documents=[PlannedDocument(one.reference, one.digest) for one in plans],
        already_recorded=[one.reference for one in plans if one.already_recorded],
    )


def _refused(ledger: Ledger, one: Planned) -> list[RecordingNotice]:
    if one.error is None:
        return notices_shown(ledger, one.refused)
    sentence = placed(one.error, one.document)
    return [RecordingNotice(None, "error", None, sentence, None, one.reference)]


def text_of(one: Planned) -> str:
    """Return one plan for people."""
    where = "Decision" if one.document.where == TYPED else f"{one.document.where}: decision"
    found = [f'{where} "{one.reference}" of {one.authority}']
    if one.error is not None:
        found = [f"refused: {placed(one.error, one.document)}"]
    elif one.already_recorded:
        found.append("  It is recorded already; recording it again changes nothing.")
    found += [f"  {expansion.said}" for expansion in one.expansions]
    found += planned_text(one.differences)
    found += _told(list(_on_record(one)))
    found += [f"  {notice.severity}: {notice.found} (rule {notice.rule})" for notice in one.notices]
    for notice in one.refused:
        found.append(f"  refused: {notice.found} (rule {notice.rule}){at_change(one.document, notice)}")
    for notice in one.acceptances_needed:
        found += [f"  needs acceptance: {notice.found} (rule {notice.rule})", f"    {acceptance(notice)}"]
    return "".join(one_line(line) + "\n" for line in found)


def _told(said: Sequence[str]) -> Iterator[str]:
    """Yield what is said of no day, the first of it where it is much."""
    shown = first_of(said)
    yield from under_dates(("On the record", line) for line in shown)
    if len(shown) < len(said):
        yield f"    And {len(said) - len(shown):,} more."


def _on_record(one: Planned) -> Iterator[str]:
    """Yield what changes of no day of their own say, and what a corrected decision should have said of itself."""
    for intent in one.changes if one.error is None and not one.already_recorded else ():
        if intent.effective is None:
            yield intent.change.sentence
        if isinstance(intent.change, Correct):
            for name, value in (intent.change.decision or {}).items():
                said = "is not stated" if value is None else f"should have said: {shown(value)}"
                yield f"  {name.replace('_', ' ')} {said}"
