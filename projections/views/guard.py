"""An SQLite file that is read only as its program left it, under the locks that its seal (see views_seal) needs.

What is read is read under SQLite's shared lock, with a look at the seal before and after; what is written is written
under the exclusive lock, which is let go when the seal is closed again. So under a lock the seal holds, or somebody
else was at the file. A file that is not as it was sealed is thrown away: no page of it but the first is read, and no
log beside it is left or trusted.
"""

from __future__ import annotations

import sqlite3
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ledger.closing import Closing
from ledger.files.descriptors import OpenDatabase
from projections.views.errors import ViewsBusy, ViewsChanged, ViewsError, ViewsForeign
from projections.views.schema import APPLICATION_ID, VERSION
from projections.views.seal import CHANGED, FileEntry, Seal, entry_of, make_empty

_BUSY_SECONDS = 60.0  # for a lock; whoever waits for another to fill the views waits as long as that goes on
_CACHE_KIB = 16 * 1024
_OPENINGS_MAX = 5  # while others throw away what one opens
_UNREADABLE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
UNREADABLE = "their file could not be read"


class SealedFile(Closing):
    """One open file, or a private one where `path` is None; `made_anew` says why an earlier one was thrown away."""

    busy_seconds = _BUSY_SECONDS

    def __init__(self, path: Path | None, *, as_found: bool = False) -> None:
        """Open the file at `path`, made if need be, and made anew if it is not as it was sealed.

        With `as_found` a file that is not as it was sealed is left there: to be looked at, never to be answered from.
        """
        self.path, self.made_anew = path, ""
        self._seal = None if path is None else Seal(path)
        self._entry: FileEntry | None = None  # of the file, when it was opened
        self._held: FileEntry | None = None  # of the file, when its seal was last found to hold
        self._alone = self._broken = False  # whether the exclusive lock is held; whether the seal is open
        self._database: OpenDatabase | None = None
        self._db = self._connect()
        try:
            if path is None:
                self._enlarge_cache()
                self.make()
            else:
                self.settle(as_found=as_found)
        except BaseException:
            self.close()
            raise

    # What the file is to hold

    @abstractmethod
    def make(self) -> None:
        """Make the tables, with nothing in them."""

    @abstractmethod
    def unfit(self) -> str:
        """Return why the tables are not those that `make` makes, for this ledger, or nothing."""

    @abstractmethod
    def contents(self) -> str:
        """Return what the file says of its contents, for the digest in the seal."""

    # Opening

    def _connect(self) -> sqlite3.Connection:
        with self._in_words():
            if self.path is not None:
                make_empty(self.path)
                self._entry = entry_of(self.path)
                self._database = OpenDatabase(self.path)
            # "" is a private file of SQLite, which no other program sees and which is gone when it is closed.
            db = sqlite3.connect(self.path or "", timeout=self.busy_seconds, isolation_level=None)
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA cell_size_check = ON")
            if self.path is None:
                db.execute("PRAGMA journal_mode = MEMORY")  # where no file can grow, it is not the journal that fails
            return db

    def settle(self, *, as_found: bool = False) -> None:
        """Go on with the file at the path if it is as it was sealed; else throw it away and make another."""
        for _ in range(_OPENINGS_MAX):
            if self._entry is not None and self._entry.size == 0:
                self._make_first()
            why = self.fault()
            if not why:
                self._enlarge_cache()
            if as_found or not why:
                return
            self.made_anew = why
            self.discard()
            self.close()
            self._db, self._held = self._connect(), None
        raise ViewsError(self.path, "is changed by another program again and again")

    def fault(self) -> str:
        """Return why the file is not the one that was sealed, or nothing."""
        with self._in_words():
            try:
                with self._locked():
                    return self._fault()
            except sqlite3.DatabaseError as error:
                if _code(error) in _UNREADABLE:
                    return UNREADABLE
                raise

    def _fault(self) -> str:
        """Return why the file is not the one that was sealed, or nothing; under a lock on it."""
        if self._seal is None:
            return ""
        if self._held is not None and self._seal.holds(self._held):
            return ""
        self._held, entry = None, entry_of(self._seal.path)
        if entry is None or self._entry is None or entry[:2] != self._entry[:2]:
            return "another file was put in the place of theirs"
        application, version = self._one("PRAGMA application_id")[0], self._one("PRAGMA user_version")[0]
        if application == APPLICATION_ID and version != VERSION:
            return f"they were filled by version {version} of the projections, this is version {VERSION}"
        if application != APPLICATION_ID:
            if not self._seal.exists():
                raise ViewsForeign(self.path)
            return CHANGED
        why = self._seal.fault(entry) or self.unfit()
        if not why and not self._seal.vouches_for(entry, self.contents()):
            why = CHANGED
        if not why:
            self._held = self._entry = entry
        return why

    def _enlarge_cache(self) -> None:
        """Let SQLite keep more pages; it reads the tables' definitions for that, so that the seal comes first."""
        with self._in_words():
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

    def _make_first(self) -> None:
        """Make the tables in a file that is empty still."""
        with self._in_words(), self._locked_alone():
            now = None if self.path is None else entry_of(self.path)
            if now is not None and now.size == 0:  # nobody came first
                self._break_seal()
                self.make()

    def discard(self) -> None:
        """Throw the file away, unless another process of this program just did; `settle` makes the next."""
        with self._in_words():
            try:
                self._db.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as error:  # what is no database cannot be locked either
                if _code(error) == sqlite3.SQLITE_BUSY:
                    raise
            assert self._seal is not None
            now = entry_of(self._seal.path)
            if now is not None and self._entry is not None and now[:2] == self._entry[:2]:
                self._seal.discard()

    # Locks

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the shared lock, in which nobody writes."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            self._db.execute("PRAGMA user_version").fetchone()  # takes the lock, and looks at the first page only
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the file as it was sealed; what is read within is that. Raises `ViewsChanged`, `ViewsError`."""
        if self._db.in_transaction:  # it is held already
            yield
            return
        with self._in_words(), self._locked():
            self._hold()
            yield
            self._hold()

    def _hold(self) -> None:
        why = "" if self._broken else self._fault()
        if why:
            raise ViewsChanged(self.path, why)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only one to fill, while others read; what is done within is kept as a whole, or not at all.

        Raises `ViewsError`, and `ViewsBusy` where another process came first after all.
        """
        with self._in_words():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._hold()
                yield
            except sqlite3.Error:
                self._let_go(keep=False, sealed=False)
                raise
            except BaseException:
                self._let_go(keep=False)
                raise
            self._let_go(keep=True)

    def take_alone(self) -> None:
        """Keep everybody else out, before the first thing is written; within `writing`."""
        if self._alone or self._seal is None:
            return
        before = self.contents()
        self._db.execute("ROLLBACK")  # the lock that lets others read cannot be made one that does not
        self._lock_alone()
        self._hold()
        if self.contents() != before:
            raise ViewsBusy(self.path)
        self._break_seal()

    def _lock_alone(self) -> None:
        self._db.execute("PRAGMA journal_mode = MEMORY")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("BEGIN EXCLUSIVE")
        self._alone = True
        # The lock outlives the commit, until the seal is closed. Asked for sooner, it would keep what lock there is
        # while it waits, and two who wait would wait for each other.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")

    @contextmanager
    def _locked_alone(self) -> Iterator[None]:
        try:
            self._lock_alone()
            yield
        except BaseException:
            self._let_go(keep=False, sealed=False)
            raise
        self._let_go(keep=True)

    def _break_seal(self) -> None:
        assert self._seal is not None
        self._held = None
        self._seal.open()
        self._broken = True

    def _let_go(self, *, keep: bool, sealed: bool = True) -> None:
        """End the transaction and the lock; close the seal if it was broken, or leave it so for the file to be lost."""
        try:
            if self._db.in_transaction:
                self._db.execute("COMMIT" if keep else "ROLLBACK")
            if self._broken and sealed and self._seal is not None and self._entry is not None:
                self._held = self._entry = self._seal.close(self._entry.inode, self.contents())
        except BaseException:
            if self._db.in_transaction:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
            raise
        finally:
            self._broken = False
            if self._alone:
                self._alone = False
                with suppress(sqlite3.Error):
                    self._db.execute("PRAGMA locking_mode = NORMAL")
                    self._db.execute("PRAGMA user_version").fetchone()  # only now is the lock let go

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what SQLite and the system say into sentences that a person can act on."""
        try:
            yield
        except sqlite3.Error as error:
            if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ViewsBusy(self.path) from error
            if self._seal is not None and _code(error) in _UNREADABLE:
                self._held = None
                with suppress(OSError):
                    self._seal.take_away()  # whatever it vouches for
                raise ViewsChanged(self.path, UNREADABLE) from error
            raise ViewsError(self.path, f"cannot be used ({error})") from error
        except OSError as error:
            raise ViewsError(self.path, f"cannot be used ({error.strerror or error})") from error

    def _one(self, sql: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._db.execute(sql).fetchone()
        return found

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._db.close()
        if self._database is not None:
            self._database.close()


def _code(error: sqlite3.Error) -> int:
    """Return the primary result code, 0 where the error is Python's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
