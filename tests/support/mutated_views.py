"""Single mutations of the folder that views lie in: their file, what stands beside it, and what is in their place."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from ledger.application.seen.file import NAME as SEEN
from projections.views.file import ViewsFile
from projections.views.schema import NAMES
from projections.views.seal import Seal
from support.mutated_ledgers import (
    Mutation,
    copied_page,
    cut_or_grown,
    flipped_bit,
    flipped_bit_of_a_header,
    random_bytes,
)


def sealed_again(folder: Path) -> None:
    """Vouch for views that were copied to a folder, as the program that filled them vouched for the first ones."""
    for path in folder.glob("*.views"):
        with closing(ViewsFile(path, path.stem, as_found=True)) as file:
            Seal(path).close(path.stat().st_ino, file.contents())


def _columns(raw: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in raw.execute(f"PRAGMA table_info({table})")]


def changed_row(path: Path, random: Random) -> str:
    """Change one column of one row of any table, or of all its rows."""
    with closing(sqlite3.connect(path)) as raw:
        table = random.choice(NAMES)
        key, *columns = _columns(raw, table)
        column = random.choice([key, *columns])
        value = random.choice(("1", "0", "'\"Forged\"'", "NULL", f"{column} + 1", f"{column} || 'x'", f"-{column}"))
        one = random.random() < 0.7
        where = f" WHERE {key} = (SELECT {key} FROM {table} LIMIT 1 OFFSET {random.randrange(9)})" if one else ""
        statement = f"UPDATE OR REPLACE {table} SET {column} = {value}{where}"
        return _done(raw, statement)


def deleted_rows(path: Path, random: Random) -> str:
    """Delete some rows of a table, or all."""
    with closing(sqlite3.connect(path)) as raw:
        table = random.choice(NAMES)
        column = random.choice(_columns(raw, table))
        wheres = ("", f" WHERE {column} = (SELECT max({column}) FROM {table})", f" WHERE {column} > 5")
        return _done(raw, f"DELETE FROM {table}{random.choice(wheres)}")


def added_rows(path: Path, random: Random) -> str:
    """Add the rows of a table once more, with one column changed."""
    with closing(sqlite3.connect(path)) as raw:
        table = random.choice(NAMES)
        columns = _columns(raw, table)
        changed = random.choice(columns)
        said = ", ".join(f"{name} || '1'" if name == changed else name for name in columns)
        key = f"(SELECT max({columns[0]}) FROM {table}) + {columns[0]}"
        said = said if random.random() < 0.5 else ", ".join([key, *columns[1:]])
        return _done(raw, f"INSERT OR REPLACE INTO {table} SELECT {said} FROM {table}")


def _done(raw: sqlite3.Connection, statement: str) -> str:
    try:
        count = raw.execute(statement).rowcount
        raw.commit()
    except sqlite3.Error as error:
        return f"{statement} ({error})"
    return f"{statement} ({count} rows)"


SCHEMAS = (
    "DROP INDEX rows_by_key",
    "DROP INDEX rows_by_start",
    "DROP INDEX decisions_by_reference",
    "CREATE INDEX foreign_index ON rows (value)",
    "CREATE TABLE foreign_table (value)",
    "CREATE VIEW foreign_view AS SELECT * FROM rows",
    "CREATE TRIGGER t AFTER UPDATE ON filled BEGIN UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'; END",
    "CREATE TRIGGER t BEFORE INSERT ON rows BEGIN SELECT raise(ignore); END",
    "ALTER TABLE rows ADD COLUMN foreign_column",
    "ALTER TABLE mentions RENAME TO mentions_before",
    "PRAGMA user_version = 1",
    "PRAGMA application_id = 7",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "PRAGMA journal_mode = WAL",
)
_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i"


def changed_schema(path: Path, random: Random) -> str:
    """Change a setting, or what the file says that its tables are; or let a table be one that never ends."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        if random.random() < 0.7:
            return _done(raw, random.choice(SCHEMAS))
        table = random.choice([name for name in NAMES if name != "spans"])
        view = f"{_ENDLESS} AS {', i AS '.join(_columns(raw, table))} FROM n"
        raw.execute(f"DROP TABLE {table}")
        return _done(raw, f"CREATE VIEW {table} AS {view}")


def rewritten_schema(path: Path, random: Random) -> str:
    """Write another definition of a table straight into the schema."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        change = random.choice(
            ("sql = replace(sql, 'NOT NULL', '')", "rootpage = 2", "rootpage = rootpage + 1", "sql = 'no definition'")
        )
        return _done(raw, f"UPDATE sqlite_master SET {change} WHERE name = '{random.choice(NAMES)}'")


def left_log(path: Path, random: Random) -> str:
    """Leave a log or a journal beside the file that SQLite would take for what it left itself."""
    mode, suffix = random.choice((("WAL", "-wal"), ("DELETE", "-journal"), ("PERSIST", "-journal")))
    other = path.with_name("other")
    shutil.copy(path, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA journal_mode = {mode}")
        raw.execute("PRAGMA cache_size = 1")
        raw.execute("BEGIN")
        raw.execute("UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
        if mode == "WAL":
            raw.execute("COMMIT")
        shutil.copy(f"{other}{suffix}", f"{path}{suffix}")
        if with_file := random.random() < 0.5:
            shutil.copy(other, path)
        raw.execute("ROLLBACK") if mode != "WAL" else None
    for left in path.parent.glob("other*"):
        left.unlink()
    return f"a {suffix} of mode {mode}{' and the file that it belongs to' if with_file else ''}"


def edited_seal(path: Path, random: Random) -> str:
    """Edit, cut, delete or swap the seal; or let it fit the entry of a file that was changed."""
    seal = path.with_suffix(".seal")
    text = seal.read_bytes()
    kind = random.choice(("flipped", "cut", "deleted", "grown", "another", "fitted", "folder", "pipe"))
    if kind == "flipped":
        flipped_bit(seal, random)
    elif kind == "cut":
        seal.write_bytes(text[: random.randrange(len(text))])
    elif kind == "grown":
        seal.write_bytes(text + random.choice((b"\n", text, bytes(5000))))
    elif kind == "another":
        seal.write_bytes(random.choice((b"{}", b"[]", b"null", b'{"state":"being filled"}\n', b"\xff")))
    elif kind == "fitted":
        changed_row(path, random)
        found = os.stat(path)
        entry = [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
        seal.write_text(json.dumps({**json.loads(text), "file": entry}, separators=(",", ":")) + "\n")
    else:
        seal.unlink()
        if kind == "folder":
            seal.mkdir()
        elif kind == "pipe":
            os.mkfifo(seal)
    return f"the seal {kind}"


def edited_seen(path: Path, random: Random) -> str:
    """Edit, cut or replace what was last seen of the ledger."""
    seen = path.parent / SEEN
    kind = random.choice((flipped_bit, random_bytes, None))
    if kind is None:
        seen.write_bytes(random.choice((b"", b"{", b"[" * 50_000, b'{"size": 1e400}', b'{"size": 99}')))
        return "something else in place of what was seen"
    with suppress(ValueError):  # a range longer than the file
        return kind(seen, random)
    return "nothing"


def put_in_its_place(path: Path, random: Random) -> str:
    """Put something else where the file was: nothing, a folder, a link, a pipe, another database, a copy of itself."""
    kept = path.with_name("kept")
    os.replace(path, kept)
    makes: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "nothing at all": lambda: path.with_suffix(".seal").unlink(),
        "an empty file": path.touch,
        "a folder": path.mkdir,
        "a link": lambda: path.symlink_to(kept),
        "a link that leads nowhere": lambda: path.symlink_to("nowhere"),
        "a pipe": lambda: os.mkfifo(path),
        "a copy": lambda: shutil.copy2(kept, path),
        "text": lambda: path.write_text("These are no views. " * 500),
    }
    what = random.choice(list(makes))
    makes[what]()
    return what


def changed_in_secret(path: Path, random: Random) -> str:
    """Change a row, and put the time of the last change back."""
    before = os.stat(path)
    said = changed_row(path, random)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return f"{said}, and the time put back"


MUTATIONS: dict[str, Mutation] = {
    "bit": flipped_bit,
    "bit of a header": flipped_bit_of_a_header,
    "bytes": random_bytes,
    "page": copied_page,
    "length": cut_or_grown,
    "changed row": changed_row,
    "changed row, time put back": changed_in_secret,
    "deleted rows": deleted_rows,
    "added rows": added_rows,
    "schema": changed_schema,
    "rewritten schema": rewritten_schema,
    "left log": left_log,
    "seal": edited_seal,
    "seen": edited_seen,
    "in its place": put_in_its_place,
}
