"""The places where a simulated ledger lies, each with its stored lines as they are read without the program."""

from __future__ import annotations

import sqlite3
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg
from support import servers

from ledger.store.address import Address

IN_MEMORY = Path("/dev/shm")  # where a ledger that lives as long as one seed costs the disk nothing
_LINES = "SELECT position, line FROM {events} ORDER BY position"
Rows = list[tuple[int, bytes]]


class Place(ABC):
    """A place for one ledger, and a folder for the views of its readers."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="simulated-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self.views = Path(self.folder.name, "views")

    location: str | Path
    imports = False  # whether a register can be imported into it

    @abstractmethod
    def rows(self) -> Rows:
        """Return the position and the line of every stored event, in order; empty where there is no ledger."""

    @abstractmethod
    def close(self) -> None:
        """Take everything away."""


class PlaceOfFile(Place):
    """A SQLite file."""

    imports = True

    def __init__(self) -> None:
        super().__init__()
        self.location = Path(self.folder.name, "a.ledger")
        self._raw: sqlite3.Connection | None = None

    def rows(self) -> Rows:
        """Read the file; the connection is kept, and so no step is the last to close the log."""
        if self._raw is None:
            if not Path(self.location).exists():
                return []
            self._raw = sqlite3.connect(self.location, isolation_level=None)
        return self._raw.execute(_LINES.format(events="events NOT INDEXED")).fetchall()

    def close(self) -> None:
        """Remove the folder."""
        if self._raw is not None:
            self._raw.close()
        self.folder.cleanup()


class PlaceOfSchema(Place):
    """A schema of a PostgreSQL database."""

    def __init__(self) -> None:
        super().__init__()
        self.location = servers.new_place()
        self._schema = Address(self.location).schema
        self._raw = psycopg.connect(Address(self.location).uri, autocommit=True)

    def rows(self) -> Rows:
        """Read the table."""
        there = self._raw.execute("SELECT to_regclass(%s)", (f'"{self._schema}".events',)).fetchone()
        if there == (None,):
            return []
        found = self._raw.execute(_LINES.format(events=f'"{self._schema}".events').encode()).fetchall()
        return [(position, bytes(line)) for position, line in found]

    def close(self) -> None:
        """Drop the schema, once those who died are gone."""
        self._raw.execute(f'DROP SCHEMA IF EXISTS "{self._schema}" CASCADE'.encode())
        self._raw.close()
        self.folder.cleanup()


PLACES: dict[str, type[Place]] = {"sqlite": PlaceOfFile, "postgres": PlaceOfSchema}
