"""The store of one machine: a SQLite file that holds the ledger's lines and their tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, Self

from ledger import clock
from ledger.closing import Closing
from ledger.errors import LedgerMadeUnopened, LedgerMoved, RecordConflict, StoreError
from ledger.instants import TICK, next_instant, stamp
from ledger.store.library.sealing import ends_of, seal
from ledger.store.protocol import Judge, Progress, ReadLines
from ledger.store.reading.nodes import StoredTree
from ledger.store.reading.queries import Reading
from ledger.store.sqlite.edge import Edge
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.eventlog import EventLog
from ledger.store.sqlite.making import in_the_making
from ledger.store.sqlite.opening import check_file, check_opened
from ledger.store.types import CLOCK_RAN_BACKWARDS, Appended, Decided, Draft, Prepare, PrepareAll
from ledger.store.waiting import WAIT_SECONDS, Told, Wait, nobody


class SQLiteStore(Reading, Closing):
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

    def append(self, prepare: Prepare, *, at: Callable[[], datetime]) -> Appended | None:
        """Append one decision, all of it or nothing, durably before this returns.

        `prepare` is called with the head under the write lock, so that it can judge what was appended since
        it last looked; it gives the drafts in order, parts 1 to n of one decision. What it raises goes through
        unchanged; where it gives none, nothing is recorded: None. `at` gives the aware time, asked under the
        lock; where it is not after the last record time, the next microsecond is taken and a notice given.
        Raises LedgerLocked, LedgerReadOnly, DiskFull, StorageFailed, RecordingUncertain, LedgerDamaged,
        RecordConflict (recorded already).
        """
        with self.log.recorder.locked() as edge:
            drafts = prepare(edge.head)
            if not drafts:
                return None
            instant, backwards = next_instant(edge.head.recorded_at, at())
            return self._save(edge, [(drafts, instant)], (CLOCK_RAN_BACKWARDS,) if backwards else ())

    def append_together(self, prepare: PrepareAll, *, at: Callable[[], datetime]) -> list[Appended]:
        """Append several decisions in one commit, all or none of them; returns the receipt of each, in order.

        `prepare` is called as by append, and gives the drafts of each decision, none of them empty; `at` is asked
        once. Each decision is recorded a microsecond after the one before, so that their times tell their order.
        Raises what append raises.
        """
        with self.log.recorder.locked() as edge:
            decisions = prepare(edge.head)
            if not decisions:
                return []
            instant, backwards = next_instant(edge.head.recorded_at, at())
            batch = [(drafts, instant + number * TICK) for number, drafts in enumerate(decisions)]
            events, beside = seal(batch, edge.version)
            assert beside is not None  # no decision is without an event
            ends = ends_of(events, beside.columns, edge.frontier)
            self.log.recorder.insert_events(events, beside=beside)
        versions = iter([event.originator_version for event in events])
        receipts: list[Appended] = []
        for number, ((drafts, recorded_at), (last, root)) in enumerate(zip(batch, ends, strict=True)):
            own, first = tuple(islice(versions, len(drafts))), last - len(drafts) + 1
            notices = (CLOCK_RAN_BACKWARDS,) if backwards and number == 0 else ()
            receipts.append(Appended(first, last, recorded_at, root, own, notices))
        return receipts

    def append_imported(self, batch: Sequence[Decided], *, expected_position: int) -> Appended | None:
        """Append decisions of an older record with the record times it gives, all of them or nothing.

        `batch` holds (drafts, aware record time) in order; an empty one records nothing: None. Raises
        LedgerMoved unless the ledger ends at `expected_position`, RecordConflict where a time lies before
        the one before it, and what append raises.
        """
        with self.log.recorder.locked() as edge:
            if edge.head.position != expected_position:
                raise LedgerMoved(expected_position, edge.head.position)
            last = edge.head.recorded_at
            for drafts, instant in batch:
                if last is not None and instant < last:
                    what = f"{drafts[0].decision if drafts else 'a decision'} has record time {stamp(instant)}"
                    raise RecordConflict(self.path, f"{what}, before that of the decision before it, {stamp(last)}")
                last = instant
            return self._save(edge, batch, ())

    def _save(self, edge: Edge, decided: Iterable[Decided], notices: tuple[str, ...]) -> Appended | None:
        """Seal decisions and hand their events to the recorder, which commits; None where there is no event.

        What the library's own `save` does before that (looking through aggregates for pending events, taking
        snapshots, making a notification of each event) has nothing to do here and costs as much as the rest.
        """
        events, beside = seal(decided, edge.version)
        if beside is None:
            return None
        positions = self.log.recorder.insert_events(events, beside=beside)
        versions = tuple([event.originator_version for event in events])
        return Appended(positions[0], positions[-1], beside.recorded_at, edge.frontier.root(), versions, notices)

    def forget(self, commitment: str) -> bool:
        """Delete the opening of a commitment for good; returns whether it was there. Its event stays."""
        return self.log.recorder.delete_personal(commitment)

    def examine(
        self,
        sizes: Collection[int] = (),
        progress: Progress | None = None,
        judge: Judge | None = None,
        read: ReadLines | None = None,
    ) -> FileExamination:
        """Return a pass over the file, read raw over a connection of its own."""
        return FileExamination(self.path, sizes, progress, judge, read)

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT over the tables of schema.py and give its rows; raises StoreError."""
        return self.log.recorder.query(statement, parameters)

    def close(self) -> None:
        """Close every connection; a second time does nothing. What was appended is folded into the one file."""
        self.log.recorder.finish()
        self.log.close()
