"""Making a new ledger file, and looking at a file before it is opened as one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.errors import (
    ForeignFile,
    LedgerExists,
    LedgerMissing,
    LedgerReadOnly,
    NewerFormat,
    StoreError,
)
from ledger.store.connections import connect, uri_of
from ledger.store.faults import translated
from ledger.store.schema import APPLICATION_ID, CREATE, FORMAT

_MAGIC = b"SQLite format 3\x00"


def create_file(path: Path) -> None:
    """Make an empty ledger at `path`; raises LedgerExists rather than touch what stands there."""
    try:
        # O_EXCL: of two programs that create at once, one is told that it exists.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except FileExistsError:
        raise LedgerExists(path) from None
    except OSError as error:
        raise StoreError(
            f'No ledger can be made at "{path}" ({error.strerror}). '
            "Give a path in an existing folder that you may write."
        ) from error
    try:
        with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in CREATE:
                connection.execute(statement)
            connection.execute("COMMIT")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_file(path: Path, *, read_only: bool, lock_timeout_seconds: float) -> None:
    """Raise the error that says why `path` cannot be opened as a ledger; a ledger passes in silence."""
    _check_kind(path)
    if not read_only and not os.access(path, os.W_OK):
        raise LedgerReadOnly(path)
    uri = uri_of(path, read_only=True)
    with (
        translated(path),
        closing(connect(uri, read_only=True, lock_timeout_seconds=lock_timeout_seconds)) as connection,
    ):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (found,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise ForeignFile(path, "it is an SQLite database of another program")
    if found > FORMAT:
        raise NewerFormat(path, found, FORMAT)


def _check_kind(path: Path) -> None:
    """Refuse what is not even an SQLite file, before SQLite opens it."""
    if not path.exists():
        raise LedgerMissing(path)
    if not path.is_file():
        raise ForeignFile(path, "it is a folder" if path.is_dir() else "it is not an ordinary file")
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(
            f'The ledger "{path}" cannot be read ({error.strerror}). Ask for permission to read it.'
        ) from error
    if magic != _MAGIC:
        raise ForeignFile(path, "it is not an SQLite database" if magic else "it is an empty file")
