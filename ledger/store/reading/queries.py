"""Queries of a store: events by position, stream and decision, nodes and roots of the tree."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.events.commitments import Opening, opens
from ledger.instants import instant_of, stamp
from ledger.integrity.tree import HASH_BYTES, Frontier, complete_nodes, fold
from ledger.plurals import counted
from ledger.store.reading.nodes import StoredTree, read_nodes
from ledger.store.reading.rows import SEALED, held, sealed
from ledger.store.types import Head, Sealed, StoredRow

PAGE_ROWS = 500  # events held in memory at once while streaming

LAST = f"{SEALED} ORDER BY position DESC LIMIT 1"
AFTER = f"{SEALED} WHERE position > ? AND position <= ? ORDER BY position LIMIT {PAGE_ROWS}"
_DECIDED = "SELECT decision FROM events WHERE part = 1 AND decision"
_PERSONAL = "SELECT commitment, salt, value FROM personal WHERE commitment"
_PERSONAL_KEPT = "SELECT count(*) FROM personal"
# No more rows than there are events, for pages that lead back to themselves would be read for ever; and none by an
# index, which may say anything.
_STREAMS = """SELECT stream, count(*), max(version)
    FROM (SELECT stream, version FROM {all_events} LIMIT ?) AS versions GROUP BY stream"""


class Reading(ABC):
    """Reads through `query` alone; what is read never changes, so pages need no common transaction.

    Every event that is read is held to its columns, its leaf (see rows.sealed) and, but for the head, the root that
    the stored tree has now; else LedgerDamaged is raised.
    """

    path: object
    tree: StoredTree
    all_events = "events NOT INDEXED"  # how the database is told to go by the rows and by no index

    @abstractmethod
    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT and give its rows; raises StoreError."""

    def head(self) -> Head:
        """Return position and record time of the last event; Head(0, None) for an empty ledger."""
        last = next((sealed(self.path, row) for row in self._rows(LAST)), None)
        return Head(0, None) if last is None else head_of(self.path, last)

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree of the first `size` events, of all where None (RFC 9162, 2.1.1).

        Raises ValueError for a size outside 0 <= size <= head, LedgerDamaged where a node is missing or that tree
        is not the beginning of the tree of all.
        """
        last = self.head().position
        size = last if size is None else size
        if not 0 <= size <= last:
            raise ValueError(f"the ledger has {last} events, so no tree of {size}")
        peaks = read_nodes(self.query, self.path, complete_nodes(0, size))
        if size < last:
            self.tree.hold(peaks)
        return fold(list(peaks.values()))

    def read_node(self, level: int, index: int) -> bytes:
        """Return one complete node of the tree; raises LedgerDamaged where it is missing."""
        return read_nodes(self.query, self.path, [(level, index)])[level, index]

    def lines(self, after: int = 0, upto: int | None = None) -> Iterator[Sealed]:
        """Yield the events after < position <= upto in order; None: up to the head of this moment.

        Every line that is given stands under the root of its position, as `root` gives it: the tree is grown from
        the stored nodes of the first `after` events, and each node on the way is held to the stored one. So who
        knows `root(after)` to be right knows as much of `root(upto)` at the end. Raises LedgerDamaged before it gives
        a line for which that is not so, and for a position that is missing.

        Holds one page in memory and no transaction, so that it never keeps a writer from checkpointing.
        """
        for row in self.rows(after, upto):
            yield row.event()

    def rows(self, after: int = 0, upto: int | None = None) -> Iterator[StoredRow]:
        """Yield what `lines` gives, each with the nodes that its leaf completes."""
        last = self.head().position
        upto = last if upto is None else min(upto, last)
        start = min(after, upto)
        nodes = read_nodes(self.query, self.path, complete_nodes(0, start))
        frontier = Frontier.of(start, lambda level, index: nodes[level, index])
        while frontier.size < upto:
            page = self._rows(AFTER, (frontier.size, upto))
            if not page:
                raise LedgerDamaged(self.path, f"position {frontier.size + 1} is missing")
            yield from held(self.path, page, frontier)

    def stream(self, name: str, upto: int | None = None) -> list[Sealed]:
        """Return the events of a stream by version, those at positions <= upto; empty for an unknown stream.

        Raises LedgerDamaged where a version is missing before the last.
        """
        bound, parameters = ("", ()) if upto is None else (" AND position <= ?", (upto,))
        statement = f"{SEALED} WHERE stream = ? AND version > ?{bound} ORDER BY version LIMIT {PAGE_ROWS}"
        events: list[Sealed] = []
        while page := self._rows(statement, (name, len(events), *parameters)):
            for row in page:
                events.append(event := sealed(self.path, row))
                if (event.stream, event.version) != (name, len(events)):
                    raise LedgerDamaged(self.path, f'version {len(events)} of "{name}" is missing')
            self._hold(page)
        return events

    def of_types(self, name: str, types: Sequence[str], after: int = 0, upto: int | None = None) -> list[Sealed]:
        """Return the events of a stream that are of some types, by version, those at after < position <= upto.

        Each is held to its line and the root. That a row which is one of them was made to say otherwise in its columns
        is for an examination to find: the others are not read.
        """
        last = self.head().position if upto is None else upto
        marks = ", ".join("?" * len(types))
        where = f"stream = ? AND version > ? AND position > ? AND position <= ? AND type IN ({marks})"
        statement = f"{SEALED} WHERE {where} ORDER BY version LIMIT {PAGE_ROWS}"
        events: list[Sealed] = []
        while page := self._rows(statement, (name, events[-1].version if events else 0, after, last, *types)):
            events += [sealed(self.path, row) for row in page]
            self._hold(page)
        return events

    def length(self, name: str, upto: int | None = None) -> int:
        """Return the number of events of a stream, those at positions <= upto: the version of the last."""
        bound, parameters = ("", ()) if upto is None else (" AND position <= ?", (upto,))
        last = self._event(f"{SEALED} WHERE stream = ?{bound} ORDER BY version DESC LIMIT 1", (name, *parameters))
        if last is not None and last.stream != name:
            raise LedgerDamaged(self.path, f'its index gives another event as the last of "{name}"')
        return 0 if last is None else last.version

    def streams(self) -> list[str]:
        """Return the names of all streams, in no order; empty for an empty ledger.

        Raises LedgerDamaged where their versions do not add up to as many events as there are.
        """
        last = self.head().position
        counted = self.query(_STREAMS.format(all_events=self.all_events), (last,))
        names = {str(name) for name, count, version in counted if count == version}
        if len(names) != len(counted) or sum(count for _, count, _ in counted) != last:
            raise LedgerDamaged(self.path, "its streams do not add up to its events")
        return list(names)

    def event(self, stream: str, version: int) -> Sealed | None:
        """Return the event <stream>@<version>, or None."""
        event = self._event(f"{SEALED} WHERE stream = ? AND version = ?", (stream, version))
        if event is not None and (event.stream, event.version) != (stream, version):
            raise LedgerDamaged(self.path, f"its index gives another event as {stream}@{version}")
        return event

    def at(self, position: int) -> Sealed | None:
        """Return the event at a position, or None."""
        return self._event(f"{SEALED} WHERE position = ?", (position,))

    def need(self, position: int) -> Sealed:
        """Return the event at a position that must be there; raises LedgerDamaged where it is missing."""
        event = self.at(position)
        if event is None:
            raise LedgerDamaged(self.path, f"position {position} is missing")
        return event

    def among(self, positions: Iterable[int]) -> Iterator[Sealed]:
        """Yield the events at `positions`, each once and in order, a page at a time in memory.

        What many of them share on the way to the root is read and hashed once. Raises LedgerDamaged where one is
        missing.
        """
        wanted = iter(sorted(set(positions)))
        while some := list(islice(wanted, PAGE_ROWS)):
            marks = ", ".join("?" * len(some))
            rows = self._rows(f"{SEALED} WHERE position IN ({marks}) ORDER BY position", some)
            events = [sealed(self.path, row) for row in rows]
            missing = set(some).difference(event.position for event in events)
            if missing:
                raise LedgerDamaged(self.path, f"position {min(missing)} is missing")
            self._hold(rows)
            yield from events

    def decision(self, key: str) -> list[Sealed]:
        """Return the events of a decision by part; empty where it was not recorded.

        Raises LedgerDamaged where a part is missing.
        """
        statement = f"{SEALED} WHERE decision = ? AND part > ? ORDER BY part LIMIT {PAGE_ROWS}"
        events: list[Sealed] = []
        rows: list[StoredRow] = []
        while page := self._rows(statement, (key, len(events))):
            rows += page
            for row in page:
                events.append(event := sealed(self.path, row))
                wanted = (key, len(events), events[0].position + len(events) - 1)
                if (event.decision, event.part, event.position) != wanted:
                    raise LedgerDamaged(self.path, f"part {len(events)} of decision {key} is missing")
        if events and len(events) != events[0].parts:
            raise LedgerDamaged(
                self.path,
                f"decision {key} has {counted(events[0].parts, 'part')}, and {counted(len(events), 'is', 'are')} there",
            )
        self._hold(rows)
        return events

    def decided(self, keys: Iterable[str]) -> set[str]:
        """Return which of the keys are those of recorded decisions; `decision` holds each to its line."""
        found: set[str] = set()
        wanted = iter(keys)
        while some := list(islice(wanted, PAGE_ROWS)):
            marks = ", ".join("?" * len(some))
            found.update(key for (key,) in self.query(f"{_DECIDED} IN ({marks})", some))
        return found

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an aware instant; 0 where there is none."""
        wanted, low, high = stamp(instant), 0, self.head().position
        while low < high:
            middle = (low + high + 1) // 2
            if self.need(middle).recorded_at <= wanted:
                low = middle
            else:
                high = middle - 1
        return low

    def decision_end(self, position: int) -> int:
        """Return the last position at or before `position` that ends a decision; 0 before the first end."""
        position = min(position, self.head().position)
        if position < 1:
            return 0
        event = self.need(position)
        return position if event.part == event.parts else max(0, position - event.part)

    def personal(self, commitment: str) -> tuple[bytes, str] | None:
        """Return salt and value that open a commitment; None where they were deleted or never stood here.

        Raises LedgerDamaged where others stand there, which do not open it.
        """
        return next(((salt, value) for _, salt, value in self.openings([commitment])), None)

    def openings(self, commitments: Iterable[str]) -> Iterator[tuple[str, bytes, str]]:
        """Yield what opens commitments, as (commitment, salt, value), each once and held to its own, in no order.

        Nothing for one whose opening was deleted or never stood here. Raises LedgerDamaged as `personal`.
        """
        wanted = iter(dict.fromkeys(commitments))
        while some := list(islice(wanted, PAGE_ROWS)):
            marks = ", ".join("?" * len(some))
            for commitment, salt, value in self.query(f"{_PERSONAL} IN ({marks})", some):
                if type(salt) is not bytes or type(value) is not str or not opens(Opening(commitment, salt, value)):
                    what = f"the personal value under {commitment} is not the one that was recorded"
                    raise LedgerDamaged(self.path, what)
                yield commitment, salt, value

    def personal_kept(self) -> int:
        """Return how many personal values are kept; at one position of the ledger they only become fewer."""
        ((count,),) = self.query(_PERSONAL_KEPT, ())
        return int(count)

    def _event(self, statement: str, parameters: Sequence[Any]) -> Sealed | None:
        rows = self._rows(statement, parameters)
        events = [sealed(self.path, row) for row in rows]
        self._hold(rows)
        return next(iter(events), None)

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[StoredRow]:
        """Run one SELECT of SEALED."""
        return list(map(StoredRow._make, self.query(statement, parameters)))

    def _hold(self, rows: list[StoredRow]) -> None:
        self.tree.hold({(0, row.position - 1): row.nodes[:HASH_BYTES] for row in rows})


def head_of(path: object, last: Sealed) -> Head:
    """Return the head that the last event is; raises LedgerDamaged where its record time cannot be read."""
    try:
        return Head(last.position, instant_of(last.recorded_at))
    except ValueError:
        raise LedgerDamaged(path, f"position {last.position} has no readable record time") from None
