"""The edge at which the next event is appended to a ledger on a server: head, tree and versions so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.instants import instant_of
from ledger.integrity.tree import Frontier
from ledger.store.address import Address
from ledger.store.appending import hold_version
from ledger.store.reading.nodes import Query, read_frontier
from ledger.store.reading.queries import AFTER, PAGE_ROWS
from ledger.store.reading.rows import SEALED, held, sealed
from ledger.store.types import Head, StoredRow

_LAST_OF = f"""SELECT wanted.stream, last.* FROM unnest(?::text[]) AS wanted (stream), LATERAL (
    {SEALED} WHERE events.stream = wanted.stream AND position <= ? ORDER BY version DESC LIMIT 1) AS last"""


class ServerEdge:
    """What is kept in memory between appends, and caught up with what others appended."""

    def __init__(self, address: Address, query: Query) -> None:
        self.address, self._query = address, query
        self.head, self.stamp = Head(0, None), ""
        self.frontier = Frontier()
        self.is_taken_up = False
        self.followed: list[StoredRow] = []  # what others appended, as the edge was last moved along it
        self._versions: dict[str, int] = {}

    def catch_up(self, position: int, stamp: str, rows: Sequence[Sequence[Any]] | None = None) -> None:
        """Take up the ledger whose head is at a position and time; costs nothing where that did not move.

        `rows` are those after the edge, a page at most, where they were read already.
        """
        if self.is_taken_up and (position, stamp) == (self.head.position, self.stamp):
            return
        ahead = position - self.frontier.size
        if self.frontier.size and 0 < ahead <= PAGE_ROWS:
            self._follow(position, self._query(AFTER, (self.frontier.size, position)) if rows is None else rows)
        else:
            self._take_up(position)
        try:
            self.head, self.stamp = Head(position, instant_of(stamp) if position else None), stamp
        except ValueError:
            raise LedgerDamaged(self.address, f"position {position} has no readable record time") from None
        self.is_taken_up = True

    def _take_up(self, position: int) -> None:
        """Read the tree up to a position; raises `LedgerDamaged` where the rows do not go as far."""
        last = next(iter(self._query("SELECT max(position) FROM events", ())))[0] or 0
        if last < position:
            raise LedgerDamaged(self.address, f"it ends at position {last}, and once went on to {position}")
        self.frontier, self._versions, self.followed = read_frontier(self._query, self.address, position), {}, []

    def _follow(self, position: int, rows: Iterable[Sequence[Any]]) -> None:
        """Grow the tree by the rows up to a position, each of them held to it."""
        frontier, versions = self.frontier.copy(), dict(self._versions)
        followed = list(held(self.address, map(StoredRow._make, rows), frontier))
        versions.update({row.stream: row.version for row in followed})
        if frontier.size != position:
            raise LedgerDamaged(self.address, f"position {frontier.size + 1} is missing")
        self.frontier, self._versions, self.followed = frontier, versions, followed

    def between(self, after: int, upto: int) -> list[StoredRow]:
        """Return the rows at after < position <= upto, if the edge was just moved along all of them; else nothing."""
        rows = self.followed
        first = rows[0].position if rows else 0
        return rows[after + 1 - first : upto + 1 - first] if 0 < first <= after + 1 <= upto <= rows[-1].position else []

    def version(self, stream: str, expected: int | None) -> int:
        """Return the version of the last event of a stream up to the head, 0 where it has none.

        Raises `LedgerDamaged` where it is another than is `expected`.
        """
        if stream not in self._versions:
            self.look_up((stream,))
        hold_version(self.address, stream, self._versions[stream], expected)
        return self._versions[stream]

    def look_up(self, streams: Collection[str]) -> None:
        """Look up the versions of many streams, in pages of one query each."""
        wanted = (stream for stream in streams if stream not in self._versions)
        while some := list(islice(wanted, PAGE_ROWS)):
            ends = dict.fromkeys(some, 0)
            for stream, *row in self._query(_LAST_OF, (some, self.head.position)):
                last = sealed(self.address, StoredRow._make(row))
                if last.stream != stream:
                    raise LedgerDamaged(self.address, f'its index gives another event as the last of "{stream}"')
                ends[stream] = last.version
            self._versions.update(ends)

    def move(self, head: Head, stamp: str, frontier: Frontier, versions: dict[str, int]) -> None:
        """Take over what was committed; `stamp` is the record time of the head as it is stored."""
        self.head, self.stamp, self.frontier = head, stamp, frontier
        self._versions.update(versions)
