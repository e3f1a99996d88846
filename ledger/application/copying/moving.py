"""The move of a ledger to another place: between files and servers, and on from where an earlier move ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from ledger.application.government import Government, government_of
from ledger.application.reader import opened_reader
from ledger.errors import ForeignFile, LedgerExists
from ledger.errors.store import NoBeginning
from ledger.instants import instant_of
from ledger.integrity.tree import format_root
from ledger.store.carrying import carry, first_of, need_beginning
from ledger.store.choice.copying import are_one, copied, is_file
from ledger.store.choice.reading import opened_to_read, stands
from ledger.store.choice.recording import make, opened
from ledger.store.protocol import Location, Progress, ReadStore, Store
from ledger.store.waiting import WAIT_SECONDS, Told, nobody


class LedgerCopied(NamedTuple):
    """A copy that was made or went on: whose ledger it is, its size and root, and how many events it had before."""

    government: Government
    size: int
    root: str
    before: int = 0


def copy_ledger(
    location: Location,
    place: Location,
    *,
    progress: Progress | None = None,
    wait_seconds: float = WAIT_SECONDS,
    told: Told = nobody,
    begun: Callable[[], None] = lambda: None,
) -> LedgerCopied:
    """Copy a ledger to a place where nothing stands, or go on with a copy that is a beginning of it.

    The copy is the same ledger: it has its id, and its size and root of the moment at which the copying began, whoever
    records meanwhile; what opens its commitments comes along. A file is copied into a new one whole or not at all.
    Between a file and a server, and on from what is there, decisions are appended in batches: whoever stops it leaves a
    beginning, and copies again. `begun` is called once there is something at `place` that stays.

    Raises `LedgerExists` for what is no ledger or is this one; `NoBeginning` where `place` holds another ledger, other
    lines or more; `LedgerMissing`, `LedgerDamaged`, `LedgerMoved` (somebody records into the copy) or another
    `StoreError`.
    """
    if are_one(location, place):
        raise LedgerExists(place)
    there = stands(place)
    if not there and is_file(location) and is_file(place):
        copied(location, place)
        return looked_at(place)
    with opened_to_read(location) as source:
        upto = source.head().position
        with closing(_target(source, place, upto if there else 0, wait_seconds=wait_seconds, told=told)) as target:
            before = target.head().position if there else 0
            begun()
            carry(source, target, upto, progress)
            government = government_of(place, target.at(1))
            return LedgerCopied(government, upto, format_root(target.root(upto)), before)


def _target(source: ReadStore, place: Location, upto: int, *, wait_seconds: float, told: Told) -> Store:
    """Return the store to copy to, open: a beginning of `upto` events; for 0, made with the first decision."""
    government = government_of(source.location, source.at(1))
    if not upto:
        drafts, recorded_at = first_of(source)
        return make(place, drafts, at=lambda: instant_of(recorded_at), wait_seconds=wait_seconds, told=told)
    try:
        target = opened(place, wait_seconds=wait_seconds, told=told)
    except ForeignFile:
        raise LedgerExists(place) from None
    try:
        if target.head().position:
            _need_same(source, target, government)
        need_beginning(source, target, upto)
    except BaseException:
        target.close()
        raise
    return target


def _need_same(source: ReadStore, target: ReadStore, government: Government) -> None:
    """Raise `NoBeginning` where a store holds another ledger."""
    other = government_of(target.location, target.at(1))
    if other.ledger_id != government.ledger_id:
        why = f"it is another ledger, that of {other.name} ({other.ledger_id}); they differ from position 1 on."
        raise NoBeginning(target.location, source.location, why)


def looked_at(place: Location) -> LedgerCopied:
    """Return what a copy is that was just made."""
    with opened_reader(place) as copy:
        known = copy.known()
        return LedgerCopied(copy.government, known.size, known.root)
