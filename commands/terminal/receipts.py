"""Receipts, refusals and notices of recording, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.application import Ledger, Receipt
from ledger.documents.formats import RawDocument
from ledger.errors import LedgerError, MalformedDocument, Refused
from ledger.instants import stamp
from ledger.rules.notice import Notice


@dataclass
class RecordingOutcome:
    """What became of the decisions so far."""

    recorded: list[dict[str, Any]] = field(default_factory=list)
    already_recorded: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """Return it as the JSON answer of `record`."""
        return {"recorded": self.recorded, "already_recorded": self.already_recorded, "refused": self.refused}

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a decision, each saying what became of it."""
        return [{"outcome": name, **row} for name, rows in self.payload().items() for row in rows]


def receipt_fields(ledger: Ledger, receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as JSON values."""
    return {
        "authority": receipt.authority,
        "reference": receipt.reference,
        "positions": list(receipt.positions),
        "recorded_at": stamp(receipt.recorded_at),
        "tree_size": receipt.tree_size,
        "root": receipt.root,
        "notices": notices_fields(ledger, receipt.notices),
    }


def notices_fields(ledger: Ledger, notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """Return notices as JSON values; `event` is the id of the event behind one, where it is recorded."""
    found = []
    for notice in notices:
        recorded = ledger.at(notice.position) if notice.position else None
        found.append(
            {
                "rule": notice.rule,
                "severity": notice.severity,
                "id": notice.id,
                "message": notice.message,
                "event": recorded.event.id if recorded else None,
                "decision": notice.decision,
            }
        )
    return found


def refusal_fields(ledger: Ledger, document: Mapping[str, Any], error: LedgerError) -> dict[str, Any]:
    """Return a refusal as JSON values: whose decision, the sentence, and the rules behind it."""
    refusals, acceptances = (error.refusals, error.acceptances) if isinstance(error, Refused) else ((), ())
    return {
        "authority": document.get("authority"),
        "reference": document.get("reference"),
        "message": str(error),
        "refused": notices_fields(ledger, _notices(refusals)),
        "acceptances_needed": notices_fields(ledger, _notices(acceptances)),
    }


def _notices(found: Iterable[object]) -> list[Notice]:
    return [one for one in found if isinstance(one, Notice)]


def receipt_text(fields: Mapping[str, Any], *, again: bool) -> str:
    """Return a receipt for people."""
    positions = fields["positions"]
    place = f"p{positions[0]}" if len(positions) == 1 else f"p{positions[0]} to p{positions[-1]}"
    verb = "Already recorded" if again else "Recorded"
    found = [
        f'{verb}: "{fields["reference"]}" of {fields["authority"]}, {place}, at {fields["recorded_at"]}.',
        f"  Size {fields['tree_size']}, root {fields['root']}",
        *(f"  {notice['severity']}: {notice['message']} ({notice['rule']})" for notice in fields["notices"]),
    ]
    return "\n".join(found) + "\n"


def placed(error: LedgerError, document: RawDocument) -> str:
    """Return what an error says, beginning with the file and line of the document that it is about."""
    if isinstance(error, MalformedDocument):
        return f"{document.where}{error.where.removeprefix('The document')}: {error.problem}"
    return f"{document.where}: {error}"


def refusal_text(error: LedgerError, document: RawDocument) -> list[str]:
    """Return the sentences of a refusal: the decision, then each reason on a line of its own."""
    if not isinstance(error, Refused):
        return [placed(error, document)]
    found = [f"{placed(error, document).partition(' is not recorded.')[0]} is not recorded."]
    found += [f"  {notice.found} (rule {notice.rule})" for notice in _notices(error.refusals)]
    for notice in _notices(error.acceptances):
        found.append(f"  {notice.found} (rule {notice.rule})")
        found.append(f"    To record it all the same, accept it by name: {acceptance(notice)}")
        found.append(f'    or, with a command: --accept "{notice.rule}:{notice.id}=REASON"')
    return found


def acceptance(notice: Notice) -> str:
    """Return the line of a document that accepts what a rule holds back."""
    return f"accept: [{{rule: {notice.rule}, on: {notice.id}, because: ...}}]"
