"""The tables of the views file, and the number that changes whenever what is put into them does."""

from __future__ import annotations

from ledger.timeline import FOREVER

VERSION = 16  # of what is projected; a file with another number is filled anew
APPLICATION_ID = 0x434C5657  # "CLVW"
WITHOUT_EFFECT = "without-effect:"  # followed by the position of an event that says something and changes nothing
IDLE = "(attribute >= 'without-effect:' AND attribute < 'without-effect;')"  # the condition for rows of such events
KNOWN_FOREVER = 2**31 - 1  # the open end of what is known; positions of the R*Tree have 32 bits

# rows: one attribute of one thing on the days effective_from <= day < effective_to, as known at the positions
# known_from <= position < known_to. spans indexes them for stabbing queries; its ends belong to it, so that they are
# one less. What an event said without effect is a row too, and in no structure: spans leaves it out. A replay goes
# from one day on which rows begin or end to the next (rows_by_start, rows_by_end).
# mentioned: the events that name an id, and whether they say something of that thing. mentions: the things whose events
# name it, each with the stream on which they do.
# personal: the commitments that events hold in place of personal texts; those of a decision stand at its first event.
# referring: the things that by some row, of whatever day and position, name another thing in an attribute.
TABLES = f"""
CREATE TABLE filled (
    one INTEGER PRIMARY KEY CHECK (one = 1), ledger_id TEXT NOT NULL, position INTEGER NOT NULL, root TEXT NOT NULL,
    indexed INTEGER NOT NULL
);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
    stated TEXT NOT NULL, effective_from INTEGER NOT NULL, effective_to INTEGER NOT NULL,
    known_from INTEGER NOT NULL, known_to INTEGER NOT NULL, set_by INTEGER NOT NULL, ended_by INTEGER NOT NULL
);
CREATE INDEX rows_by_key ON rows (id, attribute, effective_from);
CREATE INDEX rows_without_effect ON rows (known_from) WHERE {IDLE};
CREATE INDEX rows_by_start ON rows (effective_from);
CREATE INDEX rows_by_end ON rows (effective_to) WHERE effective_to < {FOREVER};
CREATE VIRTUAL TABLE spans USING rtree_i32 (row, effective_from, effective_last, known_from, known_last);
CREATE TABLE decisions (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, authority TEXT NOT NULL, reference TEXT NOT NULL,
    recorded_at TEXT NOT NULL, search TEXT NOT NULL
);
CREATE INDEX decisions_by_reference ON decisions (reference);
CREATE TABLE decided (
    first INTEGER NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
    last INTEGER NOT NULL, recorded_day INTEGER NOT NULL, decided_day INTEGER,
    has_document INTEGER NOT NULL, responds_to TEXT NOT NULL, review_day INTEGER, said_days TEXT NOT NULL,
    decided_on TEXT, effects TEXT NOT NULL, stands INTEGER NOT NULL,
    PRIMARY KEY (first, known_from)
) WITHOUT ROWID;
CREATE TABLE events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL, decision INTEGER NOT NULL, type TEXT NOT NULL, effective INTEGER,
    corrects INTEGER NOT NULL, reason TEXT, search TEXT NOT NULL
);
CREATE TABLE mentioned (
    id TEXT NOT NULL, position INTEGER NOT NULL, says INTEGER NOT NULL, PRIMARY KEY (id, position)
) WITHOUT ROWID;
CREATE TABLE mentions (
    id TEXT NOT NULL, stream TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (id, stream, thing)
) WITHOUT ROWID;
CREATE TABLE streams (
    stream TEXT PRIMARY KEY, version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE referring (
    id TEXT NOT NULL, attribute TEXT NOT NULL, by_id TEXT NOT NULL, PRIMARY KEY (id, attribute, by_id)
) WITHOUT ROWID;
CREATE TABLE spoken (
    position INTEGER NOT NULL, later INTEGER NOT NULL, PRIMARY KEY (position, later)
) WITHOUT ROWID;
CREATE TABLE personal (
    position INTEGER NOT NULL, commitment TEXT NOT NULL, PRIMARY KEY (position, commitment)
) WITHOUT ROWID;
"""

# What is compared when two files are held against each other: everything but the numbers that rows happen to have.
CONTENTS = {
    "rows": "kind, id, attribute, value, stated, effective_from, effective_to, known_from, known_to, set_by, ended_by",
    "decisions": "first, last, authority, reference, recorded_at, search",
    "decided": (
        "first, known_from, known_to, last, recorded_day, decided_day, has_document, responds_to, "
        "review_day, said_days, decided_on, effects, stands"
    ),
    "events": "position, id, decision, type, effective, corrects, reason, search",
    "mentioned": "id, position, says",
    "mentions": "id, stream, thing",
    "streams": "stream, version",
    "referring": "id, attribute, by_id",
    "spoken": "position, later",
    "personal": "position, commitment",
}
NAMES = ("filled", "spans", *CONTENTS)
