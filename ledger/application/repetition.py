"""Idempotence: a decision that is recorded already, and whether what is proposed again is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.application.facts import document_of
from ledger.application.source import recorded
from ledger.documents.decision import Decision
from ledger.errors import SameReferenceOtherText
from ledger.events.commitments import Opening, commit
from ledger.events.envelope import Header
from ledger.events.ids import event_id
from ledger.events.personal import is_commitment
from ledger.events.references import decision_key
from ledger.events.registry import BY_NAME
from ledger.events.text import alike
from ledger.store.protocol import Store
from ledger.store.types import Sealed

Same = Callable[[str, str], bool]  # whether two commitments, the recorded and the proposed, are to the same value


def recorded_before(store: Store, decision: Decision) -> list[Sealed]:
    """Return the rows of the same decision, empty where it is not recorded.

    Raises `SameReferenceOtherText` where its reference was recorded with another text.
    """
    rows = store.decision(decision.header.key)
    if not rows:
        return rows
    proposed = {opening.commitment: opening for opening in decision.personal}

    def same(old: str, new: str) -> bool:
        return new in proposed and _reopens(old, store.personal(old), proposed[new])

    before = document_of([recorded(row).event for row in rows])
    differ = _differences(before, decision.normal(), same)
    if not differ:
        return rows
    first, header = rows[0], decision.header
    raise SameReferenceOtherText(
        header.reference,
        first.recorded_at[:10],
        ", ".join(differ[:3]),
        _free(store, header),
        event_id(first.stream, first.version),
    )


def _free(store: Store, header: Header) -> str:
    """Return the first reference after a taken one under which nothing is recorded."""
    number = 2
    while store.decision(decision_key(header.authority, f"{header.reference}/{number}")):
        number += 1
    return f"{header.reference}/{number}"


def _differences(before: dict[str, Any], proposed: dict[str, Any], same: Same) -> list[str]:
    """Return the names of the fields in which two documents in normal form differ; empty for one decision."""
    differing = [
        name
        for name in sorted({*before, *proposed} - {"changes"})
        if not _equal(before.get(name), proposed.get(name), same)
    ]
    olds, news = before["changes"], proposed["changes"]
    if len(olds) != len(news):
        return [*differing, f"the number of changes ({len(olds)} and {len(news)})"]
    for number, (old, new) in enumerate(zip(olds, news, strict=True), 1):
        left_out = set(BY_NAME[new["change"]].FILLED) - set(new)  # the ledger filled them in
        for name in sorted({*old, *new} - left_out):
            if not _equal(old.get(name), new.get(name), same):
                differing.append(f"{name} of change {number}")
    return differing


def _equal(old: Any, new: Any, same: Same) -> bool:
    if alike(old, new):
        return True
    if is_commitment(old) and is_commitment(new):
        return same(old["commitment"], new["commitment"])
    if isinstance(old, dict) and isinstance(new, dict) and set(old) == set(new):
        return all(_equal(old[name], new[name], same) for name in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        return all(_equal(before, after, same) for before, after in zip(old, new, strict=True))
    return False


def _reopens(recorded: str, salt_and_value: tuple[bytes, str] | None, proposed: Opening) -> bool:
    """Return whether a proposed value is what a recorded commitment was made to.

    A value that was deleted since cannot be compared; the commitment is then taken as it stands.
    """
    return salt_and_value is None or commit(proposed.value, salt_and_value[0]).commitment == recorded
