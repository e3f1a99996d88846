"""Values put aside in order: in memory while they are few, else in a private file that is gone with them."""

from __future__ import annotations

import marshal
import weakref
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar

from ledger.files.making import temporary_folder
from ledger.lots import lots

AT_ONCE = 1_000  # values that are in memory together
_BYTES_IN_MEMORY = 2**20
_Value = TypeVar("_Value")


class Spool(Generic[_Value]):
    """Texts, numbers, tuples and mappings of such, to be read as often as one likes, by any number of readers."""

    def __init__(self, values: Iterable[_Value] = ()) -> None:
        self._file = SpooledTemporaryFile(_BYTES_IN_MEMORY, dir=temporary_folder())  # noqa: SIM115  # closed with the spool
        weakref.finalize(self, self._file.close)
        self._places: list[tuple[int, int]] = []  # where each lot begins, and its length
        self._last: list[_Value] = []
        self._end = 0
        for lot in lots(values, AT_ONCE):
            self._last = lot
            if len(lot) == AT_ONCE:
                self._put()

    def add(self, value: _Value) -> None:
        """Put one more value behind the others."""
        self._last.append(value)
        if len(self._last) >= AT_ONCE:
            self._put()

    def _put(self) -> None:
        """Put aside the values that are in memory."""
        lot = marshal.dumps(self._last)
        self._file.seek(self._end)
        self._file.write(lot)
        self._places.append((self._end, len(lot)))
        self._end += len(lot)
        self._last = []

    def __len__(self) -> int:
        return len(self._places) * AT_ONCE + len(self._last)

    def __iter__(self) -> Iterator[_Value]:
        for start, length in self._places:
            self._file.seek(start)
            yield from marshal.loads(self._file.read(length))
        yield from self._last
