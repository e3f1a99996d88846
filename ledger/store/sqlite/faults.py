"""The door at which what SQLite says becomes a sentence that says what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

from ledger.errors import (
    DiskFull,
    ForeignFile,
    LedgerClosed,
    LedgerDamaged,
    LedgerLocked,
    LedgerReadOnly,
    RecordConflict,
    StorageFailed,
    StoreError,
)

_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE_BYTES = 64 * 1024  # more than a small decision takes
_PRIMARY = 0xFF  # extended result codes carry the primary one in their lowest byte


def no_room(path: object) -> bool:
    """Return whether a file as long as the log of the ledger at `path` cannot be written beside it for lack of room.

    SQLite says "disk I/O error" for a quota that is used up and a limit to the size of files, and keeps why to itself.
    """
    ledger = Path(str(path)).resolve()
    try:
        end = max((os.path.getsize(name) for name in (f"{ledger}-wal", ledger) if os.path.exists(name)), default=0)
        with tempfile.TemporaryFile(dir=ledger.parent, buffering=0) as probe:
            written = os.pwrite(probe.fileno(), bytes(_PROBE_BYTES), end)
            os.fsync(probe.fileno())
            return written < _PROBE_BYTES
    except OSError as error:
        return error.errno in _NO_ROOM


def translate(path: object, error: sqlite3.Error) -> StoreError:
    """Return the error of ours that says what an error of the driver means for the ledger at `path`."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LedgerLocked(path)
    if code == sqlite3.SQLITE_FULL or (code in _DISK and no_room(path)):
        return DiskFull(path)
    if code == sqlite3.SQLITE_IOERR:
        return StorageFailed(path, error)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return LedgerReadOnly(path)
    if code == sqlite3.SQLITE_NOTADB:
        return ForeignFile(path, "it is not an SQLite database")
    if code == sqlite3.SQLITE_CORRUPT:
        return LedgerDamaged(path, "its pages cannot be read")
    if code == sqlite3.SQLITE_TOOBIG:
        return LedgerDamaged(path, "a value in it is longer than any that a ledger holds")
    if code == sqlite3.SQLITE_INTERRUPT:
        return LedgerDamaged(path, "the list of its tables has no end")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return RecordConflict(path, f"it collides with what is recorded ({error})")
    if code == sqlite3.SQLITE_ERROR and ("no such" in str(error) or "malformed" in str(error)):
        return LedgerDamaged(path, f"a part of it is gone ({error})")
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return LedgerClosed(path)
    if "decode" in str(error):  # raised by Python's driver, without a code
        return LedgerDamaged(path, "a text in it is no text")
    return StoreError(
        f'The ledger "{path}" could not be read or written ({error}). '
        "Look at the disk, and at the permissions of the file and its folder."
    )


class Translated:
    """A block that the errors of the driver leave as errors of ours; all others pass unchanged."""

    __slots__ = ("path",)

    def __init__(self, path: object) -> None:
        self.path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise translate(self.path, error) from error
