"""The stores that the contract is asked of, each with how it is made, opened again and damaged behind its back."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path

import psycopg

from ledger.store.address import Address
from ledger.store.choice.reading import opened_to_read
from ledger.store.choice.recording import make, opened
from ledger.store.postgres.store import PostgresStore
from ledger.store.protocol import ReadStore, Store
from ledger.store.waiting import Told, nobody
from support import servers


class Kept(ABC):
    """One store under test, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def make(self) -> Store:
        """Make it, empty, and return it open."""

    @abstractmethod
    def open(self, *, read_only: bool = False, wait_seconds: float = 60, told: Told = nobody) -> Store:
        """Open it again, beside whoever has it open."""

    @abstractmethod
    def open_to_read(self) -> ReadStore:
        """Open it to be read and no more."""

    @abstractmethod
    def contend(self, store: Store) -> None:
        """Let the next append of an open store take the lock before it judges, as it does after a conflict."""

    @abstractmethod
    def alter(self, position: int, line: bytes) -> None:
        """Put other bytes in the place of a stored line, with no respect for anything."""


class KeptFile(Kept):
    """A SQLite file."""

    def make(self) -> Store:
        """Make the file."""
        return make(self.folder / "new.ledger")

    def open(self, *, read_only: bool = False, wait_seconds: float = 60, told: Told = nobody) -> Store:
        """Open the file."""
        return opened(self.folder / "new.ledger", read_only=read_only, wait_seconds=wait_seconds, told=told)

    def open_to_read(self) -> ReadStore:
        """Open the file to be read."""
        return opened_to_read(self.folder / "new.ledger")

    def contend(self, store: Store) -> None:
        """Nothing: whoever appends to a file takes the lock first."""

    def alter(self, position: int, line: bytes) -> None:
        """Alter a row, without the trigger that would refuse it."""
        with closing(sqlite3.connect(self.folder / "new.ledger", isolation_level=None)) as raw:
            raw.execute("DROP TRIGGER events_no_update")
            raw.execute("UPDATE events SET line = ? WHERE position = ?", (line, position))


class KeptSchema(Kept):
    """A schema of a database."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.address = servers.new_place()

    def make(self) -> Store:
        """Make the schema."""
        return make(self.address)

    def open(self, *, read_only: bool = False, wait_seconds: float = 60, told: Told = nobody) -> Store:
        """Open the schema."""
        return opened(self.address, read_only=read_only, wait_seconds=wait_seconds, told=told)

    def open_to_read(self) -> ReadStore:
        """Open the schema to be read."""
        return opened_to_read(self.address)

    def contend(self, store: Store) -> None:
        """Have it met another writer."""
        assert isinstance(store, PostgresStore)
        store.writer.pace.met()

    def alter(self, position: int, line: bytes) -> None:
        """Alter a row as the owner of the server, without the trigger that would refuse it."""
        address = Address(self.address)
        with psycopg.connect(address.uri, autocommit=True) as raw:
            raw.execute(f'ALTER TABLE "{address.schema}".events DISABLE TRIGGER ALL'.encode())
            raw.execute(
                f'UPDATE "{address.schema}".events SET line = %s WHERE position = %s'.encode(), (line, position)
            )


STORES: dict[str, type[Kept]] = {"sqlite": KeptFile, "postgres": KeptSchema}
