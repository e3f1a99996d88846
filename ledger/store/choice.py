"""The choice of a store by the location of a ledger: the one place that knows which stores there are.

Every location is a SQLite file today. A second store is a twin of `ledger.store.sqlite`, a line in each function here,
and a fixture in `tests/support/stores.py`, by which the contract is asked of it too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from ledger import clock
from ledger.store.protocol import Examination, Judge, Location, Progress, ReadLines, Store
from ledger.store.sqlite.examination import FileExamination
from ledger.store.sqlite.opening import check_file
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.types import Draft
from ledger.store.waiting import WAIT_SECONDS, Told, nobody


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


def examination(
    location: Location,
    sizes: Collection[int] = (),
    progress: Progress | None = None,
    judge: Judge | None = None,
    read: ReadLines | None = None,
) -> Examination:
    """Return the examination of what is stored at a location, which may be too damaged to be opened.

    See `Store.examine`. Raises `StoreError` where no store can lie there.
    """
    path = Path(location)
    check_file(path, read_only=True)
    return FileExamination(path, sizes, progress, judge, read)
