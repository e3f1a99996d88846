"""Descriptors of ledger files beside SQLite's own, closed only when SQLite has the file open no more.

Closing any descriptor of a file takes from a process all locks that it holds on that file (POSIX), SQLite's too:
another program would take itself for the last one, and remove the log that this process goes on to write to.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from threading import Lock

_Inode = tuple[int, int]

_deciding = Lock()
_stores: Counter[_Inode] = Counter()  # open ones of this process
_kept: dict[_Inode, int] = {}  # one descriptor a file, for as long as a store is open


def first_bytes(path: Path, count: int) -> bytes:
    """Return the first bytes of a file, fewer where it is shorter; raises OSError."""
    with _deciding:
        found = _inode(os.stat(path))
        file = _kept.get(found)
        if file is None:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            if _stores[found]:
                _kept[found] = file
        try:
            return os.pread(file, count, 0)
        finally:
            if not _stores[found]:
                os.close(file)


class OpenFile:
    """A file that SQLite has open in this process, until `close`."""

    def __init__(self, path: Path) -> None:
        with _deciding:
            self._inode: _Inode | None = _inode(os.stat(path))
            _stores[self._inode] += 1

    def close(self) -> None:
        """Say that SQLite has closed it; a second time does nothing."""
        with _deciding:
            found, self._inode = self._inode, None
            if found is None:
                return
            _stores[found] -= 1
            if not _stores[found]:
                del _stores[found]
                if (file := _kept.pop(found, None)) is not None:
                    os.close(file)


def _inode(found: os.stat_result) -> _Inode:
    return found.st_dev, found.st_ino
