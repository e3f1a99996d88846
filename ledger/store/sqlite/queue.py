"""The queue of those who write to one ledger: locks on a file beside it, for which the kernel lets them wait.

SQLite's writers ask for its lock again and again, and whoever asks at the right moment gets it: one may wait for ever.
Here one of them asks, the head of the queue, until it has the lock; the others sleep. So nobody writes twice while
another waits, and whoever dies is forgotten. Where the file cannot be made or locked, SQLite's own waiting is left.

A lock that is let go is free until somebody who waits for it wakes, and whoever lets go could take it at once again.
So the next one waits for its turn at the door, which it holds shut meanwhile: all others wait for the door.
"""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from ledger.store.waiting import Wait

SUFFIX = "-queue"
_DOOR, _TURN, _ALL = (0, 1), (1, 1), (0, 0)  # parts of the file: from which byte, how many; none means to its end
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_OF_PARTS = hasattr(fcntl, "F_OFD_SETLKW")


class WriterQueue:
    """One writer's place in the queue of the ledger at `ledger`; not to be shared by threads at once."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger.resolve()
        self.path = self._ledger.with_name(self._ledger.name + SUFFIX)
        self._file: int | None = None
        self.held = False

    def enter(self, wait: Wait) -> bool:
        """Wait for one's turn; returns False where it did not come in time. `held` is false where there is no queue."""
        while True:
            file = self._opened()
            if file is None:
                return True
            self._file = None  # for whoever waits: its thread may outlive this wait
            turn = _Turn(file)
            if not turn.came(wait):
                return False
            if turn.failed:
                os.close(file)
                return True
            self._file = file
            if self._is_there(file):
                self.held = True
                return True
            self._close()  # the last to leave removed it meanwhile: queue at the one that stands there now

    def leave(self) -> None:
        """Let the next one in; nothing where no turn is held."""
        if self.held and self._file is not None:
            self.held = False
            _unlock(self._file, _TURN)

    def close(self) -> None:
        """Leave, and remove the file, also one that a killed writer left, unless somebody else is in the queue."""
        self.leave()
        with suppress(OSError):
            if self._file is None:
                self._file = os.open(self.path, _FLAGS)
            _lock(self._file, _ALL)
            if self._is_there(self._file):
                os.unlink(self.path)
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int | None:
        """Return the file, opened; made if need be, as open to others as the ledger itself. None where it cannot be."""
        if self._file is not None:
            return self._file
        try:
            return os.open(self.path, _FLAGS)
        except FileNotFoundError:
            pass
        except OSError:
            return None
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        except OSError:
            return None
        with suppress(OSError):
            os.fchmod(file, os.stat(self._ledger).st_mode & 0o666)
        return file

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self.path, follow_symlinks=False))
        except OSError:
            return False


class _Turn:
    """The wait for the lock on one open file: the kernel's own, which wakes in turn."""

    def __init__(self, file: int) -> None:
        self.failed = False  # the file system knows no such locks
        self._file = file
        self._came, self._given_up, self._deciding = Event(), False, Lock()

    def came(self, wait: Wait) -> bool:
        """Wait; returns False where it did not come in time. The file is then closed when its turn comes."""
        try:
            self._take(wait=False)
            return True
        except (BlockingIOError, PermissionError):  # both are said of a lock that somebody holds
            pass
        except OSError:
            self.failed = True
            return True
        if wait.seconds <= 0:
            os.close(self._file)
            return False
        Thread(target=self._wait, name="ledger-queue", daemon=True).start()
        try:
            if any(self._came.wait(seconds) for seconds in wait):
                return True
        except BaseException:
            if not self._give_up():
                os.close(self._file)
            raise
        return not self._give_up()

    def _take(self, *, wait: bool) -> None:
        """Go through the door to one's turn; raises `OSError` where that is not to be waited for, or cannot be had."""
        _lock(self._file, _DOOR, wait=wait)
        _lock(self._file, _TURN, wait=wait)
        _unlock(self._file, _DOOR)

    def _wait(self) -> None:
        try:
            self._take(wait=True)
        except OSError:
            self.failed = True
        with self._deciding:
            if self._given_up:
                os.close(self._file)  # lets the next one in
            else:
                self._came.set()

    def _give_up(self) -> bool:
        """Wait no longer; returns whether the turn had not come until now."""
        with self._deciding:
            self._given_up = not self._came.is_set()
            return self._given_up


def _lock(file: int, part: tuple[int, int], *, wait: bool = False) -> None:
    """Lock a part of a file for whoever has it open; raises `OSError`, where somebody else holds it unless one waits.

    Linux knows such locks of parts. Elsewhere the whole file is the turn, and nobody holds the door.
    """
    if _OF_PARTS:
        fcntl.fcntl(file, fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK, _flock(fcntl.F_WRLCK, part))
    elif part != _DOOR:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlock(file: int, part: tuple[int, int]) -> None:
    if _OF_PARTS:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _flock(fcntl.F_UNLCK, part))
    elif part != _DOOR:
        fcntl.flock(file, fcntl.LOCK_UN)


def _flock(kind: int, part: tuple[int, int]) -> bytes:
    """Return C's `struct flock`: kind, from where bytes are counted, first byte, number of bytes, no process."""
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, *part, 0)
