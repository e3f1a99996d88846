"""The store at a location, opened to be read and no more."""

from __future__ import annotations

from ledger.store.address import address_of
from ledger.store.protocol import Location, ReadStore
from ledger.store.sqlite.reading import SQLiteReadStore


def opened_to_read(location: Location) -> ReadStore:
    """Return the store at a location, open to be read.

    Raises `LedgerMissing`, `ForeignFile`, `NewerFormat`, `LedgerDamaged` or another `StoreError`.
    """
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.reading import PostgresReadStore

        return PostgresReadStore(address)
    return SQLiteReadStore(location)
