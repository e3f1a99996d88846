"""The store at a location, made or opened to record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ledger import clock
from ledger.store.address import address_of
from ledger.store.protocol import Location, Store
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft
from ledger.store.waiting import WAIT_SECONDS, Told, nobody


def make(
    location: Location,
    first: Sequence[Draft] = (),
    *,
    at: Callable[[], datetime] = clock.now,
    wait_seconds: float = WAIT_SECONDS,
    told: Told = nobody,
) -> Store:
    """Make a store that begins with one decision, recorded `at`, and return it open; whole or not at all.

    Raises `LedgerExists`, `LedgerBeingMade`, `LedgerMadeUnopened` or another `StoreError`.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.making import make_ledger
        from ledger.store.postgres.store import PostgresStore

        return PostgresStore.open(make_ledger(address, first, at=at), lock_timeout_seconds=wait_seconds, told=told)
    return SQLiteStore.create(location, first, at=at, lock_timeout_seconds=wait_seconds, told=told)


def opened(
    location: Location, *, read_only: bool = False, wait_seconds: float = WAIT_SECONDS, told: Told = nobody
) -> Store:
    """Return the store at a location, open. Whoever appends waits `wait_seconds`, and `told` is called meanwhile.

    Raises `LedgerMissing`, `ForeignFile`, `NewerFormat`, `LedgerReadOnly`, `LedgerDamaged` or another `StoreError`.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.store import PostgresStore

        return PostgresStore.open(address, read_only, lock_timeout_seconds=wait_seconds, told=told)
    return SQLiteStore.open(location, read_only, lock_timeout_seconds=wait_seconds, told=told)
