"""Receipts, refusals and notices of recording, in words and as they are answered."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from commands.terminal.dates import in_words, under_dates
from commands.terminal.text import one_line
from ledger.application import EventReader, Ledger, Receipt
from ledger.documents.raw import TYPED, RawDocument
from ledger.errors import LedgerError, MalformedDocument, Refused
from ledger.events.sentences import listed
from ledger.instants import stamp
from ledger.plurals import counted
from ledger.rules.notice import Notice
from projections.fields import INLINE

PLACES_TOLD = 3  # changes that name what is refused
CHANGES_TOLD = 20  # in the receipt of one decision, for people


class RecordingNotice(NamedTuple):
    """A notice of what is recorded or refused; `event` is the id of the event behind it, where it is recorded."""

    rule: str | None
    severity: str
    id: str | None
    message: str
    event: str | None
    decision: str | None


class ChangeSaid(NamedTuple):
    """A recorded change in words, and from when it is so; None of what takes effect on no day."""

    effective: str | None
    said: str


class ReceiptShown(NamedTuple):
    """A receipt as it is answered."""

    authority: str
    reference: str
    positions: tuple[int, ...]
    recorded_at: str
    tree_size: int
    root: str
    notices: list[RecordingNotice]
    changed: list[ChangeSaid]


class RefusalShown(NamedTuple):
    """A refusal as it is answered: whose decision, the sentence, and the rules behind it."""

    authority: object  # as the document has it
    reference: object
    message: str
    refused: list[RecordingNotice]
    acceptances_needed: list[RecordingNotice]


@dataclass(frozen=True)
class OutcomeRow:
    """A decision, and what became of it."""

    outcome: str
    decision: ReceiptShown | RefusalShown = field(metadata=INLINE)


@dataclass
class RecordingOutcome:
    """What became of the decisions so far: the answer of `record`."""

    recorded: list[ReceiptShown] = field(default_factory=list)
    already_recorded: list[ReceiptShown] = field(default_factory=list)
    refused: list[RefusalShown] = field(default_factory=list)

    def rows(self) -> list[OutcomeRow]:
        """Return one row a decision, each saying what became of it."""
        return [
            *(OutcomeRow("recorded", receipt) for receipt in self.recorded),
            *(OutcomeRow("already_recorded", receipt) for receipt in self.already_recorded),
            *(OutcomeRow("refused", refusal) for refusal in self.refused),
        ]


def receipt_shown(ledger: Ledger, receipt: Receipt) -> ReceiptShown:
    """Return a receipt as it is answered."""
    return ReceiptShown(
        authority=receipt.authority,
        reference=receipt.reference,
        positions=tuple(receipt.positions),
        recorded_at=stamp(receipt.recorded_at),
        tree_size=receipt.tree_size,
        root=receipt.root,
        notices=notices_shown(ledger, receipt.notices),
        changed=[ChangeSaid(intent.effective, intent.change.sentence) for intent in receipt.changes],
    )


def notices_shown(ledger: Ledger, notices: Iterable[Notice]) -> list[RecordingNotice]:
    """Return notices as they are answered, in their order."""
    return [_shown(ledger, notice) for notice in notices]


def _shown(ledger: Ledger, notice: Notice) -> RecordingNotice:
    event = ledger.id_at(notice.position) if notice.position else None
    return RecordingNotice(notice.rule, notice.severity, notice.id, notice.message, event, notice.decision)


def refusal_shown(ledger: Ledger, document: Mapping[str, Any], error: LedgerError) -> RefusalShown:
    """Return a refusal of a document as it is answered."""
    refusals, acceptances = (error.refusals, error.acceptances) if isinstance(error, Refused) else ((), ())
    return RefusalShown(
        authority=document.get("authority"),
        reference=document.get("reference"),
        message=str(error),
        refused=notices_shown(ledger, _notices(refusals)),
        acceptances_needed=notices_shown(ledger, _notices(acceptances)),
    )


def _notices(reasons: Iterable[object]) -> list[Notice]:
    return [reason for reason in reasons if isinstance(reason, Notice)]


def in_ledger(ledger: EventReader) -> str:
    """Return whose ledger it is and where it lies, as a line above what is to be recorded there."""
    return one_line(f"In the ledger of {ledger.government.name} ({ledger.location}):") + "\n"


def receipt_text(ledger: EventReader, receipt: ReceiptShown, *, again: bool) -> str:
    """Return a receipt for people: where it is recorded, what changed and from when, and the size and root."""
    first, last = receipt.positions[0], receipt.positions[-1]
    place = f"p{first}" if len(receipt.positions) == 1 else f"p{first} to p{last}"
    verb = "Already recorded" if again else "Recorded"
    lines = [
        f'{verb}: "{receipt.reference}" of {receipt.authority}, {place}, at {receipt.recorded_at}.',
        f"  In the ledger of {ledger.government.name} ({ledger.location}).",
        *_changed(receipt),
        f"  Size {receipt.tree_size}, root {receipt.root}",
        *(f"  {notice.severity}: {notice.message} ({notice.rule})" for notice in receipt.notices),
    ]
    return "".join(one_line(line) + "\n" for line in lines)


def _changed(receipt: ReceiptShown) -> Iterator[str]:
    told = receipt.changed if len(receipt.changed) <= CHANGES_TOLD + 1 else receipt.changed[:CHANGES_TOLD]
    yield from under_dates((_since(one.effective), one.said) for one in told)
    if len(told) < len(receipt.changed):
        log = f"cluster-ledger log --reference {shlex.quote(receipt.reference)}"
        yield f"  And {counted(len(receipt.changed) - len(told), 'more change')}: {log}"


def _since(effective: str | None) -> str:
    return "On the record" if effective is None else f"From {in_words(effective)}"


def placed(error: LedgerError, document: RawDocument) -> str:
    """Return what an error says, beginning with the file and line of the document that it is about."""
    if isinstance(error, MalformedDocument):
        return f"{document.where}{error.where.removeprefix('The document')}: {error.problem}"
    return str(error) if document.where == TYPED else f"{document.where}: {error}"


def refusal_text(error: LedgerError, document: RawDocument) -> list[str]:
    """Return the sentences of a refusal: the decision, then each reason on a line of its own."""
    if not isinstance(error, Refused):
        return [placed(error, document)]
    lines = [f"{placed(error, document).partition(' is not recorded.')[0]} is not recorded."]
    lines += [
        f"  {notice.found} (rule {notice.rule}){at_change(document, notice)}" for notice in _notices(error.refusals)
    ]
    for notice in _notices(error.acceptances):
        lines.append(f"  {notice.found} (rule {notice.rule})")
        lines.append(f"    To record it all the same, accept it by name: {acceptance(notice)}")
        lines.append(f'    or, with a command: --accept "{notice.rule}:{notice.id}=REASON"')
    return lines


def at_change(document: RawDocument, notice: Notice) -> str:
    """Return which changes of a document name what is refused; empty of a document of one, and of more than a few."""
    changes = document.fields.get("changes")
    if not isinstance(changes, list) or len(changes) == 1:
        return ""
    found = [number for number, change in enumerate(changes, 1) if _says(change, notice.id)]
    return f", in change {listed(map(str, found))}" if 0 < len(found) <= PLACES_TOLD else ""


def _says(value: object, id_: str) -> bool:
    """Return whether an id, or that of a part of it, stands in a value."""
    if isinstance(value, Mapping):
        return any(_says(one, id_) for one in value.values())
    return any(_says(one, id_) for one in value) if isinstance(value, list) else f"{value}/".startswith(f"{id_}/")


def acceptance(notice: Notice) -> str:
    """Return the line of a document that accepts what a rule holds back."""
    return f"accept: [{{rule: {notice.rule}, on: {notice.id}, because: ...}}]"
