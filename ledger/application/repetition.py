"""Idempotence: a decision that is recorded already, and whether what is proposed again is the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger.application.facts import document_of
from ledger.application.judging import Judging
from ledger.application.source import StoreSource, recorded
from ledger.documents.composed import ComposedChange, written
from ledger.documents.decision import Decision
from ledger.errors import SameReferenceOtherText, TwoTextsOfOneReference
from ledger.events.commitments import Opening, commit, is_commitment
from ledger.events.envelope import Header
from ledger.events.ids import decision_key, event_id
from ledger.events.sentences import listed
from ledger.events.text import alike
from ledger.store.protocol import Store
from ledger.store.types import Sealed

TOLD_MAX = 3  # of what differs

Opened = Callable[[str], tuple[bytes, str] | None]  # salt and value of a commitment, while they are kept
Same = Callable[[str, str], bool]  # whether two commitments, the recorded and the proposed, are to the same value


def recorded_before(store: Store, decision: Decision, judging: Judging) -> list[Sealed]:
    """Return the rows of the same decision, empty where it is not recorded.

    A composed change is the same where it came to what is recorded, by what was known just before that was. Raises
    `SameReferenceOtherText` where its reference was recorded with another text.
    """
    rows = store.decision(decision.header.key)
    if not rows:
        return rows
    before = document_of([recorded(row).event for row in rows])
    if decision.is_composed:
        differ = _differing_composed(before, store.personal, decision, judging, rows[0].position - 1)
    else:
        differ = _differing(before, store.personal, decision)
    if not differ:
        return rows
    first, header = rows[0], decision.header
    raise SameReferenceOtherText(
        header.reference,
        first.recorded_at[:10],
        _said(differ),
        _free(store, header),
        event_id(first.stream, first.version),
    )


def supposed_before(store: Store, source: StoreSource, decision: Decision) -> bool:
    """Return whether the same decision is at hand in `source`: judged already, and not yet in the store.

    Raises `TwoTextsOfOneReference` where its reference is at hand with another text.
    """
    earlier = source.at_hand(decision.header.key)
    if earlier is None:
        return False
    openings = {opening.commitment: (opening.salt, opening.value) for opening in earlier.personal}
    differ = _differing(earlier.written.normal(), openings.get, decision)
    if differ:
        raise TwoTextsOfOneReference(decision.header.reference, _said(differ), _free(store, decision.header, source))
    return True


def _free(store: Store, header: Header, source: StoreSource | None = None) -> str:
    """Return the first reference after a taken one under which nothing is recorded, or at hand in `source`."""
    number = 2
    while True:
        key = decision_key(header.authority, f"{header.reference}/{number}")
        if not store.decision(key) and (source is None or source.at_hand(key) is None):
            return f"{header.reference}/{number}"
        number += 1


def _said(differ: Sequence[str]) -> str:
    """Return what differs, the first of it where it is much, as the end of a sentence."""
    if len(differ) > TOLD_MAX:
        return f"{', '.join(differ[:TOLD_MAX])} and {len(differ) - TOLD_MAX} more differ"
    return f"{listed(differ)} {'differs' if len(differ) == 1 else 'differ'}"


def _differing_composed(
    before: dict[str, Any], opened: Opened, decision: Decision, judging: Judging, position: int
) -> list[str]:
    """Return in which fields a decision with composed changes differs, as known at a position, from a document."""
    came = judging.expanded_as_known(decision, position)
    found = ["changes"] if came is None else _differing(before, opened, came)
    composed = [intent.change.NAME for intent in decision.changes if isinstance(intent.change, ComposedChange)]
    header = [name for name in found if name in Header.model_fields]
    return header if len(header) == len(found) else [*header, f"what {listed(composed)} came to"]


def _differing(before: dict[str, Any], opened: Opened, decision: Decision) -> list[str]:
    """Return in which fields a decision differs from a document in normal form; `opened` opens its commitments."""
    proposed = {opening.commitment: opening for opening in decision.personal}

    def same(old: str, new: str) -> bool:
        return new in proposed and _reopens(old, opened(old), proposed[new])

    return _differences(before, decision.normal(), same)


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
        left_out = set(written(new["change"]).FILLED) - set(new)  # the ledger filled them in
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
