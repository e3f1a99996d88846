"""Single mutations of a ledger file: its bytes, its pages, its rows, its schema and its log, drawn from a seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from ledger.integrity.tree import leaf_hash
from ledger.store.sqlite.schema import TRIGGERS

PAGE = 4096
LOG = "-wal"
Mutation = Callable[[Path, Random], str]  # changes the ledger at a path, and says what it did


def flipped_bit(path: Path, random: Random) -> str:
    """Turn one bit anywhere in the file."""
    content = bytearray(path.read_bytes())
    at, bit = random.randrange(len(content)), random.randrange(8)
    content[at] ^= 1 << bit
    path.write_bytes(content)
    return f"bit {bit} of byte {at} flipped in {path.name}"


def flipped_bit_of_a_header(path: Path, random: Random) -> str:
    """Turn one bit of the header of the file or of a page."""
    content = bytearray(path.read_bytes())
    page, bit = random.randrange(len(content) // PAGE), random.randrange(8)
    at = page * PAGE + random.randrange(112 if page == 0 else 12)
    content[at] ^= 1 << bit
    path.write_bytes(content)
    return f"bit {bit} of byte {at}, in the header of page {page + 1}, flipped"


def random_bytes(path: Path, random: Random) -> str:
    """Write random bytes, or zeros, over a range."""
    content = bytearray(path.read_bytes())
    length = random.choice((1, 2, 8, 32, 500, PAGE, 3 * PAGE))
    at = random.randrange(max(1, len(content) - length))
    zeros = random.random() < 0.5
    content[at : at + length] = bytes(length) if zeros else random.randbytes(length)
    path.write_bytes(content)
    return f"{length} {'zeros' if zeros else 'random bytes'} over byte {at} of {path.name}"


def copied_page(path: Path, random: Random) -> str:
    """Copy one page over another, or let two change places."""
    content = path.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    source, target = random.sample(range(len(pages)), 2)
    swap = random.random() < 0.3
    pages[target], pages[source] = pages[source], pages[target] if swap else pages[source]
    path.write_bytes(b"".join(pages))
    return f"page {source + 1} {'swapped with' if swap else 'copied over'} page {target + 1}"


def cut_or_grown(path: Path, random: Random) -> str:
    """Cut the file off, or let it grow by what does not belong to it."""
    content = path.read_bytes()
    if random.random() < 0.7:
        length = (
            random.randrange(len(content)) if random.random() < 0.5 else PAGE * random.randrange(len(content) // PAGE)
        )
        path.write_bytes(content[:length])
        return f"cut off after {length} bytes"
    grown = random.choice((b"\x00" * PAGE, random.randbytes(PAGE), random.randbytes(100), content))
    path.write_bytes(content + grown)
    return f"grown by {len(grown)} bytes"


STATEMENTS = (
    "UPDATE events SET line = replace(CAST(line AS TEXT), 'a', 'e') WHERE position = :p",
    "UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'a', 'e') AS BLOB) WHERE position = :p",
    "UPDATE events SET line = CAST(line || ' ' AS BLOB) WHERE position = :p",
    "UPDATE events SET line = (SELECT line FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'a', 'e') AS BLOB),"
    " nodes = CAST(leaf(CAST(replace(CAST(line AS TEXT), 'a', 'e') AS BLOB)) || substr(nodes, 33) AS BLOB)"
    " WHERE position = :p",
    "UPDATE events SET line = CAST(replace(CAST(line AS TEXT), '2026', '2027') AS BLOB) WHERE position >= :p",
    "UPDATE events SET nodes = zeroblob(length(nodes)) WHERE position = :p",
    "UPDATE events SET nodes = substr(nodes, 1, 32) WHERE position >= :p",
    "UPDATE events SET nodes = CAST(substr(nodes, 1, 32) || zeroblob(length(nodes) - 32) AS BLOB) WHERE position = :p",
    "UPDATE events SET nodes = (SELECT nodes FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE events SET type = (SELECT type FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE OR IGNORE events SET stream = (SELECT stream FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE events SET stream = 'cluster:elsewhere' WHERE position = :p",
    "UPDATE OR IGNORE events SET version = version + 1 WHERE position = :p",
    "UPDATE OR IGNORE events SET decision = (SELECT decision FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE OR IGNORE events SET part = part + 1 WHERE position = :p",
    "UPDATE events SET parts = parts + 1 WHERE position = :p",
    "UPDATE events SET recorded_at = '2031-01-01T00:00:00.000000Z' WHERE position = :p",
    "UPDATE events SET recorded_at = (SELECT recorded_at FROM events WHERE position = :q) WHERE position = :p",
    "UPDATE events SET position = position + 10000 WHERE position = :p",
    "UPDATE events SET position = -position WHERE position >= :p",
    "DELETE FROM events WHERE position = :p",
    "DELETE FROM events WHERE position >= :p",
    "DELETE FROM events WHERE position <= :p",
    "DELETE FROM events WHERE stream = (SELECT stream FROM events WHERE position = :p)",
    "INSERT INTO events SELECT 9999, 'cluster:new', 1, type, 'new', 1, 1, recorded_at, nodes, line"
    " FROM events WHERE position = :p",
    "UPDATE sqlite_sequence SET seq = :p",
    "DELETE FROM sqlite_sequence",
    "INSERT INTO sqlite_sequence VALUES ('events', :p)",
    "UPDATE personal SET value = 'Eve Example'",
    "UPDATE personal SET salt = zeroblob(32)",
    "UPDATE personal SET commitment = 'sha256:' || commitment",
)


def altered_rows(path: Path, random: Random) -> str:
    """Change rows by one statement, the guards of the database taken away and put back."""
    statement = random.choice(STATEMENTS)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.create_function("leaf", 1, leaf_hash)
        raw.execute("PRAGMA ignore_check_constraints = ON")
        (last,) = raw.execute("SELECT max(position) FROM events").fetchone()
        places = {"p": random.randint(1, last), "q": random.randint(1, last)}
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement, {name: value for name, value in places.items() if f":{name}" in statement})
        for trigger in TRIGGERS.values():
            raw.execute(trigger)
    return f"{statement} {places}"


SCHEMAS = (
    "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'personal')"
    " WHERE name = 'events'",
    "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_events_2')"
    " WHERE name = 'sqlite_autoindex_events_1'",
    "UPDATE sqlite_master SET rootpage = {page} WHERE name = '{entry}'",
    "UPDATE sqlite_master SET sql = replace(sql, 'BLOB', 'TEXT') WHERE name = 'events'",
    "UPDATE sqlite_master SET sql = replace(sql, 'version INTEGER', 'version TEXT') WHERE name = 'events'",
    "UPDATE sqlite_master SET sql = replace(sql, 'line BLOB NOT NULL', 'line BLOB NOT NULL DEFAULT x''00''')",
    "UPDATE sqlite_master SET sql = replace(sql, 'RAISE(ABORT', 'RAISE(IGNORE')",
    "UPDATE sqlite_master SET sql = replace(sql, 'stream TEXT', 'stream TEXT COLLATE NOCASE') WHERE name = 'events'",
    "DELETE FROM sqlite_master WHERE name = '{entry}'",
    "UPDATE sqlite_master SET name = 'x' || name WHERE name = '{entry}'",
    "UPDATE sqlite_master SET type = 'view' WHERE name = '{entry}'",
)
ENTRIES = ("events", "personal", "sqlite_sequence", "sqlite_autoindex_events_1", "sqlite_autoindex_events_2", *TRIGGERS)


def altered_schema(path: Path, random: Random) -> str:
    """Change the list of tables itself."""
    places = {"page": random.randint(1, path.stat().st_size // PAGE), "entry": random.choice(ENTRIES)}
    statement = random.choice(SCHEMAS).format(**places)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(statement)
    return statement


ADDED = (
    "CREATE TRIGGER foreign_one BEFORE INSERT ON events BEGIN SELECT raise(ignore); END",
    "CREATE TRIGGER foreign_one AFTER INSERT ON events BEGIN UPDATE personal SET value = 'Eve'; END",
    "CREATE TRIGGER foreign_one AFTER INSERT ON events BEGIN INSERT INTO personal VALUES (NEW.line, x'00', ''); END",
    "CREATE TABLE foreign_one (a)",
    "CREATE VIEW foreign_one AS SELECT * FROM events",
    "CREATE INDEX foreign_one ON events (type)",
    "CREATE UNIQUE INDEX foreign_one ON events (recorded_at, part) WHERE position < 10",
    "CREATE VIRTUAL TABLE foreign_one USING fts5 (a)",
    "PRAGMA user_version = 0",
    "PRAGMA user_version = 9",
    "PRAGMA application_id = 7",
    "PRAGMA journal_mode = DELETE",
    "ANALYZE",
    "VACUUM",
)
HIDDEN = """WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more)
    SELECT n AS position, 'cluster:a' AS stream, n AS version, 'x' AS type, 'x' AS decision, 1 AS part, 1 AS parts,
    'x' AS recorded_at, x'00' AS nodes, x'00' AS line FROM more"""


def added_things(path: Path, random: Random) -> str:
    """Add a trigger, table, view or index, or put a view in the place of the events."""
    statements = random.choice([(one,) for one in ADDED] * 2 + [("ALTER TABLE events RENAME TO hidden",)] * 4)
    if "RENAME" in statements[0]:
        found = HIDDEN if random.random() < 0.5 else "SELECT * FROM hidden"
        statements = (*(f"DROP TRIGGER {name}" for name in TRIGGERS), *statements, f"CREATE VIEW events AS {found}")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)
    return "; ".join(statements)


def spoilt_log(path: Path, random: Random) -> str:
    """Change the log beside the file, or put one there that is not of it."""
    log = path.with_name(path.name + LOG)
    content = bytearray(log.read_bytes()) if log.exists() else bytearray()
    if not content or random.random() < 0.2:
        content[:] = random.choice((random.randbytes(32), random.randbytes(32 + 24 + PAGE), b"\x00" * 5000))
        said = "another log"
    elif random.random() < 0.5:
        del content[random.randrange(len(content)) :]
        said = f"log cut off after {len(content)} bytes"
    else:
        at = random.randrange(len(content))
        content[at] ^= 1 << random.randrange(8)
        said = f"byte {at} of the log changed"
    log.write_bytes(content)
    if random.random() < 0.3:
        path.with_name(path.name + "-shm").write_bytes(random.randbytes(32768))
        said += ", and an index of it that is not of it"
    return said


MUTATIONS: dict[str, Mutation] = {
    "flipped bit": flipped_bit,
    "flipped bit of a header": flipped_bit_of_a_header,
    "random bytes": random_bytes,
    "copied page": copied_page,
    "cut or grown": cut_or_grown,
    "altered rows": altered_rows,
    "altered schema": altered_schema,
    "added things": added_things,
    "spoilt log": spoilt_log,
}
