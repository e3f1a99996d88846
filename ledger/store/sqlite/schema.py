"""The tables of a ledger file, and the triggers by which the database itself refuses to alter the past."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from typing import Any, NamedTuple

APPLICATION_ID = 0x434C4731  # "CLG1": what `file` and the header of the database show
FORMAT = 1  # kept in user_version; a program refuses formats newer than its own

_REFUSE = "SELECT RAISE(ABORT, 'The ledger is append-only: {what}.')"

# An event holds the nodes of the tree that its leaf completes, the leaf first, 32 bytes each: node i of level n stands
# with the event of leaf (i + 1) * 2**n - 1. AUTOINCREMENT keeps, apart from the rows, the position up to which there
# ever were any, so that a last row that was taken away is missed.
TABLES = {
    "events": """CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    decision TEXT NOT NULL,
    part INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    nodes BLOB NOT NULL CHECK (typeof(nodes) = 'blob' AND length(nodes) > 0 AND length(nodes) % 32 = 0),
    line BLOB NOT NULL CHECK (typeof(line) = 'blob'),
    UNIQUE (stream, version),
    UNIQUE (decision, part)
)""",
    # Personal data lies outside the tree, where deletion is allowed: the event holds a salted commitment.
    "personal": """CREATE TABLE personal (
    commitment TEXT PRIMARY KEY,
    salt BLOB NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID""",
}


def _trigger(name: str, when: str, table: str, what: str, condition: str = "") -> str:
    refuse = _REFUSE.format(what=what)
    return f"CREATE TRIGGER {name} BEFORE {when} ON {table} {condition}BEGIN {refuse}; END"


# INSERT OR REPLACE deletes what it collides with and fires no DELETE trigger: it is caught before it does.
TRIGGERS = {
    "events_no_update": _trigger(
        "events_no_update", "UPDATE", "events", "a recorded event is never changed; correct it by another"
    ),
    "events_no_delete": _trigger(
        "events_no_delete", "DELETE", "events", "a recorded event is never deleted; strike it by another"
    ),
    "events_no_replace": _trigger(
        "events_no_replace",
        "INSERT",
        "events",
        "a recorded event is never replaced; correct it by another",
        "WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)"
        " OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)"
        " OR EXISTS (SELECT 1 FROM events WHERE decision = NEW.decision AND part = NEW.part) ",
    ),
}

CREATE = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {FORMAT}",
    *TABLES.values(),
    *TRIGGERS.values(),
)

# A page of the schema that leads back to itself gives entries without end, and 1,000 are far more than there are.
ENTRIES = "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 1000"


class SchemaEntry(NamedTuple):
    """One thing that the database holds besides rows: a table, index, trigger or view."""

    type: str
    name: str
    table: str
    sql: str | None  # None for an index that SQLite makes by itself


class SchemaDifference(NamedTuple):
    """An entry that is not as CREATE makes it: `expected` is None for one too many, `found` for one that is missing."""

    expected: SchemaEntry | None
    found: SchemaEntry | None

    @property
    def entry(self) -> SchemaEntry:
        """The entry that is meant: as it should be, or the one too many."""
        entry = self.expected or self.found
        if entry is None:
            raise ValueError("a difference is of something")
        return entry

    @property
    def name(self) -> str:
        """The type and name of the entry."""
        return f"{self.entry.type} {self.entry.name}"

    @property
    def is_guard(self) -> bool:
        """Whether it is a trigger, which changes nothing that is read."""
        return self.entry.type == "trigger"


@cache
def created() -> dict[tuple[Any, Any], SchemaEntry]:
    """Return what CREATE makes, by type and name, from a database of its own in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for statement in CREATE:
            fresh.execute(statement)
        return _by_name(fresh.execute(ENTRIES).fetchall())


def differences(rows: Iterable[tuple[Any, ...]]) -> Iterator[SchemaDifference]:
    """Compare the rows of ENTRIES with what CREATE makes, word for word, tables first; nothing where they agree."""
    expected, found = created(), _by_name(rows)
    for name in sorted(expected.keys() | found.keys(), key=lambda name: (name[0] != "table", str(name))):
        if expected.get(name) != found.get(name):
            yield SchemaDifference(expected.get(name), found.get(name))


def _by_name(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, Any], SchemaEntry]:
    return {(entry.type, entry.name): entry for entry in map(SchemaEntry._make, rows)}
