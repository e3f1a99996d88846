"""The actors of a simulated history: writers and readers, each with objects of its own as a process has them."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Event
from typing import Any

from ledger.application import Ledger, Receipt
from ledger.errors import LedgerError, Refused
from ledger.events.envelope import Recorder
from ledger.instants import stamp
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.waiting import Wait
from projections.views.read_model import Views
from simulation.model import Acknowledged, Document
from simulation.places import Place

START = datetime(2024, 6, 1, 10, tzinfo=UTC)
REGISTRY = Recorder(id="Registry", basis="configured")
PATIENCE = 60.0  # seconds that one waits for a lock that a dead process still has


class Clock:
    """A clock that somebody may set, and that otherwise goes on a little each time it is read."""

    def __init__(self) -> None:
        self.instant = START

    def __call__(self) -> datetime:
        self.instant += timedelta(milliseconds=7)
        return self.instant

    def jump(self, seconds: int) -> None:
        """Set it forwards or backwards."""
        self.instant += timedelta(seconds=seconds)


class Actor:
    """One process: what it has in memory is gone when it dies, its clock and what it wrote down stay."""

    def __init__(self, place: Place, name: str) -> None:
        self.place, self.name, self.clock = place, name, Clock()
        self._ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened if need be."""
        if self._ledger is None:
            self._ledger = Ledger.open(self.place.location, recorder=REGISTRY, clock=self.clock, wait_seconds=PATIENCE)
        return self._ledger

    def close(self) -> None:
        """Close everything, as a process does that ends well."""
        if self._ledger is not None:
            self._ledger.close()
        self._ledger = None

    def forget(self) -> None:
        """Lose everything, after the connections were closed raw; the system closes its files."""
        if self._ledger is not None:
            _close_files(self._ledger.store)
        self._ledger = None


class Writer(Actor):
    """Somebody who records."""

    def record(self, documents: tuple[Document, ...], *, patient: bool) -> list[Receipt]:
        """Record documents, accepting whatever needs acceptance; raises what the ledger raises."""
        self._wait(PATIENCE if patient else 0)
        if len(documents) > 1:
            return self.ledger.record_together(documents)
        try:
            return [self.ledger.record(documents[0])]
        except Refused as refused:
            if refused.refusals or not refused.acceptances:
                raise
            held = dict.fromkeys(notice[:2] for notice in refused.acceptances)
        accept = [{"rule": rule, "on": on, "because": "So be it."} for rule, on in held]
        return [self.ledger.record({**documents[0], "accept": accept})]

    def _wait(self, seconds: float) -> None:
        store: Any = self.ledger.store
        if hasattr(store, "writer"):
            store.writer._wait = Wait(seconds)
        else:
            store.log.recorder.datastore.wait = Wait(seconds)


class Reader(Actor):
    """Somebody who reads: through views that are kept in a file, and by following the log."""

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self.seen: list[tuple[int, bytes]] = []  # what it wrote down of the log: it outlives the process
        self._views: Views | None = None
        self._told: Any = None  # its subscription

    @property
    def views(self) -> Views:
        """The views, opened if need be."""
        if self._views is None:
            self._views = Views(self.ledger, self.place.views)
        return self._views

    def look(self, position: int) -> None:
        """Fill the views to a position that ends a decision, or to the head."""
        self.views.catch_up(upto=position or None)

    def follow(self, count: int) -> None:
        """Take the next events of the log, at most some, and no more than there are: one by a subscription."""
        store: Any = self.ledger.store
        after = self.seen[-1][0] if self.seen else 0
        if self.name != "R1":
            for row in islice(self.ledger.rows(after), count):
                self.seen.append((row.position, row.line))
            return
        if self._told is None:
            self._told = store.log.recorder.subscribe(after)
            self._told._stopped = Impatience()
        self._told._stopped.clear()
        for notification in islice(self._told, count):
            self.seen.append((notification.id, notification.state))

    def close(self) -> None:
        """Close the views too."""
        if self._views is not None:
            self._views.close()
        self._views = self._told = None
        super().close()

    def forget(self) -> None:
        """Lose the views too; their file stays."""
        if self._views is not None:
            with suppress(LedgerError):
                self._views.close()
        self._views = self._told = None
        super().forget()


class Impatience(Event):
    """What a subscription waits on where there is nothing new: it ends the wait, and the step with it."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for nothing."""
        self.set()
        return True


def receipt_of(receipt: Receipt) -> Acknowledged:
    """Return what a receipt says, as the model has it."""
    return Acknowledged(receipt.positions, stamp(receipt.recorded_at), receipt.tree_size, receipt.root)


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return json.loads(json.dumps(value))


def _close_files(store: Any) -> None:
    """Close the files that a store has open beside its connections, so that the locks on them go."""
    if isinstance(store, SQLiteStore):
        datastore = store.log.recorder.datastore
        if datastore.queue is not None:
            datastore.queue._close()
        datastore._file.close()
