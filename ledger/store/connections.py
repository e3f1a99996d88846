"""How the file is opened: durably, with a limit to the wait for a lock, trusting no code in the file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from ledger.store.queue import WriterQueue
from ledger.store.waiting import Wait


def uri_of(path: Path, *, read_only: bool) -> str:
    """Give the SQLite address of an existing file.

    A reader beside a file whose folder it may not write cannot make the shared memory that a log needs;
    where no writer left a log, it reads the file as it stands.
    """
    uri = path.resolve().as_uri()
    if not read_only:
        return f"{uri}?mode=rw"
    log = path.with_name(path.name + "-wal")
    as_it_stands = not os.access(path.resolve().parent, os.W_OK) and not log.exists()
    return f"{uri}?mode=ro{'&immutable=1' if as_it_stands else ''}"


BUSY_SECONDS = 5.0  # for what programs hold for moments only; the wait for the write lock is the recorder's


def connect(uri: str, *, read_only: bool) -> sqlite3.Connection:
    """Open one connection in autocommit mode; transactions are begun by name. Raises sqlite3.Error."""
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # an acknowledged decision survives a power cut
            connection.execute("PRAGMA secure_delete = ON")  # deleted personal data is overwritten
    except BaseException:
        connection.close()
        raise
    return connection


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

    `aside` is where the ledger at `path` is while it is made: nobody else writes to it.
    """

    def __init__(self, path: Path, *, read_only: bool, wait: Wait, aside: Path | None = None) -> None:
        self.path, self.read_only, self.wait = path, read_only, wait
        self.queue = WriterQueue(path) if aside is None and not read_only else None
        uri = uri_of(aside or path, read_only=read_only)
        super().__init__(db_name=uri, originator_id_type="text")
        self.pool = LedgerPool(uri, read_only=read_only)
