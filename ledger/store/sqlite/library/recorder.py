"""The recorder of the library over our tables: one atomic append, and the reading of streams and notifications."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import sleep
from types import TracebackType
from typing import Any

from eventsourcing.persistence import (
    ConnectionPoolClosedError,
    ConnectionUnavailableError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from ledger.errors import LedgerClosed, LedgerDamaged, LedgerLocked, LedgerReadOnly
from ledger.store.library.recorder import LineRecorder
from ledger.store.library.sealing import Beside, SealedBatch, rows_of_batch
from ledger.store.reading.rows import SEALED
from ledger.store.sqlite.commit import stands
from ledger.store.sqlite.edge import Edge
from ledger.store.sqlite.faults import Translated
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.opening import check_schema
from ledger.store.sqlite.schema import ENTRIES
from ledger.store.types import Head, StoredRow
from ledger.store.waiting import Wait

_FIRST_PAUSE_SECONDS, _PAUSE_SECONDS = 0.0005, 0.008
_INSERT_EVENT = """INSERT INTO events (position, stream, version, type, decision, part, parts, recorded_at, line, nodes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_PERSONAL = "INSERT OR REPLACE INTO personal VALUES (?, ?, ?)"
_SELECT_WRITTEN = f"{SEALED} WHERE position >= ? ORDER BY position"
_SELECT_PERSONAL = "SELECT commitment, salt, value FROM personal WHERE commitment = ?"
_DELETE_PERSONAL = "DELETE FROM personal WHERE commitment = ?"
_AT_ONCE = 500  # rows read back in one go
# For rows by the thousand, which touch pages all over both indexes: with SQLite's own 2 MB each is read anew.
_WIDER_CACHE = "PRAGMA cache_size = -8000"
_AS_PARTS = "Events enter the ledger as parts of decisions: append them to the store."


class Pooled(Translated):
    """A block that the errors of the driver and of the pool leave as errors of ours."""

    __slots__ = ()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ConnectionPoolClosedError):
            raise LedgerClosed(self.path) from error
        if isinstance(error, ConnectionUnavailableError):
            raise LedgerLocked(self.path) from error
        super().__exit__(kind, error, trace)


class Locked:
    """A block that holds the write lock; it gives the edge at which to append."""

    __slots__ = ("_recorder",)

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder

    def __enter__(self) -> Edge:
        return self._recorder.lock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._recorder.release()


def _pages(rows: Sequence[StoredRow]) -> Iterator[Sequence[StoredRow]]:
    return (rows[first : first + _AT_ONCE] for first in range(0, len(rows), _AT_ONCE))


def _begun(cursor: sqlite3.Cursor, seconds: float) -> bool:
    """Begin a transaction that may write, asking for some seconds; returns False where another program writes.

    It asks more often than SQLite by itself would: only the head of the queue does so.
    """
    cursor.execute("PRAGMA busy_timeout = 0")
    slept, pause = 0.0, _FIRST_PAUSE_SECONDS
    while True:
        try:
            # IMMEDIATE: a transaction that reads first and locks later fails when another wrote in between.
            cursor.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
        if slept >= seconds:
            return False
        sleep(pause)
        slept, pause = slept + pause, min(2 * pause, _PAUSE_SECONDS)


# The interface of the library and its tests ask for None where there is no event; its own recorder says 0.
class LedgerRecorder(LineRecorder, SQLiteApplicationRecorder):  # type: ignore[misc]  # of two bases, one says None
    """Appends under one lock: rows, nodes of the tree and openings of personal data, all or none."""

    datastore: LedgerDatastore
    path: Path

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "events") -> None:
        super().__init__(datastore, events_table_name)
        self.path = self.datastore.path
        # The pool's own writer lock is taken while its queue is held, so that a reader inside `prepare` would
        # wait for a writer that waits for it. Writers of this process queue here instead.
        self._writers = Lock()
        self._edge: Edge | None = None
        self._schema_version: int | None = None  # of the schema that was found to be ours

    def construct_create_table_statements(self) -> list[str]:
        """Nothing: a ledger file is made whole by opening.create_file."""
        return []

    def locked(self) -> Locked:
        """Return the block that holds the write lock; what insert_events did not commit is rolled back at its end."""
        return Locked(self)

    def lock(self) -> Edge:
        """Take the write lock, and take up what others appended; raises LedgerReadOnly, LedgerLocked, LedgerDamaged."""
        if self.datastore.read_only:
            raise LedgerReadOnly(self.path)
        wait, queue = self.datastore.wait.anew(), self.datastore.queue
        if not any(self._writers.acquire(timeout=seconds) for seconds in wait):
            raise LedgerLocked(self.path, wait.seconds)
        try:
            if queue is not None and not queue.enter(wait):
                raise LedgerLocked(self.path, wait.seconds)
            with Pooled(self.path):
                edge = self._begin(wait)
            if queue is not None:
                queue.leave()  # whoever is next asks for SQLite's lock from now on, and alone
            return edge
        except BaseException:
            self.release()
            raise

    def _begin(self, wait: Wait) -> Edge:
        if self._edge is None:
            connection = self.datastore.pool.get_connection()
            self._edge, self._schema_version = Edge(self.path, connection.cursor().sqlite_cursor), None
        if not any(_begun(self._edge.cursor, seconds) for seconds in wait):
            raise LedgerLocked(self.path, wait.seconds)
        self._check_schema(self._edge.cursor)
        self._edge.catch_up()
        return self._edge

    def _check_schema(self, cursor: sqlite3.Cursor) -> None:
        """Look at the schema again if it was changed since: a foreign trigger can make rows go elsewhere."""
        (version,) = cursor.execute("PRAGMA schema_version").fetchone()
        if version != self._schema_version:
            check_schema(self.path, cursor.execute(ENTRIES).fetchall(), read_only=False)
            self._schema_version = version

    def release(self) -> None:
        """Let go of the write lock, and of what was not committed under it."""
        try:
            if self._edge is not None and self._edge.cursor.connection.in_transaction:
                self._edge.cursor.execute("ROLLBACK")
        except sqlite3.Error:
            self._edge = None  # it cannot be gone on with; what was under way is not committed
        finally:
            if self.datastore.queue is not None:
                self.datastore.queue.leave()
            self._writers.release()

    def finish(self) -> None:
        """Fold what was appended into the ledger file, so that the file alone is the ledger; leave the queue."""
        if self._edge is not None:
            with suppress(sqlite3.Error):  # it stands in the log, and the next to close tries again
                self._edge.cursor.execute("PRAGMA busy_timeout = 0")
                self._edge.cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._edge = None
        if self.datastore.queue is not None:
            self.datastore.queue.close()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        beside: Beside | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Append the events with their nodes and commit; returns their positions. Call it under `locked`."""
        if beside is None:
            raise ProgrammingError(_AS_PARTS)
        rows = self.insert_batch(SealedBatch(list(stored_events), beside))
        return [row.position for row in rows]

    def insert_batch(self, batch: SealedBatch) -> Sequence[StoredRow]:
        """Append a batch and commit; returns its rows. Call it under `locked`."""
        edge = self._edge
        if edge is None or not edge.cursor.connection.in_transaction:
            raise ProgrammingError(_AS_PARTS)
        frontier = edge.frontier.copy()
        rows = rows_of_batch(self.path, batch, frontier)
        with Translated(self.path):
            if batch.rows:
                edge.cursor.execute(_WIDER_CACHE)
            self._write(edge, rows, batch.beside.personal)
        edge.move(Head(frontier.size, batch.beside.recorded_at), rows[-1].recorded_at, frontier, batch.beside.versions)
        return rows

    def _write(self, edge: Edge, rows: Sequence[StoredRow], personal: Sequence[tuple[str, bytes, str]]) -> None:
        edge.cursor.executemany(_INSERT_EVENT, rows)
        if personal:
            edge.cursor.executemany(_INSERT_PERSONAL, personal)
        self._read_back(edge.cursor, rows, personal)
        last = rows[-1]
        try:
            edge.cursor.execute("COMMIT")
        except sqlite3.Error as error:
            if not stands(self.path, edge.cursor, last.position, last.line, error):
                raise

    def _read_back(
        self, cursor: sqlite3.Cursor, rows: Sequence[StoredRow], personal: Sequence[tuple[str, bytes, str]]
    ) -> None:
        """Raise LedgerDamaged unless what was written stands there: a receipt is given for nothing else."""
        written = cursor.execute(_SELECT_WRITTEN, (rows[0].position,))
        there = all(written.fetchmany(_AT_ONCE) == list(some) for some in _pages(rows)) and written.fetchone() is None
        for commitment, opening in {commitment: (commitment, *rest) for commitment, *rest in personal}.items():
            there = there and cursor.execute(_SELECT_PERSONAL, (commitment,)).fetchall() == [opening]
        if not there:
            raise LedgerDamaged(self.path, "what is written to it is not what stands there then; nothing was recorded")

    def delete_personal(self, commitment: str) -> bool:
        """Delete the opening of a commitment and its traces in the log file; returns whether it was there."""
        with self.locked() as edge, Translated(self.path):
            gone = edge.cursor.execute(_DELETE_PERSONAL, (commitment,)).rowcount > 0
            edge.cursor.execute("COMMIT")
            edge.cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT on a connection of the pool and give its rows."""
        if self.datastore.copy is not None:
            self.datastore.copy.check()
        with Pooled(self.path):
            connection = self.datastore.pool.get_connection()
            try:
                return connection.cursor().sqlite_cursor.execute(statement, parameters).fetchall()
            finally:
                self.datastore.pool.put_connection(connection)
