"""The choice of a store by the location of a ledger: the one place that knows which stores there are.

Every location is a SQLite file today. A second store is a twin of `ledger.store.sqlite`, a line in each function here,
and a fixture in `tests/support/stores.py`, by which the contract is asked of it too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Protocol

from ledger import clock
from ledger.store.protocol import Store
from ledger.store.sqlite.opening import check_file
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft
from ledger.store.verification.damage import Damage
from ledger.store.verification.file import Examination as FileExamination
from ledger.store.verification.file import Judge, Progress
from ledger.store.waiting import WAIT_SECONDS, Told, nobody

Location = str | PathLike[str]


class Examined(Protocol):
    """A pass over stored bytes: iterate it for the damages, then read what was rebuilt from them."""

    size: int
    root: bytes
    roots: dict[int, bytes]

    def __iter__(self) -> Iterator[Damage]:
        """Yield every damage; nothing where all is whole."""
        ...


def make(
    location: Location,
    first: Sequence[Draft] = (),
    *,
    at: Callable[[], datetime] = clock.now,
    wait_seconds: float = WAIT_SECONDS,
    told: Told = nobody,
) -> Store:
    """Make a store that begins with one decision, recorded `at`, and return it open; whole or not at all.

    Raises `LedgerExists`, `LedgerBeingMade`, `LedgerMadeUnopened` or another `StoreError`.
    """
    return SQLiteStore.create(location, first, at=at, lock_timeout_seconds=wait_seconds, told=told)


def opened(
    location: Location, *, read_only: bool = False, wait_seconds: float = WAIT_SECONDS, told: Told = nobody
) -> Store:
    """Return the store at a location, open. Whoever appends waits `wait_seconds`, and `told` is called meanwhile.

    Raises `LedgerMissing`, `ForeignFile`, `NewerFormat`, `LedgerReadOnly`, `LedgerDamaged` or another `StoreError`.
    """
    return SQLiteStore.open(location, read_only, lock_timeout_seconds=wait_seconds, told=told)


def check(location: Location) -> None:
    """Raise `StoreError` where no store can lie at a location."""
    check_file(Path(location), read_only=True)


def examination(
    location: Location, sizes: Collection[int] = (), progress: Progress | None = None, judge: Judge | None = None
) -> Examined:
    """Return the examination of all stored bytes at a location, which trusts nothing that it reads.

    `sizes` are those whose roots are wanted; `progress` is told the number of events read; `judge` is given the events
    of each decision.
    """
    return FileExamination(Path(location), sizes, progress, judge)


__all__ = ["Damage", "Examined", "Progress", "Store", "check", "examination", "make", "opened"]
