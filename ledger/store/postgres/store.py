"""The store of several machines: a schema of a PostgreSQL database that holds the ledger's lines and their tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from ledger.closing import Closing
from ledger.errors import LedgerDamaged, LedgerReadOnly
from ledger.errors.servers import MayNotRecord
from ledger.store.address import Address
from ledger.store.appending import Appending, Entered, Seal
from ledger.store.postgres.asked import AskedServer
from ledger.store.postgres.connections import connect
from ledger.store.postgres.driver import Asking
from ledger.store.postgres.opening import check_to_record
from ledger.store.postgres.writer import Writer
from ledger.store.reading.nodes import StoredTree
from ledger.store.reading.queries import AFTER, PAGE_ROWS, Reading
from ledger.store.types import StoredRow
from ledger.store.waiting import WAIT_SECONDS, Told, Wait, nobody

if TYPE_CHECKING:
    from ledger.store.postgres.log import ServerLog

_FORGET = "SELECT forget(%s)"


class PostgresStore(Appending, Reading, Closing):
    """An open ledger on a server; threads may share it, processes open their own."""

    path: Address
    all_events = "events"

    def __init__(self, address: Address, asked: AskedServer, *, read_only: bool, wait: Wait) -> None:
        self.path, self.read_only = address, read_only
        self._asked = asked
        self.writer = Writer(address, asked.query, wait)
        self.tree = StoredTree(self.query, address)

    @property
    def location(self) -> Address:
        """The address, which can be shown."""
        return self.path

    @cached_property
    def log(self) -> ServerLog:
        """This ledger as an application of the `eventsourcing` library, whose notification log stands here, too."""
        from ledger.store.postgres.log import ServerLog  # what only records and reads goes without the library

        return ServerLog(self.path, self.query, self.writer)

    @classmethod
    def open(
        cls,
        location: str,
        read_only: bool = False,
        *,
        lock_timeout_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Open the ledger at an address.

        Whoever appends waits for others as long as `lock_timeout_seconds`; `told` is called several times a second
        meanwhile, with the seconds waited, and what it raises ends the wait.

        Raises LedgerMissing, NewerFormat, ServerRefused, ServerUnfit, MayNotRecord (asked to write where it may not),
        LedgerDamaged or another StoreError.
        """
        address = Address(location)
        asked = AskedServer(address)
        try:
            if not read_only:
                check_to_record(address, asked.query)
        except BaseException:
            asked.close()
            raise
        return cls(address, asked, read_only=read_only, wait=Wait(lock_timeout_seconds, told))

    def settle(self, sealing: Seal) -> Entered | None:
        """Let a batch be sealed at the edge of the ledger, and commit it; None where there is none."""
        if self.read_only:
            raise LedgerReadOnly(self.path)
        return self.writer.settle(sealing)

    def append_stored(
        self, rows: Sequence[StoredRow], personal: Sequence[tuple[str, bytes, str]], *, expected_position: int
    ) -> None:
        """Append rows of another store, as `Appending`, and read them back; raises LedgerDamaged where others stand."""
        super().append_stored(rows, personal, expected_position=expected_position)
        for first in range(0, len(rows), PAGE_ROWS):
            page = list(rows[first : first + PAGE_ROWS])
            if self.query(AFTER, (page[0].position - 1, page[-1].position)) != page:
                raise LedgerDamaged(self.path, "what was written to it is not what stands there")

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[StoredRow]:
        """Yield rows, as `Reading`; those at the edge are held already, and asked for again as others wait for it."""
        if upto is not None and (known := self.writer.between(after, upto)):
            return iter(known)
        return super().rows(after, upto)

    def forget(self, commitment: str) -> bool:
        """Delete the opening of a commitment for good; returns whether it was there. Its event stays.

        Raises MayNotRecord for a user who is not granted the role of the keeper.
        """
        if self.read_only:
            raise MayNotRecord(self.path, "it is open to be read.")
        with Asking(self.path), connect(self.path, read_only=False) as connection:
            return bool(connection.execute(_FORGET, (commitment,)).fetchall()[0][0])

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT over the tables of schema.py and give its rows; raises StoreError."""
        return self._asked.query(statement, parameters)

    def close(self) -> None:
        """Close every connection; a second time does nothing."""
        self.writer.close()
        self._asked.close()
