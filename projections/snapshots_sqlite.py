"""A snapshot as an SQLite database: a table for each table, and one named `context`. Any SQL tool reads it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from projections.snapshots import Snapshot
from projections.snapshots_copy import CONTEXT, Copied, Copy, NotASnapshot, about, copy_of, foreign, is_whole
from projections.tables import Table, tables

# Nothing of the machine may get into the file: its default page size or its default journal.
_PRAGMAS = ("page_size = 4096", "journal_mode = OFF", "encoding = 'UTF-8'", "auto_vacuum = NONE")


def sqlite_bytes(found: Snapshot) -> bytes:
    """Return a snapshot as an SQLite file: the same bytes for the same snapshot and the same version of SQLite."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN")
        db.execute(f"CREATE TABLE {CONTEXT} (name TEXT PRIMARY KEY, value) WITHOUT ROWID")
        db.executemany(f"INSERT INTO {CONTEXT} VALUES (?, ?)", about(found))
        for table in tables(found):
            _put(db, table)
        db.execute("COMMIT")
        return db.serialize()


def _put(db: sqlite3.Connection, table: Table) -> None:
    columns = ", ".join(f"{_quoted(name)} {'INTEGER' if is_whole(name) else 'TEXT'}" for name, _ in table.columns)
    name, key = _quoted(table.name.replace("-", "_")), ", ".join(map(_quoted, table.key))
    db.execute(f"CREATE TABLE {name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
    places = ", ".join("?" * len(table.columns))
    db.executemany(f"INSERT INTO {name} VALUES ({places})", table.lines)


def read_sqlite(path: Path) -> Copy:
    """Read a snapshot from an SQLite file; raises `NotASnapshot`. The file is not written to."""
    with foreign(path, "SQLite"), closing(_opened(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        if CONTEXT not in names:
            raise NotASnapshot(path, f'it is an SQLite file without a table "{CONTEXT}"')
        pairs = db.execute(f"SELECT * FROM {CONTEXT}").fetchall()
        found = {name.replace("_", "-"): _table(db, name) for name in names if name != CONTEXT}
    return copy_of(pairs, found)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    db.execute("PRAGMA trusted_schema = OFF")
    return db


def _table(db: sqlite3.Connection, name: str) -> Copied:
    cursor = db.execute(f"SELECT * FROM {_quoted(name)}")
    return Copied(tuple(column[0] for column in cursor.description), cursor.fetchall())


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
