"""The writing side of a store on a server: batches sealed at its edge, each entered by one call of one function.

A lost connection is never answered by entering again: what became of the batch is looked up. The retry that the
`eventsourcing` library puts around its inserts records what was recorded, and reports a conflict.
"""

from __future__ import annotations

from threading import Lock

from ledger.errors import LedgerClosed, LedgerLocked
from ledger.errors.servers import ConnectionLost
from ledger.store.address import Address
from ledger.store.appending import Entered, Seal
from ledger.store.library.sealing import SealedBatch, rows_of_batch
from ledger.store.pace import Pace
from ledger.store.postgres.asked import check_format
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import Asking, DriverError, said, translate
from ledger.store.postgres.edge import ServerEdge
from ledger.store.postgres.entering import APPEND, HEAD, channel_of, given, milliseconds, take_head
from ledger.store.postgres.outcome import Backend, stands
from ledger.store.reading.nodes import Query
from ledger.store.types import Head, StoredRow
from ledger.store.waiting import Wait


class Writer:
    """One writer to one ledger; threads may share it, one of them at a time."""

    def __init__(self, address: Address, query: Query, wait: Wait) -> None:
        self.address, self._wait = address, wait
        self.pace = Pace()
        self._edge = ServerEdge(address, query)
        self._one_at_a_time = Lock()
        self._connection: Server | None = None
        self._backend: Backend | None = None
        self._closed = False

    def settle(self, sealing: Seal) -> Entered | None:
        """Let a batch be sealed at the edge, and commit it; None where there is none."""
        wait = self._wait.anew()
        if not any(self._one_at_a_time.acquire(timeout=seconds) for seconds in wait):
            raise LedgerLocked(self.address, wait.seconds)
        try:
            connection = self._opened()
            connection.told = wait.tell
            if not self.pace.expects_others:
                try:
                    return self._at_once(connection, sealing, wait)
                except _Moved:
                    self.pace.met()
            return self._locked(connection, sealing, wait)
        finally:
            self._one_at_a_time.release()

    def _at_once(self, connection: Server, sealing: Seal, wait: Wait) -> Entered | None:
        """Seal without the lock, and enter it unless the head moved since it was seen; raises `_Moved`.

        A writer that is alone so goes to the server once for each decision.
        """
        if not self._edge.is_taken_up:
            self._catch_up(connection)
        try:
            batch = sealing(self._edge)
        except Exception:
            if self._has_moved(connection):  # it was judged on what stands no more
                raise _Moved from None
            raise
        return None if batch is None else self._enter(connection, batch, wait, locked=False)

    def _locked(self, connection: Server, sealing: Seal, wait: Wait) -> Entered | None:
        """Take the lock, seal, and enter it."""
        try:
            with Asking(self.address):
                cursor = connection.execute(take_head(milliseconds(wait.left), self._edge.frontier.size))
                cursor.nextset()
                position, stamp = cursor.fetchall()[0]
                cursor.nextset()
                rows = cursor.fetchall()
            self._edge.catch_up(position, stamp, rows)
            batch = sealing(self._edge)
            entered = None if batch is None else self._enter(connection, batch, wait, locked=True)
            self.pace.passed()
            return entered
        except LedgerLocked:
            raise LedgerLocked(self.address, wait.seconds) from None
        finally:
            self._roll_back(connection)

    def _enter(self, connection: Server, batch: SealedBatch, wait: Wait, *, locked: bool) -> Entered:
        """Enter a batch at the edge, durably; raises `_Moved` where that is not the end of the ledger any more."""
        edge, frontier = self._edge, self._edge.frontier.copy()
        rows = rows_of_batch(self.address, batch, frontier)
        channel = channel_of(self.address) if self.address.notifies else ""
        parameters = given(edge.head, edge.stamp, milliseconds(wait.left), channel, rows, batch.beside.personal)
        try:
            last = _called(connection, parameters, locked=locked)
        except DriverError as error:
            last = self._looked_up(connection, rows[-1], wait, error)
        if last is None:
            raise _Moved
        before = edge.frontier
        edge.move(
            Head(frontier.size, batch.beside.recorded_at),
            rows[-1].recorded_at,
            frontier,
            batch.beside.versions,
        )
        return Entered(batch, before, frontier)

    def _looked_up(self, connection: Server, last: StoredRow, wait: Wait, error: DriverError) -> int:
        """Return the last position of a batch that stands although the driver gave an error; raises `StoreError`."""
        if not connection.closed:
            found = translate(self.address, error)
            raise LedgerLocked(self.address, wait.seconds) if isinstance(found, LedgerLocked) else found from error
        assert self._backend is not None  # there was a connection
        if not stands(self.address, self._backend, last, wait, error):
            raise ConnectionLost(self.address, said(error)) from error
        return int(last.position)

    def between(self, after: int, upto: int) -> list[StoredRow]:
        """Return the rows at after < position <= upto, if they were just read to be recorded after; else nothing."""
        return self._edge.between(after, upto)

    def _catch_up(self, connection: Server) -> None:
        with Asking(self.address):
            position, stamp = connection.execute(HEAD).fetchall()[0]
        self._edge.catch_up(position, stamp)

    def _has_moved(self, connection: Server) -> bool:
        with Asking(self.address):
            return connection.execute(HEAD).fetchall() != [(self._edge.head.position, self._edge.stamp)]

    def _opened(self) -> Server:
        if self._closed:
            raise LedgerClosed(self.address)
        if self._connection is None or self._connection.closed:
            self._connection = connect(self.address, read_only=False, wait_seconds=self._wait.seconds)
            check_format(self.address, self._connection)
            with Asking(self.address):
                self._backend = Backend(self._connection)
        return self._connection

    def _roll_back(self, connection: Server) -> None:
        """Let go of the lock, and of what was not committed under it."""
        try:
            if not connection.closed and connection.info.transaction_status:
                connection.execute("ROLLBACK")
        except DriverError:
            connection.close()  # the server lets go of it then

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()


class _Moved(Exception):
    """Another writer came first."""


def _called(connection: Server, parameters: list[object], *, locked: bool) -> int | None:
    """Call the function that enters rows, and commit; returns the last position, None where the head had moved."""
    if not locked:
        (last,) = connection.execute(APPEND, parameters).fetchall()[0]
    else:
        with connection.pipeline():
            cursor = connection.execute(APPEND, parameters)
            connection.execute("COMMIT")
        (last,) = cursor.fetchall()[0]
    return None if last is None else int(last)
