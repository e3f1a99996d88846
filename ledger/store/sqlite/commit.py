"""The fate of a transaction whose COMMIT failed: learnt by looking, never assumed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from ledger.errors import RecordingUncertain

_LINE = "SELECT line FROM events WHERE position = ?"
_NEVER_WHOLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)  # the record of the commit is written last
_BUSY_MS = 1000


def stands(path: object, cursor: sqlite3.Cursor, position: int, line: bytes, error: sqlite3.Error) -> bool:
    """Return whether the transaction that ended with `line` at `position` stands although COMMIT gave `error`.

    A commit that was written and not flushed does not stand, and yet a crash could bring it back from the log:
    the log is emptied of it. Raises RecordingUncertain where that, or the looking, fails.
    """
    try:
        if cursor.connection.in_transaction:
            with suppress(sqlite3.Error):
                cursor.execute("ROLLBACK")
        if cursor.execute(_LINE, (position,)).fetchall() == [(line,)]:
            return True
        if error.sqlite_errorcode in _NEVER_WHOLE:
            return False
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        busy = 1
    if busy:
        raise RecordingUncertain(path, error) from error
    return False
