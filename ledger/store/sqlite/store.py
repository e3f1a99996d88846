"""The store of one machine: a SQLite file that holds the ledger's lines and their tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Self

from ledger import clock
from ledger.closing import Closing
from ledger.errors import LedgerMadeUnopened, StoreError
from ledger.store.appending import Appending, Entered, Seal
from ledger.store.reading.nodes import StoredTree
from ledger.store.reading.queries import Reading
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.eventlog import EventLog
from ledger.store.sqlite.making import in_the_making
from ledger.store.sqlite.opening import check_file, check_opened
from ledger.store.types import Draft
from ledger.store.waiting import WAIT_SECONDS, Told, Wait, nobody


class SQLiteStore(Appending, Reading, Closing):
    """An open ledger file; threads may share it, processes open their own."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        self.path: Path = datastore.path
        self.read_only = datastore.read_only
        self.log = EventLog(datastore)  # the notification log of the library stands here, too
        self.tree = StoredTree(self.query, self.path)

    @property
    def location(self) -> Path:
        """The path of the file."""
        return self.path

    @classmethod
    def create(
        cls,
        path: str | PathLike[str],
        first: Sequence[Draft] = (),
        *,
        at: Callable[[], datetime] = clock.now,
        lock_timeout_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Make a ledger at `path` and open it; its first decision is in it, recorded `at`, when it appears there.

        Raises LedgerExists, LedgerBeingMade, LedgerMadeUnopened, or another StoreError where none is made.
        """
        place = Path(path)
        with (
            in_the_making(place) as aside,
            cls(LedgerDatastore(place, read_only=False, wait=Wait(0), aside=aside)) as store,
        ):
            store.append(lambda _: first, at=at)
        try:
            return cls.open(path, lock_timeout_seconds=lock_timeout_seconds, told=told)
        except StoreError as error:
            raise LedgerMadeUnopened(path, error) from error

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        read_only: bool = False,
        *,
        lock_timeout_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Open the ledger at `path`.

        Whoever appends waits for the write lock as long as `lock_timeout_seconds`; `told` is called several times
        a second meanwhile, with the seconds waited, and what it raises ends the wait.

        To read, one that lies where this user may not write and nobody has open is copied first, and read as it then
        stood; once it is written to, reading raises StoreError.

        Raises LedgerMissing, ForeignFile (also for a folder or an empty file), NewerFormat, LedgerReadOnly
        (asked to write where it may not), LedgerDamaged or another StoreError.
        """
        place = Path(path)
        check_file(place, read_only=read_only)
        store = cls(LedgerDatastore(place, read_only=read_only, wait=Wait(lock_timeout_seconds, told)))
        try:
            check_opened(place, store.query, read_only=read_only)
        except BaseException:
            store.close()
            raise
        return store

    def settle(self, sealing: Seal) -> Entered | None:
        """Let a batch be sealed under the write lock, and commit it.

        What the library's own `save` does before that (looking through aggregates for pending events, taking
        snapshots, making a notification of each event) has nothing to do here and costs as much as the rest.
        """
        with self.log.recorder.locked() as edge:
            before, batch = edge.frontier, sealing(edge)
            if batch is None:
                return None
            self.log.recorder.insert_batch(batch)
            return Entered(batch, before, edge.frontier)

    def forget(self, commitment: str) -> bool:
        """Delete the opening of a commitment for good; returns whether it was there. Its event stays."""
        return self.log.recorder.delete_personal(commitment)

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT over the tables of schema.py and give its rows; raises StoreError."""
        return self.log.recorder.query(statement, parameters)

    def close(self) -> None:
        """Close every connection; a second time does nothing. What was appended is folded into the one file."""
        self.log.recorder.finish()
        self.log.close()
