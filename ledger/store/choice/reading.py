"""The store at a location, opened to be read and no more."""

from __future__ import annotations

import os
from pathlib import Path

from ledger.errors import LedgerMissing
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


def stands(location: Location) -> bool:
    """Return whether something stands at a location, be it a ledger or not.

    Raises `StoreError` where the server cannot be asked.
    """
    if address_of(location) is None:
        return os.path.lexists(location)
    try:
        opened_to_read(location).close()
    except LedgerMissing:
        return False
    return True


def why_read_only(location: Location) -> str:
    """Return why this user may not record into a ledger, in a sentence that says what to do; empty where they may."""
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.opening import why_not

        return why_not(address)
    path = Path(location)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return ""
    return "To record, ask for write permission on it and its folder."
