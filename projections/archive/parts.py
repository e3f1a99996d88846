"""The parts of an archive: runs of positions of one year of recording, each a file of every table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

EVENTS_MAX = 1_000_000  # of a part, unless one decision has more


class ArchivePart(NamedTuple):
    """The positions from first to last, both of them in it, all recorded in one year (UTC)."""

    year: str
    first: int
    last: int

    def path(self, table: str, ledger_id: str) -> str:
        """Return where the file of a table lies in the archive, with slashes."""
        return f"{table}/ledger={ledger_id}/recorded={self.year}/{self.first:010d}-{self.last:010d}.parquet"


def parts(ends: Iterable[tuple[int, str]], after: int, events_max: int = EVENTS_MAX) -> Iterator[ArchivePart]:
    """Yield the parts that decisions make: each given by its last position and its record time, in order.

    `after` is the position before the first. Nothing where there is no decision.
    """
    first, last, year = after + 1, after, ""
    for end, recorded_at in ends:
        if last >= first and (recorded_at[:4] != year or end - first >= events_max):
            yield ArchivePart(year, first, last)
            first = last + 1
        last, year = end, recorded_at[:4]
    if last >= first:
        yield ArchivePart(year, first, last)
