"""The pass over stored rows, whichever database gives them: told of, judged, and rebuilt into roots."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Generic, TypeVar

from ledger.events.commitments import Opening, opens
from ledger.integrity.tree import EMPTY_ROOT
from ledger.store.protocol import Judge, Progress, ReadLines
from ledger.store.types import StoredRow
from ledger.store.verification.damage import Damage
from ledger.store.verification.events import RowWalk

_PART, _PARTS = map(StoredRow._fields.index, ("part", "parts"))
_AT_ONCE_MAX = 5_000  # rows of a decision that is longer than a page
Row = tuple[Any, ...]
Place = TypeVar("Place")


class RowsExamined(Generic[Place]):
    """One pass over a ledger at `path`: iterate it for the damages, then read what was rebuilt.

    `size` is the number of rows read, `root` the root rebuilt from their bytes, `roots` the rebuilt roots of
    the sizes asked for, as far as there are so many rows. `progress` is told the number of rows read, now and then
    and at the end. `judge` is given the events of each decision, to find damage in what they say, but for those
    whose lines `read` finds sound, all at once and quickly.
    """

    def __init__(
        self,
        path: Place,
        sizes: Collection[int] = (),
        progress: Progress | None = None,
        judge: Judge | None = None,
        read: ReadLines | None = None,
    ) -> None:
        self.path = path
        self.size, self.root = 0, EMPTY_ROOT
        self.roots: dict[int, bytes] = {}
        self._sizes, self._progress = frozenset(sizes), progress
        self._walk = RowWalk(judge, read)

    def _walked(self, read: Iterator[list[Row]], at_once: int) -> Iterator[Damage]:
        """Judge rows that come some at a time, `at_once` of them or a little more in memory."""
        self._keep()
        try:
            for page in pages(self._told(read), self._sizes, at_once):
                yield from self._walk.take(page)
                self._keep()
            yield from self._walk.end()
        finally:
            self._keep()

    def _end(self) -> None:
        """Tell how many rows were read in all."""
        if self._progress is not None:
            self._progress(self.size)

    def _told(self, read: Iterator[list[Row]]) -> Iterator[list[Row]]:
        """Yield rows some at a time, and tell how many were read."""
        number = 0
        for some in read:
            number += len(some)
            if self._progress is not None and len(some) > 1:
                self._progress(number)
            yield some

    def _keep(self) -> None:
        self.size, self.root = self._walk.frontier.size, self._walk.frontier.root()
        if self.size in self._sizes:
            self.roots[self.size] = self.root


def held_openings(rows: Iterator[Row]) -> Iterator[Damage]:
    """Hold each opening to its commitment; the value itself is never shown."""
    for commitment, salt, value in rows:
        fits = isinstance(salt, bytes) and isinstance(value, str) and isinstance(commitment, str)
        if not fits or not opens(Opening(commitment, salt, value)):
            yield Damage(None, "personal", f"a salt and value that open {commitment}", "others")


def pages(read: Iterator[list[Row]], ends: Collection[int], at_once: int) -> Iterator[list[Row]]:
    """Yield rows some at a time: up to the end of a decision, and to each of the positions in `ends`."""
    page: list[Row] = []
    for some in read:
        page += some
        while (stop := _first_end(page, ends)) is not None:
            yield page[:stop]
            del page[:stop]
        if len(page) >= at_once:
            stop = next((at for at in range(len(page), 0, -1) if page[at - 1][_PART] == page[at - 1][_PARTS]), 0)
            if stop == 0 and len(page) >= max(at_once, _AT_ONCE_MAX):
                stop = len(page)
            if stop:
                yield page[:stop]
                del page[:stop]
    if page:
        yield page


def _first_end(page: list[Row], ends: Collection[int]) -> int | None:
    """Return how many rows there are up to the first that stands at one of `ends`; None where none does."""
    return next((at for at, row in enumerate(page, 1) if row[0] in ends), None) if ends else None
