"""A ledger in the making: a hidden file beside its place, which takes that place once its first event is in.

The queue file of the ledger is held meanwhile, so that what a run left that was killed is told from what one makes.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ledger.errors import LedgerBeingMade, LedgerExists, StoreError
from ledger.files.renaming import renamed
from ledger.store.sqlite.faults import Translated
from ledger.store.sqlite.queue import WriterQueue
from ledger.store.sqlite.schema import CREATE
from ledger.store.waiting import Wait

_SUFFIX = ".making"
_BESIDE = ("", "-wal", "-shm", "-journal")  # a database, and what SQLite puts beside it


@contextmanager
def in_the_making(place: Path) -> Iterator[Path]:
    """Yield the path of a ledger with tables and no event; when the block is done, it stands at `place`, durably.

    Where the block fails, or anything stands at `place` by then, nothing is left. Raises LedgerExists,
    LedgerBeingMade (by another program, at this moment) and StoreError.
    """
    queue = WriterQueue(place)
    if not queue.enter(Wait(0)):
        raise LedgerExists(place) if os.path.lexists(place) else LedgerBeingMade(place)
    try:
        if queue.held:
            _remove_leftovers(place)
        if os.path.lexists(place):
            raise LedgerExists(place)
        aside = place.with_name(f".{place.name}.{secrets.token_hex(4)}{_SUFFIX}")
        try:
            _make(aside, place)
            yield aside
            _put(aside, place)
        finally:
            _remove(aside)
    finally:
        queue.close()


def _make(aside: Path, place: Path) -> None:
    """Make the tables in a new file at `aside`."""
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except OSError as error:
        raise StoreError(
            f'No ledger can be made at "{place}" ({error.strerror}). '
            "Give a path in an existing folder that you may write."
        ) from error
    with Translated(place), closing(sqlite3.connect(aside, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in CREATE:
            connection.execute(statement)
        connection.execute("COMMIT")


def _put(aside: Path, place: Path) -> None:
    """Let the finished file take its place; whatever took it meanwhile keeps it."""
    try:
        _flush(aside)
        if os.path.exists(f"{aside}-wal"):  # closing folds it in; where it could not, the file lacks its events
            raise OSError(None, "its log could not be folded in")
        renamed(aside, place)
    except FileExistsError:
        raise LedgerExists(place) from None
    except OSError as error:
        raise StoreError(
            f'No ledger was made at "{place}" ({error.strerror}). Look at the disk, and try again.'
        ) from error
    try:
        _flush(place.absolute().parent)
    except OSError as error:
        raise StoreError(
            f'The ledger "{place}" was made, but its folder could not be flushed to the disk ({error.strerror}). '
            "It might be gone after a power cut: look at the disk before you record."
        ) from error


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _remove(aside: Path) -> None:
    for suffix in _BESIDE:
        with suppress(OSError):
            os.unlink(f"{aside}{suffix}")


def _remove_leftovers(place: Path) -> None:
    """Remove what killed runs left of ledgers that they were making here; nobody else makes one just now."""
    ours = re.compile(rf"\.{re.escape(place.name)}\.[0-9a-f]{{8}}{re.escape(_SUFFIX)}(?:-wal|-shm|-journal|-queue)?")
    with suppress(OSError):
        for name in os.listdir(place.absolute().parent):
            if ours.fullmatch(name):
                with suppress(OSError):
                    os.unlink(place.with_name(name))
