"""The edge at which the next event is appended: position, record time, tree and versions so far."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import Frontier
from ledger.store.nodes import read_node
from ledger.store.reading import HEAD, instant_at
from ledger.store.types import Head

_EVER = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
_VERSION = "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?"


class Edge:
    """What is kept in memory between appends; read anew when another process moved the head.

    Used under the write lock only, through the connection that holds it.
    """

    def __init__(self, path: object, cursor: sqlite3.Cursor) -> None:
        self.path, self.cursor = path, cursor
        self.head = Head(0, None)
        self.frontier = Frontier()
        self._stamp: str | None = None
        self._taken_up = False
        self._versions: dict[str, int] = {}

    def catch_up(self) -> None:
        """Take up the ledger as it is under the lock; costs one row when nothing moved."""
        position, stamp = self.cursor.execute(HEAD).fetchone() or (0, None)
        if not self._taken_up or (position, stamp) != (self.head.position, self._stamp):
            self._read(position, stamp)

    def _read(self, position: int, stamp: str | None) -> None:
        (ever,) = self.cursor.execute(_EVER).fetchone()
        if ever != position:
            raise LedgerDamaged(self.path, f"it ends at position {position}, and once went on to {ever}")
        self.frontier = Frontier.of(position, self._node)
        at = None if stamp is None else instant_at(self.path, position, stamp)
        self.head, self._stamp = Head(position, at), stamp
        self._versions, self._taken_up = {}, True

    def _node(self, level: int, index: int) -> bytes:
        return read_node(self._query, self.path, level, index)

    def _query(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self.cursor.execute(statement, parameters).fetchall()

    def version(self, stream: str) -> int:
        """Give the version of the last event of a stream; 0 for a stream without events."""
        known = self._versions.get(stream)
        if known is None:
            (known,) = self.cursor.execute(_VERSION, (stream,)).fetchone()
            self._versions[stream] = known
        return known

    def move(self, head: Head, stamp: str, frontier: Frontier, versions: dict[str, int]) -> None:
        """Take over what was committed; `stamp` is the record time of the head as it is stored."""
        self.head, self._stamp, self.frontier = head, stamp, frontier
        self._versions.update(versions)
