"""What can be read from a store: events by position, stream and decision, nodes and roots of the tree."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import root_of
from ledger.store.instants import instant_of, stamp
from ledger.store.nodes import read_node
from ledger.store.types import Head, Sealed

PAGE_ROWS = 500  # events held in memory at once while streaming

_SEALED = "SELECT position, stream, version, type, decision, part, parts, recorded_at, line FROM events"
HEAD = "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1"
_MOMENT = "SELECT recorded_at FROM events WHERE position = ?"
_PART = "SELECT part, parts FROM events WHERE position = ?"
_PERSONAL = "SELECT salt, value FROM personal WHERE commitment = ?"


class Reading(ABC):
    """Reads through `query` alone; what is read never changes, so pages need no common transaction."""

    path: object

    @abstractmethod
    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT and give its rows; raises StoreError."""

    def head(self) -> Head:
        """Give position and record time of the last event; Head(0, None) for an empty ledger."""
        rows = self.query(HEAD)
        return Head(rows[0][0], instant_at(self.path, *rows[0])) if rows else Head(0, None)

    def root(self, size: int | None = None) -> bytes:
        """Give the root of the tree of the first `size` events, of all where None (RFC 9162, 2.1.1).

        Raises ValueError for a size outside 0 <= size <= head, LedgerDamaged where a node is missing.
        """
        last = self.head().position
        size = last if size is None else size
        if not 0 <= size <= last:
            raise ValueError(f"the ledger has {last} events, so no tree of {size}")
        return root_of(size, self.read_node)

    def read_node(self, level: int, index: int) -> bytes:
        """Give one complete node of the tree; raises LedgerDamaged where it is missing."""
        return read_node(self.query, self.path, level, index)

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Sealed]:
        """Stream the events after < position <= upto in order; None: up to the head of this moment.

        Holds one page in memory and no transaction, so that it never keeps a writer from checkpointing.
        """
        upto = self.head().position if upto is None else upto
        statement = f"{_SEALED} WHERE position > ? AND position <= ? ORDER BY position LIMIT {PAGE_ROWS}"
        while page := self.query(statement, (after, upto)):
            yield from map(Sealed._make, page)
            after = page[-1][0]

    def stream(self, name: str, upto: int | None = None) -> list[Sealed]:
        """Give the events of a stream by version, those at positions <= upto; empty for an unknown stream."""
        bound, parameters = ("", [name]) if upto is None else (" AND position <= ?", [name, upto])
        rows = self.query(f"{_SEALED} WHERE stream = ?{bound} ORDER BY version", parameters)
        return list(map(Sealed._make, rows))

    def streams(self) -> list[str]:
        """Give the names of all streams, in no order; empty for an empty ledger."""
        return [str(name) for (name,) in self.query("SELECT DISTINCT stream FROM events")]

    def event(self, stream: str, version: int) -> Sealed | None:
        """Give the event <stream>@<version>, or None."""
        return self._one(f"{_SEALED} WHERE stream = ? AND version = ?", (stream, version))

    def at(self, position: int) -> Sealed | None:
        """Give the event at a position, or None."""
        return self._one(f"{_SEALED} WHERE position = ?", (position,))

    def decision(self, key: str) -> list[Sealed]:
        """Give the events of a decision by part; empty where it was not recorded."""
        return list(map(Sealed._make, self.query(f"{_SEALED} WHERE decision = ? ORDER BY part", (key,))))

    def position_at(self, instant: datetime) -> int:
        """Give the last position recorded at or before an aware instant; 0 where there is none."""
        wanted, low, high = stamp(instant), 0, self.head().position
        while low < high:
            middle = (low + high + 1) // 2
            if self._value(_MOMENT, middle)[0] <= wanted:
                low = middle
            else:
                high = middle - 1
        return low

    def decision_end(self, position: int) -> int:
        """Give the last position at or before `position` that ends a decision; 0 before the first end."""
        position = min(position, self.head().position)
        if position < 1:
            return 0
        part, parts = self._value(_PART, position)
        return position if part == parts else max(0, position - part)

    def personal(self, commitment: str) -> tuple[bytes, str] | None:
        """Give salt and value that open a commitment; None where they were deleted or never stood here."""
        rows = self.query(_PERSONAL, (commitment,))
        return (rows[0][0], rows[0][1]) if rows else None

    def _one(self, statement: str, parameters: Sequence[Any]) -> Sealed | None:
        rows = self.query(statement, parameters)
        return Sealed._make(rows[0]) if rows else None

    def _value(self, statement: str, position: int) -> tuple[Any, ...]:
        rows = self.query(statement, (position,))
        if not rows:
            raise LedgerDamaged(self.path, f"position {position} is missing")
        return rows[0]


def instant_at(path: object, position: int, recorded_at: Any) -> datetime:
    """Read the record time of a position of the ledger at `path`; raises LedgerDamaged where it is none."""
    try:
        return instant_of(recorded_at)
    except (TypeError, ValueError):
        raise LedgerDamaged(path, f"position {position} has no readable record time") from None
