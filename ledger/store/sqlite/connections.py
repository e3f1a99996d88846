"""Connections to the file: durable, with a limit to the wait for a lock, trusting no code in the file."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ledger.store.sqlite.copies import PrivateCopy, may_write, needs_copy

BUSY_SECONDS = 5.0  # for what programs hold for moments only; the wait for the write lock is the recorder's
VALUE_BYTES_MAX = 64 * 1024 * 1024  # a page of a damaged file may claim a length without bound
_STEPS_MAX = 1_000_000  # of SQLite's machine, to read the list of tables: far more than it takes


def uri_of(path: Path, *, read_only: bool) -> str:
    """Return the SQLite address of an existing file."""
    return f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}"


def connect(uri: str, *, read_only: bool) -> sqlite3.Connection:
    """Open one connection in autocommit mode; transactions are begun by name. Raises sqlite3.Error."""
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _distrust(connection)
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


def _distrust(connection: sqlite3.Connection) -> None:
    """Take nothing on trust that the file says of itself: its schema, the sizes in its pages, its lengths."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)
    connection.set_progress_handler(lambda: 1, _STEPS_MAX)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()  # reads the list of tables, to its end
    except UnicodeDecodeError as error:  # what SQLite says of a list that is damaged repeats bytes of it
        raise sqlite3.DatabaseError("Could not decode what is wrong with the list of its tables") from error
    connection.set_progress_handler(None, 0)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open one connection that only reads, to a copy where SQLite would have to write beside the file."""
    copy = PrivateCopy(path) if needs_copy(path) else None
    try:
        uri = uri_of(path if copy is None else copy.path, read_only=True)
        with closing(connect(uri, read_only=True)) as connection:
            yield connection
    finally:
        if copy is None:
            tidy(path)
        else:
            copy.close()


def tidy(path: Path) -> None:
    """Remove the empty log, and the index of it, that SQLite made beside a ledger to read it, if nobody has it open.

    A connection that only reads leaves them there; one that may write removes them as the last to close. A log with
    anything in it is left as it is: a reader changes no byte of a ledger.
    """
    log = path.with_name(path.name + "-wal")
    with suppress(OSError, sqlite3.Error):
        if not log.stat().st_size and may_write(path):
            connect(uri_of(path, read_only=False), read_only=False).close()
