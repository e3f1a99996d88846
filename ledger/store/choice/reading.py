"""The store at a location, opened to be read and no more."""

from __future__ import annotations

from ledger.store.protocol import Location, ReadStore
from ledger.store.sqlite.reading import SQLiteReadStore


def opened_to_read(location: Location) -> ReadStore:
    """Return the store at a location, open to be read.

    Raises `LedgerMissing`, `ForeignFile`, `NewerFormat`, `LedgerDamaged` or another `StoreError`.
    """
    return SQLiteReadStore(location)
