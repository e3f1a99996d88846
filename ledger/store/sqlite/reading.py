"""The store of one machine, read and no more: one connection to the file, and nothing by which it could be written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.closing import Closing
from ledger.errors import LedgerClosed
from ledger.files.descriptors import OpenDatabase
from ledger.store.reading.nodes import StoredTree
from ledger.store.reading.queries import Reading
from ledger.store.sqlite.connections import connect, tidy, uri_of
from ledger.store.sqlite.copies import PrivateCopy, needs_copy
from ledger.store.sqlite.faults import Translated
from ledger.store.sqlite.opening import check_file, check_opened


class SQLiteReadStore(Reading, Closing):
    """A ledger file that is only read; threads may share it, one statement at a time."""

    def __init__(self, path: str | PathLike[str]) -> None:
        """Open the ledger at `path`.

        One that lies where this user may not write and nobody has open is copied first, and read as it then stood; once
        it is written to, reading raises StoreError.

        Raises LedgerMissing, ForeignFile (also for a folder or an empty file), NewerFormat, LedgerDamaged or another
        StoreError.
        """
        self.path: Path = Path(path)
        self.read_only = True
        check_file(self.path, read_only=True)
        self._copy = PrivateCopy(self.path) if needs_copy(self.path) else None
        place = self.path if self._copy is None else self._copy.path
        self._file = OpenDatabase(place)
        self._connection: sqlite3.Connection | None = None
        self._one_at_a_time = Lock()
        self.tree = StoredTree(self.query, self.path)
        try:
            with Translated(self.path):
                self._connection = connect(uri_of(place, read_only=True), read_only=True)
            check_opened(self.path, self.query, read_only=True)
        except BaseException:
            self.close()
            raise

    @property
    def location(self) -> Path:
        """The path of the file."""
        return self.path

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT over the tables of schema.py and give its rows; raises StoreError."""
        if self._copy is not None:
            self._copy.check()
        if self._connection is None:
            raise LedgerClosed(self.path)
        with Translated(self.path), self._one_at_a_time:
            return self._connection.execute(statement, parameters).fetchall()

    def close(self) -> None:
        """Close the connection, and remove the copy; a second time does nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            if self._copy is None:
                tidy(self.path)
        self._file.close()
        if self._copy is not None:
            self._copy.close()
