"""Memory that all processes of a server share: times by name, in a table of a fixed size."""

from __future__ import annotations

import fcntl
import secrets
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from mmap import mmap

from ledger.files.making import temporary_folder

_SLOT = struct.Struct("=16sd")  # a name as its keyed hash, and its time
_ROW_SLOTS = 8  # in which a name can stand
ROWS = 2_048  # of the table, unless said otherwise: 16,384 names


class SharedTimes:
    """A time for each name, 0.0 for most, seen by every process that is forked from the one that made this.

    It never grows: where the eight slots of a row are taken, the earliest time gives way. One thread of a process may
    use it, and processes wait for each other; a process that is killed keeps no other one waiting.
    """

    def __init__(self, rows: int = ROWS) -> None:
        self._rows, self._key = rows, secrets.token_bytes(16)  # nobody outside knows which names share a row
        self._table = mmap(-1, rows * _ROW_SLOTS * _SLOT.size)
        self._lock = tempfile.TemporaryFile(dir=temporary_folder())  # noqa: SIM115  # it lives as long as the table

    def of(self, name: str) -> float:
        """Return the time of a name."""
        return self.change(name, lambda stood: stood)

    def change(self, name: str, edit: Callable[[float], float]) -> float:
        """Give a name the time that `edit` makes of the one it has; return the one that it had."""
        digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()
        row = int.from_bytes(digest[:8], "big") % self._rows * _ROW_SLOTS * _SLOT.size
        with self._alone():
            slots = list(_SLOT.iter_unpack(self._table[row : row + _ROW_SLOTS * _SLOT.size]))
            at, stood = next(
                ((at, time) for at, (named, time) in enumerate(slots) if named == digest),
                (min(range(_ROW_SLOTS), key=lambda slot: slots[slot][1]), 0.0),
            )
            time = edit(stood)
            if time != stood:
                _SLOT.pack_into(self._table, row + at * _SLOT.size, digest, time)
        return float(stood)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)
