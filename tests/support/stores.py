"""The stores that the contract is asked of, each with how it is made, opened again and damaged behind its back."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path

from ledger.store.choice.reading import opened_to_read
from ledger.store.choice.recording import make, opened
from ledger.store.protocol import ReadStore, Store
from ledger.store.waiting import Told, nobody


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

    def alter(self, position: int, line: bytes) -> None:
        """Alter a row, without the trigger that would refuse it."""
        with closing(sqlite3.connect(self.folder / "new.ledger", isolation_level=None)) as raw:
            raw.execute("DROP TRIGGER events_no_update")
            raw.execute("UPDATE events SET line = ? WHERE position = ?", (line, position))


STORES: dict[str, type[Kept]] = {"sqlite": KeptFile}
