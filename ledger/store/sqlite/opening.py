"""Checks of a file before it is opened as a ledger."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ledger.errors import (
    ForeignFile,
    LedgerDamaged,
    LedgerMissing,
    LedgerReadOnly,
    NewerFormat,
    StoreError,
    harmless,
)
from ledger.files.descriptors import first_bytes
from ledger.store.sqlite.schema import APPLICATION_ID, ENTRIES, FORMAT, TABLES, SchemaDifference, differences

# The header of an SQLite file (https://www.sqlite.org/fileformat.html, 1.3).
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_USER_VERSION = slice(60, 64)
_APPLICATION_ID = slice(68, 72)


def check_file(path: Path, *, read_only: bool) -> None:
    """Raise the error that says why `path` is no ledger to be opened so; a ledger passes in silence.

    Looks at the header alone, so that a file of another program is left exactly as it was.
    """
    if not path.exists():
        raise LedgerMissing(path)
    if not path.is_file():
        raise ForeignFile(path, "it is a folder" if path.is_dir() else "it is not an ordinary file")
    header = _header(path)
    if not header.startswith(_MAGIC) or len(header) < _HEADER_BYTES:
        raise ForeignFile(path, "it is not an SQLite database" if header else "it is an empty file")
    if int.from_bytes(header[_APPLICATION_ID]) != APPLICATION_ID:
        raise ForeignFile(path, "it is an SQLite database of another program")
    check_format(path, int.from_bytes(header[_USER_VERSION]))
    if not read_only and not os.access(path, os.W_OK):
        raise LedgerReadOnly(path)


def format_of_file(path: Path) -> int:
    """Return the format that the header of a ledger file names; raises as `check_file`."""
    check_file(path, read_only=True)
    return int.from_bytes(_header(path)[_USER_VERSION])


def check_format(path: Path, found: int) -> None:
    """Raise NewerFormat for a format that this program does not know yet."""
    if found > FORMAT:
        raise NewerFormat(path, found, FORMAT)


def check_opened(path: Path, query: Callable[[str], list[tuple[Any, ...]]], *, read_only: bool) -> None:
    """Raise the error that says why what was opened at `path` is no ledger after all; `query` asks it."""
    ((version,),) = query("PRAGMA user_version")
    check_format(path, version)
    check_schema(path, query(ENTRIES), read_only=read_only)


def check_schema(path: Path, entries: Iterable[tuple[Any, ...]], *, read_only: bool) -> None:
    """Raise LedgerDamaged where `entries` (the rows of schema.ENTRIES) are not those of a ledger to be opened so.

    To record, all must be as CREATE makes them; to read, the tables and their indexes: a guard that is gone or a thing
    too many changes nothing that is read.
    """
    for difference in differences(entries):
        of_ours = difference.expected is not None or difference.entry.table in TABLES
        if not read_only or (of_ours and not difference.is_guard):
            raise LedgerDamaged(path, _said(difference))


def _said(difference: SchemaDifference) -> str:
    name = harmless(difference.name)
    if difference.found is None:
        return f"its {name} is missing"
    return f"it holds a foreign {name}" if difference.expected is None else f"its {name} is not as it was made"


def _header(path: Path) -> bytes:
    try:
        return first_bytes(path, _HEADER_BYTES)
    except OSError as error:
        raise StoreError(
            f'The ledger "{path}" cannot be read ({error.strerror}). Ask for permission to read it.'
        ) from error
