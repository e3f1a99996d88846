"""A snapshot as an SQLite database: a table for each table, and one named `context`. Any SQL tool reads it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from errno import EIO, ENOSPC
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO
from urllib.parse import quote

from ledger.files.inputs import need_file
from ledger.files.making import private_folder
from projections.snapshots.columns import Line, Type
from projections.snapshots.copy import (
    CONTEXT,
    PARTS_MAX,
    STREAMED_BYTES_MAX,
    STREAMED_CELLS_MAX,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    about,
    copy_of,
    foreign,
)
from projections.snapshots.question import Snapshot
from projections.snapshots.tables import SnapshotTable, tables

# Nothing of the machine may get into the file: its default page size or its default journal.
_CELL_BYTES_MAX, _OPS_MAX = 8 * 2**20, 1_000
_PROBE_BYTES = 64 * 1024  # more than SQLite writes at once
# Of each table, view and trigger, whether it has columns that are computed, or is no table of this file itself.
_SCHEMA = """
SELECT s.type, s.name, s.sql LIKE 'CREATE VIRTUAL%' OR EXISTS (SELECT 1 FROM pragma_table_xinfo(s.name) WHERE hidden)
FROM sqlite_master s WHERE s.type != 'index' ORDER BY s.name LIMIT ?
"""
_PRAGMAS = ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "encoding = 'UTF-8'", "auto_vacuum = NONE")

# A date is text (ISO 8601), as SQLite's own functions take it; REAL makes a number of the text of one.
_TYPES: dict[Type, str] = {"text": "TEXT", "whole": "INTEGER", "number": "REAL", "date": "DATE"}
# Of the header: how often the file was changed, and by which version of SQLite. It says nothing of what is in it.
_OF_THE_WRITER = ((24, 4), (92, 8))


def write_sqlite(found: Snapshot, file: BinaryIO) -> None:
    """Write a snapshot as an SQLite file: the same bytes for the same snapshot and the same version of SQLite.

    It is made beside the temporary files. Raises the OSError that stopped it where the disk did.
    """
    with private_folder() as folder:
        path = folder / "snapshot"
        with _of_the_disk(path), closing(sqlite3.connect(path, isolation_level=None)) as db:
            for pragma in _PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
            db.execute("BEGIN")
            db.execute(f"CREATE TABLE {CONTEXT} (name TEXT PRIMARY KEY, value) WITHOUT ROWID")
            db.executemany(f"INSERT INTO {CONTEXT} VALUES (?, ?)", about(found))
            for table in tables(found):
                _put(db, table)
            db.execute("COMMIT")
        with path.open("r+b") as made:
            for place, length in _OF_THE_WRITER:
                made.seek(place)
                made.write(bytes(length))
            made.seek(0)
            copyfileobj(made, file)


@contextmanager
def _of_the_disk(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the disk into the error of the operating system, which it keeps to itself."""
    try:
        yield
    except sqlite3.OperationalError as error:
        with path.open("ab", buffering=0) as probe:  # what it could not write, nobody else can, and is told why
            probe.write(bytes(_PROBE_BYTES))
        code = ENOSPC if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_FULL else EIO
        raise OSError(code, os.strerror(code)) from error


def _put(db: sqlite3.Connection, table: SnapshotTable) -> None:
    columns = ", ".join(f"{_quoted(column.name)} {_TYPES[column.type]}" for column in table.columns)
    name, key = _quoted(table.name.replace("-", "_")), ", ".join(map(_quoted, table.key))
    db.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
    places = ", ".join("?" * len(table.columns))
    db.executemany(f"INSERT INTO {name} VALUES ({places})", table.lines)


def read_sqlite(path: Path) -> Copy:
    """Read a snapshot from an SQLite file; raises `NotASnapshot`. The file is not written to.

    The tables are read when they are asked for.
    """
    need_file(path, STREAMED_BYTES_MAX)
    with foreign(path, "SQLite"), closing(_opened(path)) as db:
        names = _tables(db, path)
        if CONTEXT not in names:
            raise NotASnapshot(path, f'it is an SQLite file without a table "{CONTEXT}"')
        found = {name: Copied(_columns(db, name), SqliteLines(path, name)) for name in names}
    pairs = found.pop(CONTEXT).lines
    return copy_of(path, pairs, {name.replace("_", "-"): table for name, table in found.items()})


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_BYTES_MAX)
    db.setlimit(sqlite3.SQLITE_LIMIT_VDBE_OP, _OPS_MAX)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    return db


def _tables(db: sqlite3.Connection, path: Path) -> list[str]:
    """Return the names of the tables; a view, trigger or computed column would run what the file says."""
    found = []
    for kind, name, hidden in db.execute(_SCHEMA, (PARTS_MAX + 1,)):
        if kind != "table" or hidden:
            raise NotASnapshot(path, "its schema holds something else than tables of values")
        found.append(str(name))
    if len(found) > PARTS_MAX:
        raise NotASnapshot(path, f"it has more than {PARTS_MAX} tables")
    return found


def _columns(db: sqlite3.Connection, name: str) -> tuple[str, ...]:
    return tuple(column[0] for column in db.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0").description)


class SqliteLines:
    """The lines of one table of a database, each read when it is asked for."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name

    def __iter__(self) -> Iterator[Line]:
        with foreign(self._path, "SQLite"), closing(_opened(self._path)) as db:
            budget = Budget(self._path, STREAMED_BYTES_MAX, STREAMED_CELLS_MAX)
            for line in db.execute(f"SELECT * FROM {_quoted(self._name)}"):
                budget.take(0, 1 + len(line))
                yield line


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
