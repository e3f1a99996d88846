"""The store that a ledger stands on, whatever keeps it: one append-only log of lines under one tree.

An implementation promises, and `tests/test_store_contract.py` asks of each:

- positions are dense and begin at 1; versions are dense for their stream;
- a decision is there whole or not at all, and durable when its receipt is given;
- a decision is appended to the head on which it was judged: one writer at a time does both under one lock, and the
  others wait for their turn, each as long as it asked; or a writer judges without the lock, and where the head moved
  meanwhile judges again, under it;
- a reader waits for no writer, and sees only what is whole;
- what is read is held to its leaf and the root: damage raises `LedgerDamaged` in place of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from ledger.store.types import Appended, Decided, Head, LinesRead, Prepare, PrepareAll, Sealed, StoredRow
from ledger.store.verification.damage import Damage

Location = str | PathLike[str]
Progress = Callable[[int], None]  # called with the number of events read so far
Finish = Callable[[Path], None]  # given the file of a copy, whole, before it takes its name
Judge = Callable[[list[Sealed]], Iterator[Damage]]  # what is wrong with the events of one decision
# What lines of whole decisions, of events of these types, say; None where the judge might find anything in them.
ReadLines = Callable[[Sequence[bytes], Sequence[str]], LinesRead | None]


def nothing(_: Path) -> None:
    """Add nothing to a copy."""


class Examination(Protocol):
    """A pass over all stored bytes: iterate it for the damages, then read what was rebuilt.

    It reads them as they stand at one moment, whoever writes. It trusts nothing that it reads,
    and ends for any bytes. Raises `StoreError` for what keeps it from reading.
    """

    size: int  # events read
    root: bytes  # rebuilt from the bytes of their lines
    roots: dict[int, bytes]  # rebuilt, of the sizes asked for, as far as there are so many events

    def __iter__(self) -> Iterator[Damage]:
        """Yield every damage; nothing for a store that is sound."""
        ...


class ReadStore(Protocol):
    """An open store that is only read; threads may share it. Every method raises `StoreError`."""

    read_only: bool

    @property
    def location(self) -> Location:
        """Where it lies, as errors name it, and as it can be opened again."""
        ...

    # Reading

    def head(self) -> Head:
        """Return position and record time of the last event; Head(0, None) where there is none."""
        ...

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` events, of all where None (RFC 9162, 2.1.1)."""
        ...

    def read_node(self, level: int, index: int) -> bytes:
        """Return one complete node of the tree."""
        ...

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Sealed]:
        """Yield the events after < position <= upto in order; to the head of this moment where `upto` is None.

        All of them are every byte of the ledger, and so its copy.
        """
        ...

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[StoredRow]:
        """Yield what `lines` gives, each with the nodes of the tree that its leaf completes."""
        ...

    def stream(self, name: str, upto: int | None = None) -> list[Sealed]:
        """Return the events of a stream by version, up to a position; empty for an unknown stream."""
        ...

    def of_types(self, name: str, types: Sequence[str], after: int = 0, upto: int | None = None) -> list[Sealed]:
        """Return the events of a stream that are of some types, by version, those at after < position <= upto.

        Empty for an unknown stream. The others of the stream are not read.
        """
        ...

    def length(self, name: str, upto: int | None = None) -> int:
        """Return the number of events of a stream, up to a position; 0 for an unknown stream."""
        ...

    def streams(self) -> list[str]:
        """Return the names of all streams, in no order."""
        ...

    def event(self, stream: str, version: int) -> Sealed | None:
        """Return one event by its stream and version, or None."""
        ...

    def at(self, position: int) -> Sealed | None:
        """Return the event at a position, or None."""
        ...

    def need(self, position: int) -> Sealed:
        """Return the event at a position that was there; raises `LedgerDamaged` where it is gone."""
        ...

    def among(self, positions: Iterable[int]) -> Iterator[Sealed]:
        """Yield the events at positions that were there, each once and in order."""
        ...

    def decision(self, key: str) -> list[Sealed]:
        """Return the events of a decision by part; empty where it was not recorded."""
        ...

    def decided(self, keys: Iterable[str]) -> set[str]:
        """Return which of the keys are those of recorded decisions."""
        ...

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an aware instant; 0 where there is none."""
        ...

    def decision_end(self, position: int) -> int:
        """Return the last position, up to one, that ends a decision; 0 before the first end."""
        ...

    def personal(self, commitment: str) -> tuple[bytes, str] | None:
        """Return salt and value that open a commitment; None where they were deleted or never there."""
        ...

    def openings(self, commitments: Iterable[str]) -> Iterator[tuple[str, bytes, str]]:
        """Yield commitment, salt and value of those that can be opened, each once, in no order."""
        ...

    def personal_kept(self) -> int:
        """Return how many personal values are kept; at one position of the ledger they only become fewer."""
        ...

    # Closing

    def close(self) -> None:
        """Close it; a second time does nothing."""
        ...

    def __enter__(self) -> Self:
        """Return it, to be closed at the end of the block."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Close it."""
        ...


class Store(ReadStore, Protocol):
    """An open store that can be appended to; threads may share it, processes open their own."""

    def append(self, prepare: Prepare, *, at: Callable[[], datetime]) -> Appended | None:
        """Append one decision, all of it or nothing, durably before this returns; None where there is none.

        `prepare` is called with the head, judges what was appended since, and gives the drafts of one decision in
        order; what it raises goes through, and nothing is recorded. It is called again where the head moved before they
        were recorded. `at` is asked each time; record time always grows.

        Raises `LedgerLocked`, `LedgerReadOnly`, `DiskFull`, `RecordingUncertain`, `RecordConflict`.
        """
        ...

    def append_together(self, prepare: PrepareAll, *, at: Callable[[], datetime]) -> list[Appended]:
        """Append several decisions in one commit, all or none of them, and return the receipt of each, in order.

        As `append`: `prepare` gives the drafts of each decision, none of them empty. `at` is asked once; each decision
        is recorded a microsecond after the one before it, and its receipt ends with its own last event.
        """
        ...

    def append_imported(self, batch: Sequence[Decided], *, expected_position: int) -> Appended | None:
        """Append decisions of an older record with the record times that it gives, all or none of them.

        Raises `LedgerMoved` unless the store ends at `expected_position`, and what `append` raises.
        """
        ...

    def append_stored(
        self, rows: Sequence[StoredRow], personal: Sequence[tuple[str, bytes, str]], *, expected_position: int
    ) -> None:
        """Append whole decisions as `rows` of another store gives them, with what opens their commitments; all or none.

        They are read back before it returns.

        Raises `LedgerMoved` unless the store ends at `expected_position`, `LedgerDamaged` for rows that do not follow
        it, and what `append` raises.
        """
        ...

    def forget(self, commitment: str) -> bool:
        """Delete the opening of a commitment for good, and return whether it was there; its event stays."""
        ...
