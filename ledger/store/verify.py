"""Holding a ledger file to itself: every row, node and opening is read raw and judged, never trusted.

Hashes are made anew from the stored bytes. What cannot be seen from the file alone is a ledger rewritten whole
or cut off at its end: for that, compare `roots` with a size and root that were kept elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path

from ledger.events.commitments import Opening, opens
from ledger.integrity.tree import EMPTY_ROOT, Frontier
from ledger.store.connections import connect, uri_of
from ledger.store.damage import Damage
from ledger.store.faults import Translated
from ledger.store.reading import PAGE_ROWS
from ledger.store.schema import APPLICATION_ID, FORMAT, TABLES, TRIGGERS
from ledger.store.sqlite import SQLiteStore
from ledger.store.verify_events import RowWalk

_ROWS = """SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes
    FROM events ORDER BY position"""
_KEPT = "SELECT name, seq FROM sqlite_sequence ORDER BY name"
_SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@'"
_PERSONAL = "SELECT commitment, salt, value FROM personal ORDER BY commitment"
Progress = Callable[[int], None]


class Verification:
    """One pass over a ledger file: iterate it for the damages, then read what was rebuilt.

    `size` is the number of rows read, `root` the root rebuilt from their bytes, `roots` the rebuilt roots of
    the sizes asked for, as far as there are so many rows. `progress` is told the number of rows read, now and then.
    """

    def __init__(self, path: Path, sizes: Collection[int] = (), progress: Progress | None = None) -> None:
        self.path, self.size, self.root = path, 0, EMPTY_ROOT
        self.roots: dict[int, bytes] = {}
        self._sizes, self._progress = frozenset(sizes), progress

    def __iter__(self) -> Iterator[Damage]:
        """Give every damage, the file's first, then by position; nothing for a ledger that is whole."""
        uri = uri_of(self.path, read_only=True)
        with Translated(self.path):
            raw = connect(uri, read_only=True)
        with closing(raw):
            # Bytes that are no text must reach the checks, not stop them.
            raw.text_factory = lambda value: value.decode("utf-8", "backslashreplace")
            for check in (_begin, _check_schema, self._check_rows, _check_personal, _check_pages):
                yield from _readable(check, raw)

    def _check_rows(self, raw: sqlite3.Connection) -> Iterator[Damage]:
        frontier, walk = Frontier(), RowWalk()
        self._keep(frontier)
        try:
            for row in raw.execute(_ROWS):
                leaf, damages = walk.check(row)
                yield from damages
                frontier.append(leaf)
                if frontier.size in self._sizes:
                    self._keep(frontier)
                if self._progress is not None and frontier.size % PAGE_ROWS == 0:
                    self._progress(frontier.size)
            yield from walk.end()
            yield from walk.reach(raw.execute(_KEPT).fetchall())
        finally:
            self._keep(frontier)

    def _keep(self, frontier: Frontier) -> None:
        self.size, self.root = frontier.size, frontier.root()
        if self.size in self._sizes:
            self.roots[self.size] = self.root


def verify_rows(store: SQLiteStore, sizes: Collection[int] = (), progress: Progress | None = None) -> Verification:
    """Verify the file under an open store, as it stands at one moment; see Verification."""
    return Verification(store.path, sizes, progress)


def _readable(check: Callable[[sqlite3.Connection], Iterator[Damage]], raw: sqlite3.Connection) -> Iterator[Damage]:
    """Run one check; where the file cannot be read on, that is the damage."""
    try:
        yield from check(raw)
    except sqlite3.Error as error:
        yield Damage(None, "file", "a file that can be read to its end", str(error))


def _begin(raw: sqlite3.Connection) -> Iterator[Damage]:
    """Begin one transaction for all checks, so that an append in between is no damage; look at the header."""
    raw.execute("BEGIN")
    for pragma, expected in (("application_id", APPLICATION_ID), ("user_version", FORMAT)):
        (found,) = raw.execute(f"PRAGMA {pragma}").fetchone()
        if found != expected:
            yield Damage(None, "file", f"{pragma} {expected}", str(found))


def _check_schema(raw: sqlite3.Connection) -> Iterator[Damage]:
    """Compare tables and triggers with those of schema.py, word for word."""
    expected, found = {**TABLES, **TRIGGERS}, dict(raw.execute(_SCHEMA).fetchall())
    for name in sorted(expected.keys() | found.keys()):
        if found.get(name) != expected.get(name):
            missing, added = name not in found, name not in expected
            said = "missing" if missing else f"{name}: {found[name]}"
            yield Damage(None, "schema", f"nothing called {name}" if added else f"{name} as it was made", said)


def _check_personal(raw: sqlite3.Connection) -> Iterator[Damage]:
    """Hold each opening to its commitment; the value itself is never shown."""
    for commitment, salt, value in raw.execute(_PERSONAL):
        fits = isinstance(salt, bytes) and isinstance(value, str) and isinstance(commitment, str)
        if not fits or not opens(Opening(commitment, salt, value)):
            yield Damage(None, "personal", f"a salt and value that open {commitment}", "others")


def _check_pages(raw: sqlite3.Connection) -> Iterator[Damage]:
    """Let SQLite compare its indexes with its tables: a forged index hides rows from those who ask by it."""
    for (said,) in raw.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield Damage(None, "file", "indexes and pages in order", str(said))
