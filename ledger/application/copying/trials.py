"""Trials: copies that are ledgers of their own, on which anything may be tried."""

from __future__ import annotations

import secrets

from ledger.application.copying.moving import LedgerCopied, looked_at
from ledger.application.drafts import drafts_of
from ledger.application.facts import header_of
from ledger.application.government import TRIAL
from ledger.application.reader import Reader, opened_reader
from ledger.application.source import recorded
from ledger.documents.decision import Decision, Intent, validated
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.text import TITLE_CHARS
from ledger.store.choice.copying import copied_under
from ledger.store.protocol import Location, Progress
from ledger.store.types import Draft
from ledger.timeline import NOT_STATED


def copy_as_trial(
    location: Location, place: Location, *, with_personal: bool = False, progress: Progress | None = None
) -> LedgerCopied:
    """Copy a ledger to a place where nothing stands, as a ledger of its own that is called a trial.

    It is there whole or not at all, on a server too. Its first event gives it a random id, an origin of that id, and
    the name `TRIAL of NAME`; all other lines are those of the ledger, under a tree that is grown anew. What opens
    commitments is copied if asked. Memory is flat. Raises `LedgerExists`, `LedgerMissing`, `LedgerDamaged` or another
    `StoreError`.
    """
    with opened_reader(location) as ledger:
        first = _first_of_trial(ledger)
    copied_under(location, place, first, with_personal=with_personal, progress=progress)
    return looked_at(place)


def _first_of_trial(ledger: Reader) -> Draft:
    """Return the first event of a trial, by whom and when the ledger's own was recorded."""
    (row,) = ledger.rows(0, 1)
    event, id_ = recorded(row).event, secrets.token_hex(16)
    name = ledger.government.name if ledger.government.is_trial else f"{TRIAL}{ledger.government.name}"
    fields = {
        "name": name[:TITLE_CHARS].rstrip(),
        "origin": f"cluster-ledger/{id_}",
        "timezone": ledger.government.timezone,
        "ledger_id": id_,
    }
    change = validated(ConstituteGovernment, fields, "The trial")
    header = header_of(event.decision).model_copy(update={"authority": change.name})
    decision = Decision(header, (Intent(change, NOT_STATED),))
    (draft,) = drafts_of(decision, header.key, event.recorder.model_dump(), event.migrated, "The trial")
    return draft
