"""The examination of a ledger file: every row, node and opening is read raw and judged, never trusted.

Hashes are made anew from the stored bytes. What cannot be seen from the file alone is a ledger rewritten whole
or cut off at its end: for that, compare `roots` with a size and root that were kept elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.store.reading.queries import PAGE_ROWS
from ledger.store.sqlite.connections import reading
from ledger.store.sqlite.faults import translate
from ledger.store.sqlite.opening import check_file, check_format
from ledger.store.sqlite.schema import APPLICATION_ID, ENTRIES, FORMAT, SchemaDifference, differences
from ledger.store.verification.damage import Damage
from ledger.store.verification.passes import Row, RowsExamined, held_openings

_ROWS = """SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes
    FROM events ORDER BY position"""
_CACHE_KIB, _SCAN_KIB = 64 * 1024, 2 * 1024  # while every row is looked up in every index; while rows are read once
_KEPT = "SELECT name, seq FROM sqlite_sequence LIMIT 9"  # there is one
_PERSONAL = "SELECT commitment, salt, value FROM personal ORDER BY commitment"


class FileExamination(RowsExamined[Path]):
    """One pass over a ledger file: iterate it for the damages, then read what was rebuilt; see RowsExamined.

    All of it is read in one transaction: the ledger as it stands at one moment, whoever writes to it. It ends for any
    file: pages and schema are looked at before anything is scanned, and a scan ends where its order does.
    """

    _not_ours: frozenset[str] = frozenset()  # the tables that are not as they were made

    def __iter__(self) -> Iterator[Damage]:
        """Yield every damage, the file's first, then by position; nothing for a ledger that is whole."""
        try:
            with reading(self.path) as raw:
                raw.text_factory = _as_text
                for check in (self._begin, self._check_schema, self._check_rows, self._check_personal):
                    yield from _readable(check, raw)
        except sqlite3.Error as error:
            translated = translate(self.path, error)
            if not isinstance(translated, LedgerDamaged):
                raise translated from error
            yield _unreadable(error)

    def _begin(self, raw: sqlite3.Connection) -> Iterator[Damage]:
        """Begin one transaction for all checks, so that an append in between is no damage; look at the header."""
        raw.execute("BEGIN")
        raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")  # the check of the pages looks up every row in every index
        for pragma, expected in (("application_id", APPLICATION_ID), ("user_version", FORMAT)):
            (found,) = raw.execute(f"PRAGMA {pragma}").fetchone()
            if pragma == "user_version":
                check_format(self.path, found)
            if found != expected:
                yield Damage(None, "file", f"{pragma} {expected}", str(found))

    def _check_schema(self, raw: sqlite3.Connection) -> Iterator[Damage]:
        """Compare the schema with what create makes, word for word; look at the pages where it can be trusted."""
        differing = list(differences(raw.execute(ENTRIES).fetchall()))
        yield from map(_of_schema, differing)
        others = [difference for difference in differing if not difference.is_guard]
        self._not_ours = frozenset(one.entry.table for one in others if one.expected is not None)
        if others:
            yield Damage(None, "file", "pages that can be looked at", "a schema that cannot be trusted with it")
            return
        # The first fault is enough, and SQLite ends there: with the rest of it, it would walk in circles.
        for (fault,) in raw.execute("PRAGMA integrity_check(1)"):
            if fault != "ok":
                yield Damage(None, "file", "indexes and pages in order", str(fault))
        raw.execute(f"PRAGMA cache_size = -{_SCAN_KIB}")
        raw.execute("PRAGMA shrink_memory")  # at once: what is taken later would keep it from going back to the system

    def _check_rows(self, raw: sqlite3.Connection) -> Iterator[Damage]:
        if "events" in self._not_ours:
            return
        yield from self._walked(_rows(raw), PAGE_ROWS)
        if "sqlite_sequence" not in self._not_ours:
            yield from self._check_end(raw.execute(_KEPT).fetchall())
        self._end()

    def _check_end(self, kept: list[tuple[Any, ...]]) -> Iterator[Damage]:
        """Hold the rows to the last position that SQLite `kept`, in one row of (table, position)."""
        (table, ever), *others = kept or [("events", 0)]
        if others or table != "events" or type(ever) is not int:
            yield Damage(None, "file", "one last position, kept for events", str(kept))
        else:
            yield from self._walk.reach(ever)

    def _check_personal(self, raw: sqlite3.Connection) -> Iterator[Damage]:
        """Hold each opening to its commitment; the value itself is never shown."""
        if "personal" in self._not_ours:
            return
        yield from held_openings(_ascending(raw.execute(_PERSONAL)))


def schema_damages(path: Path) -> Iterator[Damage]:
    """Yield what of the schema is not as create makes it; raises `StoreError`."""
    check_file(path, read_only=True)
    try:
        with reading(path) as raw:
            yield from map(_of_schema, differences(raw.execute(ENTRIES).fetchall()))
    except sqlite3.Error as error:
        raise translate(path, error) from error


def stored_lines(path: Path) -> Iterator[bytes]:
    """Yield the line of each row of events in the order of positions, whatever it holds; raises `StoreError`."""
    try:
        with reading(path) as raw:
            raw.text_factory = bytes
            for _, line in _ascending(raw.execute("SELECT position, line FROM events ORDER BY position")):
                yield line if isinstance(line, bytes) else str(line).encode()
    except sqlite3.Error as error:
        raise translate(path, error) from error


def _readable(check: Callable[[sqlite3.Connection], Iterator[Damage]], raw: sqlite3.Connection) -> Iterator[Damage]:
    """Run one check; where the file cannot be read on, that is the damage."""
    try:
        yield from check(raw)
    except sqlite3.Error as error:
        yield _unreadable(error)


def _unreadable(error: sqlite3.Error) -> Damage:
    return Damage(None, "file", "a file that can be read to its end", str(error))


def _as_text(value: bytes) -> str:
    """Return a text as it is stored: bytes that are no text must reach the checks, not stop them."""
    return value.decode("utf-8", "backslashreplace")


def _rows(raw: sqlite3.Connection) -> Iterator[list[Row]]:
    """Yield the rows of events in order of position, many at a time; from what is odd in them on, one at a time.

    Raises sqlite3.DatabaseError where a row does not come after the one before.
    """
    taken = last = 0
    raw.text_factory = str  # by far the quickest; it stops at bytes that are no text
    try:
        rows = raw.execute(_ROWS)
        while some := rows.fetchmany(PAGE_ROWS):
            positions = [last, *(row[0] for row in some)]
            if set(map(type, positions)) != {int} or not all(map(lt, positions, positions[1:])):
                break
            yield some
            taken, last = taken + len(some), positions[-1]
        else:
            return
    except sqlite3.Error:
        pass  # it is met again below, and told by whoever reads on
    finally:
        raw.text_factory = _as_text
    for row in islice(_ascending(raw.execute(_ROWS)), taken, None):
        yield [row]


def _ascending(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield rows that are sorted by their first value; raises sqlite3.DatabaseError where one does not come after."""
    last = None
    for row in rows:
        first = row[0]
        if last is not None and (type(last) is not type(first) or not last < first):
            raise sqlite3.DatabaseError(f"after {last} comes {first}: its pages lead in a circle")
        last = first
        yield row


def _of_schema(difference: SchemaDifference) -> Damage:
    name = difference.name
    if difference.found is None:
        return Damage(None, "schema", f"{name} as it was made", "missing")
    found = f"{name}: {difference.found.sql}"
    return Damage(None, "schema", f"{name} as it was made" if difference.expected else f"no {name}", found)
