"""The store on a server, read and no more: one connection that the server lets do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.closing import Closing
from ledger.store.address import Address
from ledger.store.postgres.asked import AskedServer
from ledger.store.reading.nodes import StoredTree
from ledger.store.reading.queries import Reading


class PostgresReadStore(Reading, Closing):
    """A ledger on a server that is only read; threads may share it, one statement at a time."""

    path: Address
    all_events = "events"

    def __init__(self, location: str) -> None:
        """Open the ledger at an address.

        Raises `LedgerMissing`, `NewerFormat`, `ServerRefused`, `LedgerDamaged` or another `StoreError`.
        """
        self.path = Address(location)
        self.read_only = True
        self._asked = AskedServer(self.path)
        self.tree = StoredTree(self.query, self.path)

    @property
    def location(self) -> Address:
        """The address, which can be shown."""
        return self.path

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT over the tables of schema.py and give its rows; raises StoreError."""
        return self._asked.query(statement, parameters)

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        self._asked.close()
