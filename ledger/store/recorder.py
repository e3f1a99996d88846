"""The library's recorder over our tables: one atomic append, and the reading of streams and notifications."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import Notification, ProgrammingError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from ledger.errors import LedgerLocked, LedgerReadOnly
from ledger.integrity.tree import leaf_hash
from ledger.store.connections import LedgerDatastore
from ledger.store.edge import Edge
from ledger.store.faults import translated

_INSERT_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PERSONAL = "INSERT OR REPLACE INTO personal VALUES (?, ?, ?)"
_DELETE_PERSONAL = "DELETE FROM personal WHERE commitment = ?"
_SELECT_STREAM = "SELECT stream, version, type, line FROM events WHERE stream = ?"
_SELECT_NOTIFICATIONS = "SELECT stream, version, type, line, position FROM events WHERE position >= ?"


class Columns(NamedTuple):
    """What is stored beside the library's four columns of an event."""

    decision: str
    part: int
    parts: int
    recorded_at: str


class LedgerRecorder(SQLiteApplicationRecorder):
    """Appends under one lock: rows, nodes of the tree and openings of personal data, all or none."""

    datastore: LedgerDatastore

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "events") -> None:
        super().__init__(datastore, events_table_name)
        self.path = self.datastore.path
        # The pool's own writer lock is taken while its queue is held, so that a reader inside `prepare` would
        # wait for a writer that waits for it. Writers of this process queue here instead.
        self._writers = Lock()
        self._edge: Edge | None = None

    def construct_create_table_statements(self) -> list[str]:
        """Nothing: a ledger file is made whole by opening.create_file."""
        return []

    @contextmanager
    def locked(self) -> Iterator[Edge]:
        """Hold the write lock of the ledger; what insert_events did not commit is rolled back at the end."""
        if self.datastore.read_only:
            raise LedgerReadOnly(self.path)
        if not self._writers.acquire(timeout=self.datastore.lock_timeout_seconds):
            raise LedgerLocked(self.path)
        try:
            with translated(self.path):
                edge = self._begin()
            yield edge
        finally:
            self._release()

    def _begin(self) -> Edge:
        if self._edge is None:
            connection = self.datastore.pool.get_connection()
            self._edge = Edge(self.path, connection.cursor().sqlite_cursor)
        # IMMEDIATE: a transaction that reads first and locks later fails when another wrote in between.
        self._edge.cursor.execute("BEGIN IMMEDIATE")
        self._edge.catch_up()
        return self._edge

    def _release(self) -> None:
        try:
            if self._edge is not None and self._edge.cursor.connection.in_transaction:
                self._edge.cursor.execute("ROLLBACK")
        finally:
            self._writers.release()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        columns: Sequence[Columns] = (),
        personal: Sequence[tuple[str, bytes, str]] = (),
        **_: Any,
    ) -> Sequence[int]:
        """Append the events with their nodes and commit; gives their positions. Call it under `locked`."""
        edge = self._edge
        if edge is None or not edge.cursor.connection.in_transaction or len(columns) != len(stored_events):
            raise ProgrammingError("Events enter the ledger as parts of decisions: use SQLiteStore.append.")
        first, frontier = edge.head.position + 1, edge.frontier.copy()
        rows: list[tuple[Any, ...]] = []
        for position, (event, beside) in enumerate(zip(stored_events, columns, strict=True), first):
            nodes = b"".join(frontier.append(leaf_hash(event.state)))
            stream, version, topic, line = event.originator_id, event.originator_version, event.topic, event.state
            rows.append((position, stream, version, topic, *beside, nodes, line))
        with translated(self.path):
            self._write(edge.cursor, rows, personal)
        versions = {str(event.originator_id): event.originator_version for event in stored_events}
        edge.move(frontier.size, columns[-1].recorded_at, frontier, versions)
        return range(first, frontier.size + 1)

    @staticmethod
    def _write(
        cursor: sqlite3.Cursor,
        rows: Sequence[tuple[Any, ...]],
        personal: Sequence[tuple[str, bytes, str]],
    ) -> None:
        cursor.executemany(_INSERT_EVENT, rows)
        if personal:
            cursor.executemany(_INSERT_PERSONAL, personal)
        cursor.execute("COMMIT")

    def delete_personal(self, commitment: str) -> bool:
        """Delete the opening of a commitment and its traces in the log file; gives whether it was there."""
        with self.locked() as edge, translated(self.path):
            gone = edge.cursor.execute(_DELETE_PERSONAL, (commitment,)).rowcount > 0
            edge.cursor.execute("COMMIT")
            edge.cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT on a connection of the pool and give its rows."""
        with translated(self.path):
            connection = self.datastore.pool.get_connection()
            try:
                return connection.cursor().sqlite_cursor.execute(statement, parameters).fetchall()
            finally:
                self.datastore.pool.put_connection(connection)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Give the events of a stream by version, for the library."""
        statement, parameters = _SELECT_STREAM, [str(originator_id), gt or 0]
        statement += " AND version > ?"
        if lte is not None:
            statement, parameters = f"{statement} AND version <= ?", [*parameters, lte]
        statement += f" ORDER BY version {'DESC' if desc else 'ASC'} LIMIT ?"
        return [StoredEvent(*row) for row in self.query(statement, [*parameters, -1 if limit is None else limit])]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Give the events from a position on, for the library: a notification's id is its position."""
        after = start or 0
        parameters: list[Any] = [after if inclusive_of_start or start is None else after + 1]
        statement = _SELECT_NOTIFICATIONS
        if stop is not None:
            statement, parameters = f"{statement} AND position <= ?", [*parameters, stop]
        if topics:
            statement += f" AND type IN ({', '.join('?' * len(topics))})"
            parameters += topics
        rows = self.query(f"{statement} ORDER BY position LIMIT ?", [*parameters, limit])
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int:
        """Give the position of the last event; 0 for an empty ledger."""
        position: int = self.query("SELECT coalesce(max(position), 0) FROM events")[0][0]
        return position
