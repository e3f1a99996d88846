"""The edge at which the next event is appended: position, record time, tree and versions so far."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import Frontier
from ledger.plurals import counted
from ledger.store.appending import hold_version
from ledger.store.reading.nodes import read_frontier
from ledger.store.reading.queries import LAST, head_of
from ledger.store.reading.rows import SEALED, sealed
from ledger.store.sqlite.faults import Translated
from ledger.store.types import Head, Sealed, StoredRow

_EVER = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
_HEAD = "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1"
_BY_STREAM, _BY_DECISION = "sqlite_autoindex_events_1", "sqlite_autoindex_events_2"
# No more than one too many: pages that lead back to themselves would be read for ever.
_ENTRIES = f"SELECT count(*) FROM (SELECT 1 FROM events INDEXED BY {_BY_DECISION} LIMIT ?)"
# The stream before each is looked up, from the last on: so each costs one way down the index, and not all its events.
_ENDS = f"""WITH RECURSIVE ends(stream) AS (
    SELECT max(stream) FROM events INDEXED BY {_BY_STREAM}
    UNION ALL
    SELECT (SELECT max(stream) FROM events INDEXED BY {_BY_STREAM} WHERE stream < ends.stream)
        FROM ends WHERE stream IS NOT NULL LIMIT ?)
    SELECT ends.stream, last.* FROM ends LEFT JOIN ({SEALED}) AS last ON last.position =
        (SELECT position FROM events INDEXED BY {_BY_STREAM} WHERE stream = ends.stream ORDER BY version DESC LIMIT 1)
    WHERE ends.stream IS NOT NULL"""
_LAST_OF = f"{SEALED} WHERE stream = ? ORDER BY version DESC LIMIT 1"


class Edge:
    """What is kept in memory between appends; read anew when another process moved the head.

    Used under the write lock only, through the connection that holds it.
    """

    def __init__(self, path: object, cursor: sqlite3.Cursor) -> None:
        self.path, self.cursor = path, cursor
        self.head = Head(0, None)
        self.frontier = Frontier()
        self._stamp: str | None = None
        self._taken_up = self._is_held = False
        self._versions: dict[str, int] = {}

    def catch_up(self) -> None:
        """Take up the ledger as it is under the lock; costs one row when nothing moved."""
        position, stamp = self.cursor.execute(_HEAD).fetchone() or (0, None)
        if not self._taken_up or (position, stamp) != (self.head.position, self._stamp):
            self._read(position, stamp)

    def _read(self, position: int, stamp: str | None) -> None:
        (ever,) = self.cursor.execute(_EVER).fetchone()
        if ever != position:
            raise LedgerDamaged(self.path, f"it ends at position {position}, and once went on to {ever}")
        self.frontier = read_frontier(self._query, self.path, position)
        last = self._event(LAST, ())
        self.head, self._stamp = Head(0, None) if last is None else head_of(self.path, last), stamp
        self._versions, self._taken_up = {}, True

    def _hold_indexes(self, size: int) -> None:
        """Raise LedgerDamaged where the indexes do not lead to all events: the next would take a version again.

        That of decisions has as many entries as there are events. Where each stream in the other ends with version n,
        which is there in truth, and these n are as many in sum as there are events, no stream can have more of them.
        Costs some 15 us a stream and 50 ns an event, once for as long as the ledger is open.
        """
        ((entries,),) = self._query(_ENTRIES, (size + 1,))
        if entries != size:
            raise LedgerDamaged(self.path, f"{_BY_DECISION} has {entries} entries for {counted(size, 'event')}")
        events = 0
        for stream, *row in self._query(_ENDS, (size + 1,)):
            last = None if row[0] is None else sealed(self.path, StoredRow._make(row))
            if last is None or last.stream != stream:
                raise LedgerDamaged(self.path, f"{_BY_STREAM} does not lead to the events of stream {stream}")
            events += last.version
        if events != size:
            raise LedgerDamaged(self.path, f"{_BY_STREAM} leads to {counted(events, 'event')}, and there are {size}")
        self._is_held = True

    def _event(self, statement: str, parameters: Sequence[Any]) -> Sealed | None:
        return next((sealed(self.path, StoredRow._make(row)) for row in self._query(statement, parameters)), None)

    def _query(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with Translated(self.path):
            return self.cursor.execute(statement, parameters).fetchall()

    def version(self, stream: str, expected: int | None) -> int:
        """Return the version of the last event of a stream; 0 for one without events.

        Raises LedgerDamaged where it is another than is `expected`; and, where none
        is, where the indexes do not lead to all events.
        """
        if expected is None and not self._is_held:
            self._hold_indexes(self.head.position)
        known = self._versions.get(stream)
        if known is None:
            last = self._event(_LAST_OF, (stream,))
            if last is not None and last.stream != stream:
                raise LedgerDamaged(self.path, f'its index gives another event as the last of "{stream}"')
            known = self._versions[stream] = 0 if last is None else last.version
        hold_version(self.path, stream, known, expected)
        return known

    def look_up(self, streams: Collection[str]) -> None:
        """Nothing: one by one costs a few microseconds each."""

    def move(self, head: Head, stamp: str, frontier: Frontier, versions: dict[str, int]) -> None:
        """Take over what was committed; `stamp` is the record time of the head as it is stored."""
        self.head, self._stamp, self.frontier = head, stamp, frontier
        self._versions.update(versions)
