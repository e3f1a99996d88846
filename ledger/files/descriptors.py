"""Descriptors of files that SQLite may have open in this process, closed only when it has them open no more.

Closing any descriptor of a file takes from a process all locks that it holds on that file (POSIX), SQLite's too:
another program would take itself for the last one, and remove the log that this process goes on to write to. So every
file that somebody names, and that is read or looked at by a descriptor, is opened here.
"""

from __future__ import annotations

import io
import os
from collections import defaultdict
from pathlib import Path
from threading import RLock

_Inode = tuple[int, int]

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_BESIDE = ("", "-shm")  # what SQLite locks

_deciding = RLock()  # taken again where the collector closes a file meanwhile
_databases: set[OpenDatabase] = set()
_idle: defaultdict[_Inode, list[int]] = defaultdict(list)  # of files that are open as databases; to be used again


class ReadFile(io.FileIO):
    """A file open to be read, raw; what stands there is not waited for."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open it; raises OSError, and ValueError for a path that is none."""
        self._handle = _taken(path)
        try:
            super().__init__(self._handle, "rb", closefd=False)
        except BaseException:
            _let_go(self._handle)
            raise

    def close(self) -> None:
        """Close it, or keep its descriptor for as long as SQLite has the file open; a second time does nothing."""
        if not self.closed:
            super().close()
            _let_go(self._handle)


def first_bytes(path: Path, count: int) -> bytes:
    """Return the first bytes of a file, fewer where it is shorter; raises OSError."""
    with ReadFile(path) as file:
        return os.pread(file.fileno(), count, 0)


class OpenDatabase:
    """A file that SQLite has open in this process, until `close`."""

    def __init__(self, path: Path) -> None:
        """Say so before SQLite opens it; raises OSError where there is none."""
        self._path, self._inode = os.path.abspath(path), _inode(os.stat(path))
        with _deciding:
            _databases.add(self)

    def locked(self) -> set[_Inode]:
        """Return the files that SQLite may hold locks on; where another was put in its place, on both."""
        found = {self._inode}
        for end in _BESIDE:
            try:
                found.add(_inode(os.stat(f"{self._path}{end}")))
            except OSError:
                continue
        return found

    def close(self) -> None:
        """Say that SQLite has closed it; a second time does nothing."""
        with _deciding:
            _databases.discard(self)
            locked = _locked() if _idle else set()
            for inode in _idle.keys() - locked:
                for handle in _idle.pop(inode):
                    os.close(handle)


def _taken(path: str | os.PathLike[str]) -> int:
    """Return a descriptor at the beginning of a file: one that was kept, or another."""
    with _deciding:
        if _idle and (kept := _idle.get(_inode(os.stat(path)))):
            handle = kept.pop()
            os.lseek(handle, 0, os.SEEK_SET)
            return handle
        return os.open(path, _FLAGS)


def _let_go(handle: int) -> None:
    with _deciding:
        inode = _inode(os.fstat(handle))
        if inode in _locked():
            _idle[inode].append(handle)
        else:
            os.close(handle)


def _locked() -> set[_Inode]:
    return {inode for database in _databases for inode in database.locked()}


def _inode(found: os.stat_result) -> _Inode:
    return found.st_dev, found.st_ino
