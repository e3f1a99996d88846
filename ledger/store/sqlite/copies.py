"""A private copy of a ledger file, for whoever may read it and may not write beside it.

SQLite reads a ledger together with its log (`-wal`) and an index of that log (`-shm`). Where the two are not there, it
makes them, even to read. In a folder that one may not write it cannot; and where it can, the files would belong to the
reader, and keep the one who records from writing.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

from ledger.errors import StoreError
from ledger.files.descriptors import ReadFile
from ledger.files.making import private_folder

_TRIES = 5
_TICK_SECONDS = 0.02  # longer than the step in which a file system counts the times of its files
_COPIED = ("", "-wal", "-journal")
_PIECE_BYTES = 1 << 20


def may_write(path: Path) -> bool:
    """Return whether this user may write to a ledger and beside it."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


def needs_copy(path: Path) -> bool:
    """Return whether the ledger at `path` is to be read from a copy: SQLite would have to write beside it."""
    path = path.resolve()
    if may_write(path):
        return False
    return not all(_beside(path, end).exists() for end in ("-wal", "-shm"))


class PrivateCopy:
    """A copy of a ledger file and its log as they stood at one moment, in a folder that only this user can read."""

    def __init__(self, path: Path) -> None:
        """Copy; raises StoreError where the file cannot be read, or is written to again and again."""
        self.original = path.resolve()
        self._held = ExitStack()
        self.path = self._held.enter_context(private_folder()) / "copy.ledger"
        try:
            self._state = self._copy()
        except OSError as error:
            self.close()
            raise StoreError(
                f'The ledger "{path}" lies where you may not write, and it could not be copied to "{self.path.parent}" '
                f"to be read there ({error.strerror}). Copy the ledger and its log (-wal) to a folder of yours."
            ) from error
        except BaseException:
            self.close()
            raise

    def _copy(self) -> tuple[object, ...]:
        for _ in range(_TRIES):
            before = _state(self.original)
            time.sleep(_TICK_SECONDS)  # so that whatever is written from here on changes the times of the files
            for end in _COPIED:
                _beside(self.path, end).unlink(missing_ok=True)
                if _beside(self.original, end).exists():
                    with ReadFile(_beside(self.original, end)) as file, open(_beside(self.path, end), "xb") as copy:
                        shutil.copyfileobj(file, copy, _PIECE_BYTES)
            if before == _state(self.original):
                return before
        raise StoreError(
            f'The ledger "{self.original}" is being written to, and lies where you may not write. Try again.'
        )

    def check(self) -> None:
        """Raise StoreError where the original was written to since: the copy would lack what is new."""
        if _state(self.original) != self._state:
            raise StoreError(
                f'The ledger "{self.original}" was written to while it was read from a copy. Open it again.'
            )

    def close(self) -> None:
        """Remove the copy; a second time does nothing."""
        self._held.close()


def _state(path: Path) -> tuple[object, ...]:
    """Return what changes whenever somebody writes to a ledger."""
    times: list[object] = []
    for end in (*_COPIED, "-shm"):
        try:
            status = os.stat(_beside(path, end))
            times.append((status.st_ino, status.st_size, status.st_mtime_ns))
        except FileNotFoundError:
            times.append(None)
    return tuple(times)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
