"""Appending, the same for every store: decisions are judged and sealed at the edge of the ledger, and have receipts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple, Protocol

from ledger.errors import LedgerDamaged, LedgerMoved, RecordConflict
from ledger.instants import TICK, next_instant, stamp
from ledger.integrity.tree import Frontier
from ledger.store.library.sealing import SealedBatch, ends_of, following, seal
from ledger.store.types import CLOCK_RAN_BACKWARDS, Appended, Decided, Head, Prepare, PrepareAll, StoredRow


class AppendEdge(Protocol):
    """The edge at which a store appends: nobody else does, or it is found out before anything is recorded."""

    head: Head
    frontier: Frontier  # of the tree so far

    def version(self, stream: str, expected: int | None) -> int:
        """Return the version of the last event of a stream, 0 for one without events.

        Raises `LedgerDamaged`, also where it is another than is `expected` by a count along the log.
        """
        ...

    def look_up(self, streams: Collection[str]) -> None:
        """Look up the versions of many streams at once, where that is quicker than one by one."""
        ...


def hold_version(path: object, stream: str, found: int, expected: int | None) -> None:
    """Raise LedgerDamaged where a store finds another last version of a stream than is expected.

    Its index would lead the next event to a version that is taken. Nothing is held where none is expected.
    """
    if expected is not None and expected != found:
        raise LedgerDamaged(path, f'its index leads to version {found} of stream "{stream}", which has {expected}')


class Entered(NamedTuple):
    """Events as they were committed, and the trees before and after them."""

    batch: SealedBatch
    before: Frontier
    after: Frontier


Seal = Callable[[AppendEdge], SealedBatch | None]  # None where there is nothing to be recorded


class Appending(ABC):
    """What can be appended to a store that settles what was sealed at its edge."""

    path: object

    @abstractmethod
    def settle(self, sealing: Seal) -> Entered | None:
        """Let a batch be sealed at the edge, and commit it; None where there is none. What it raises goes through."""

    def append(self, prepare: Prepare, *, at: Callable[[], datetime]) -> Appended | None:
        """Append one decision, all of it or nothing, durably before this returns.

        `prepare` is called with the head, so that it can judge what was appended since it last looked; it gives the
        drafts in order, parts 1 to n of one decision. Where the head moves before they are recorded, it is called
        again. What it raises goes through unchanged; where it gives none, nothing is recorded: None. `at` gives the
        aware time; where it is not after the last record time, the next microsecond is taken and a notice given.
        Raises LedgerLocked, LedgerReadOnly, DiskFull, StorageFailed, RecordingUncertain, LedgerDamaged,
        RecordConflict (recorded already).
        """
        backwards = False

        def sealed_at(edge: AppendEdge) -> SealedBatch | None:
            nonlocal backwards
            drafts = prepare(edge.head)
            if not drafts:
                return None
            instant, backwards = next_instant(edge.head.recorded_at, at())
            return seal([(drafts, instant)], edge.version)

        entered = self.settle(sealed_at)
        return None if entered is None else _receipt(entered, (CLOCK_RAN_BACKWARDS,) if backwards else ())

    def append_together(self, prepare: PrepareAll, *, at: Callable[[], datetime]) -> list[Appended]:
        """Append several decisions in one commit, all or none of them; returns the receipt of each, in order.

        `prepare` is called as by append, and gives the drafts of each decision, none of them empty; `at` is asked
        once. Each decision is recorded a microsecond after the one before, so that their times tell their order.
        Raises what append raises.
        """
        backwards, decided = False, list[Decided]()

        def sealed_at(edge: AppendEdge) -> SealedBatch | None:
            nonlocal backwards, decided
            decisions = prepare(edge.head)
            if not decisions:
                return None
            instant, backwards = next_instant(edge.head.recorded_at, at())
            decided = [(drafts, instant + number * TICK) for number, drafts in enumerate(decisions)]
            return seal(decided, edge.version)

        entered = self.settle(sealed_at)
        return [] if entered is None else _receipts(entered, decided, backwards=backwards)

    def append_imported(self, batch: Sequence[Decided], *, expected_position: int) -> Appended | None:
        """Append decisions of an older record with the record times it gives, all of them or nothing.

        `batch` holds (drafts, aware record time) in order; an empty one records nothing: None. Raises
        LedgerMoved unless the ledger ends at `expected_position`, RecordConflict where a time lies before
        the one before it, and what append raises.
        """

        def sealed_at(edge: AppendEdge) -> SealedBatch | None:
            if edge.head.position != expected_position:
                raise LedgerMoved(expected_position, edge.head.position)
            self._hold_times(batch, edge.head.recorded_at)
            edge.look_up({draft.stream for drafts, _ in batch for draft in drafts})
            return seal(batch, edge.version)

        entered = self.settle(sealed_at)
        return None if entered is None else _receipt(entered, ())

    def append_stored(
        self, rows: Sequence[StoredRow], personal: Sequence[tuple[str, bytes, str]], *, expected_position: int
    ) -> None:
        """Append whole decisions as `rows` of another store gives them, with what opens their commitments; all or none.

        Raises LedgerMoved unless the ledger ends at `expected_position`, LedgerDamaged for rows that do not follow it,
        and what append raises.
        """

        def sealed_at(edge: AppendEdge) -> SealedBatch | None:
            if edge.head.position != expected_position:
                raise LedgerMoved(expected_position, edge.head.position)
            edge.look_up({row.stream for row in rows})
            return following(self.path, rows, personal, edge.head.recorded_at, edge.version)

        self.settle(sealed_at)

    def _hold_times(self, batch: Sequence[Decided], last: datetime | None) -> None:
        """Raise RecordConflict where a record time lies before the one before it."""
        for drafts, instant in batch:
            if last is not None and instant < last:
                what = f"{drafts[0].decision if drafts else 'a decision'} has record time {stamp(instant)}"
                raise RecordConflict(self.path, f"{what}, before that of the decision before it, {stamp(last)}")
            last = instant


def _receipt(entered: Entered, notices: tuple[str, ...]) -> Appended:
    """Return the receipt of all that was committed."""
    versions = tuple([event.originator_version for event in entered.batch.events])
    first, last = entered.before.size + 1, entered.after.size
    return Appended(first, last, entered.batch.beside.recorded_at, entered.after.root(), versions, notices)


def _receipts(entered: Entered, decided: Sequence[Decided], *, backwards: bool) -> list[Appended]:
    """Return the receipt of each decision that was committed, in order."""
    events, beside = entered.batch.events, entered.batch.beside
    ends = ends_of(events, beside.columns, entered.before)
    versions = iter([event.originator_version for event in events])
    receipts: list[Appended] = []
    for number, ((drafts, recorded_at), (last, root)) in enumerate(zip(decided, ends, strict=True)):
        own, first = tuple(islice(versions, len(drafts))), last - len(drafts) + 1
        notices = (CLOCK_RAN_BACKWARDS,) if backwards and number == 0 else ()
        receipts.append(Appended(first, last, recorded_at, root, own, notices))
    return receipts
