"""The memory of a witness: a folder with a file a log, each replaced whole, on the disk before anybody is answered.

Threads and processes take turns by one lock. Whatever is killed or fails leaves a file as it was, or as it was to be.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from ledger.errors import LedgerDamaged, LedgerError, OutputFailed, ProofError, StoreError, harmless
from ledger.files.inputs import read_whole
from ledger.files.outputs import flush, new_file
from ledger.witness.logs import Keys, Logs
from ledger.witness.origins import ORIGIN_BYTES_MAX, Origin, origin_id, time_given
from ledger.witness.protocol import Cosigned

_SUFFIX = ".origin"
_LOCK = "lock"
T = TypeVar("T")
_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BoundToOthers(LedgerError):
    """A log that was to be witnessed under other keys than those that it is bound to."""

    def __init__(self, name: str, keys: Keys) -> None:
        shown = ", ".join(key.short for key in keys)
        super().__init__(
            f'The log "{harmless(name)}" is bound to {shown}. If it signs with another key now, give that key and the '
            "one that it is bound to."
        )


class MemoryDamaged(LedgerDamaged):
    """The memory of a witness that is not as it was written, or is gone; `what` says which file."""

    def __init__(self, what: str) -> None:
        StoreError.__init__(self, f"The memory of this witness is damaged, and it cosigns nothing. {what}")


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into, where there is none; raises `OutputFailed`."""
    with _told(folder), suppress(FileExistsError):
        os.mkdir(folder, 0o700)
        flush(folder.absolute().parent)


class Memory:
    """What a witness remembers of the logs that it knows."""

    def __init__(self, folder: str | os.PathLike[str], logs: Logs) -> None:
        """Open the folder, made where there is none, and bind each log that is new to its keys.

        Raises `BoundToOthers`, `MemoryDamaged` for a file that is not as it was written, and `OutputFailed` where the
        folder cannot be written.
        """
        self.folder = Path(folder)
        make_folder(self.folder)
        with self._locked():
            bound = {origin.name: origin for origin in map(self._read, self._paths())}
            for name, keys in logs.items():
                self._bind(name, keys, bound.get(name))

    @contextmanager
    def held(self, name: str) -> Iterator[HeldOrigin]:
        """Give what is remembered of a log, alone with it until the block ends; `HeldOrigin.keep` stores."""
        with self._locked():
            path = self._path(origin_id(name))
            if not path.exists():
                raise MemoryDamaged(f'What it remembered of "{harmless(name)}" is gone: there is no "{path}".')
            yield HeldOrigin(self, self._read(path), self._given())

    def last(self, id_: str) -> Cosigned | None:
        """Return what was last cosigned of the log of an `origin_id`; None for nothing, and for what cannot be one."""
        path = self._path(id_)
        return self._read(path).last if _ID.fullmatch(id_) and path.exists() else None

    def set_back(self, now: int) -> int:
        """Let times that lie after `now` (seconds since 1970) be forgotten, and nothing else; returns of how many logs.

        For a clock that ran ahead and is right again: the witness would cosign nothing until it has caught up.
        """
        with self._locked():
            late = [origin for origin in map(self._read, self._paths()) if origin.last and origin.last.time > now]
            for origin in late:
                assert origin.last is not None
                self.store(origin._replace(last=origin.last._replace(time=now)))
            return len(late)

    def store(self, origin: Origin) -> None:
        """Put what is remembered of a log in place; once this returns it is on the disk. Raises `OutputFailed`."""
        with new_file(self._path(origin_id(origin.name)), force=True) as file:
            file.write(bytes(origin))

    def _bind(self, name: str, keys: Keys, before: Origin | None) -> None:
        if before is not None and not set(before.keys) & set(keys):
            raise BoundToOthers(name, before.keys)
        if before is None or before.keys != keys:
            self.store(Origin(name, keys, None if before is None else before.last))

    def _paths(self) -> list[Path]:
        with _told(self.folder):
            return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def _given(self) -> int:
        """Return the last time that was given to any log: of the files of the others, the heads alone are read."""
        return max((_undamaged(time_given, path) for path in self._paths()), default=0)

    def _read(self, path: Path) -> Origin:
        found = _undamaged(Origin.parse, path)
        if self._path(origin_id(found.name)) != path:
            raise MemoryDamaged(f'"{path}" is of another log than its name says.')
        return found

    def _path(self, id_: str) -> Path:
        return self.folder / f"{id_}{_SUFFIX}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with _told(self.folder):
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            with _told(self.folder):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


class HeldOrigin:
    """A log that nobody else changes: what is remembered of it, and the last time that was given to any log."""

    def __init__(self, memory: Memory, origin: Origin, given: int) -> None:
        self.origin, self.given = origin, given
        self._memory = memory

    def keep(self, cosigned: Cosigned) -> None:
        """Store what was cosigned; once this returns it is on the disk. Raises `OutputFailed`."""
        self._memory.store(self.origin._replace(last=cosigned))


def _undamaged(read: Callable[[bytes, str], T], path: Path) -> T:
    try:
        return read(read_whole(path, ORIGIN_BYTES_MAX) or b"", f'"{path}"')
    except ProofError as error:
        raise MemoryDamaged(str(error)) from None


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise
        raise OutputFailed(folder, error) from error
