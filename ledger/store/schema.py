"""The tables of a ledger file, and the triggers by which the database itself refuses to alter the past."""

from __future__ import annotations

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
