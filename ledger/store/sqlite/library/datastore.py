"""The library's pool and datastore, opening connections our way."""

from __future__ import annotations

from pathlib import Path

from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from ledger.files.descriptors import OpenDatabase
from ledger.store.sqlite.connections import connect, tidy, uri_of
from ledger.store.sqlite.copies import PrivateCopy, needs_copy
from ledger.store.sqlite.queue import WriterQueue
from ledger.store.waiting import Wait


class LedgerPool(SQLiteConnectionPool):
    """The library's pool, opening connections our way."""

    def __init__(self, uri: str, *, read_only: bool) -> None:
        super().__init__(db_name=uri)
        self.read_only = read_only

    def _create_connection(self) -> SQLiteConnection:
        connection = connect(self.db_name, read_only=self.read_only)
        return SQLiteConnection(sqlite_conn=connection, max_age=self.max_age)


class LedgerDatastore(SQLiteDatastore):
    """The library's datastore over one ledger file, with text for the ids of streams.

    `aside` is where the ledger at `path` is while it is made: nobody else writes to it. `copy` is what is read in place
    of a file beside which SQLite may not write; None for any other.
    """

    copy: PrivateCopy | None = None
    _file: OpenDatabase | None = None

    def __init__(self, path: Path, *, read_only: bool, wait: Wait, aside: Path | None = None) -> None:
        self.path, self.read_only, self.wait = path, read_only, wait
        self.queue = WriterQueue(path) if aside is None and not read_only else None
        super().__init__(db_name=uri_of(aside or path, read_only=read_only), originator_id_type="text")
        if read_only and needs_copy(path):
            self.copy = PrivateCopy(path)
        place = aside or (path if self.copy is None else self.copy.path)
        self._file = OpenDatabase(place)
        self.pool = LedgerPool(uri_of(place, read_only=read_only), read_only=read_only)

    def close(self) -> None:
        """Close every connection, and remove the copy; a second time does nothing.

        The library does so as well where whoever opened it was stopped half-way.
        """
        if "pool" in vars(self):
            super().close()
        if self._file is not None:
            if self.read_only and self.copy is None:
                tidy(self.path)
            self._file.close()
        if self.copy is not None:
            self.copy.close()
