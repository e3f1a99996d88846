"""The copy of a ledger at another place: the same ledger, or a trial, on which anything may be tried."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from ledger.application.drafts import drafts_of
from ledger.application.facts import header_of
from ledger.application.government import TRIAL, Government
from ledger.application.reader import Reader, opened_reader
from ledger.application.source import recorded
from ledger.documents.decision import Decision, Intent, validated
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.text import TITLE_CHARS
from ledger.store.choice.copying import copied, copied_under
from ledger.store.protocol import Location, Progress
from ledger.store.types import Draft
from ledger.timeline import NOT_STATED


class LedgerCopied(NamedTuple):
    """A copy that was made: whose ledger it is, and its size and root."""

    government: Government
    size: int
    root: str


def copy_ledger(location: Location, place: Location) -> LedgerCopied:
    """Copy a ledger to a place where nothing stands, as it stands at one moment, whoever records meanwhile.

    The copy is the same ledger: it has its id, its size and root of that moment, and what opens its commitments. It is
    there whole or not at all. Raises `LedgerExists`, `LedgerMissing`, `LedgerDamaged` or another `StoreError`.
    """
    copied(location, place)
    return _looked_at(place)


def copy_as_trial(
    location: Location, place: Location, *, with_personal: bool = False, progress: Progress | None = None
) -> LedgerCopied:
    """Copy a ledger to a place where nothing stands, as a ledger of its own that is called a trial.

    Its first event gives it a random id, an origin of that id, and the name `TRIAL of NAME`; all other lines are those
    of the ledger, under a tree that is grown anew. What opens commitments is copied if asked. Memory is flat. Raises as
    `copy_ledger`.
    """
    with opened_reader(location) as ledger:
        first = _first_of_trial(ledger)
    copied_under(location, place, first, with_personal=with_personal, progress=progress)
    return _looked_at(place)


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


def _looked_at(place: Location) -> LedgerCopied:
    with opened_reader(place) as copy:
        known = copy.known()
        return LedgerCopied(copy.government, known.size, known.root)
