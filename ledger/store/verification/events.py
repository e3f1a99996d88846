"""The walk over rows, one by one in order of position: bytes, columns, nodes, versions, times and decisions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ledger.events.canonical import canonical
from ledger.events.ids import decision_key
from ledger.instants import instant_of
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store.protocol import Judge, ReadLines
from ledger.store.types import LinesRead, Sealed, StoredRow
from ledger.store.verification.damage import Damage
from ledger.store.verification.nodes import NodeWalk

# The types of a row's columns, as it was stored, and the places of some of them.
_TYPES: list[set[type]] = [{int}, {str}, {int}, {str}, {str}, {int}, {int}, {str}, {bytes}, {bytes}]
_TYPE, _DECISION, _LINE, _NODES = map(StoredRow._fields.index, ("type", "decision", "line", "nodes"))


class _Part(NamedTuple):
    """Which part of which decision a row says that it is."""

    decision: Any
    number: Any
    of: Any


class RowWalk:
    """What must be remembered from row to row: the tree, the streams, and the events of one decision.

    `judge` is given the events of each decision once they have passed, to find damage in what they say; what it finds
    at a position where something was found before is left out. With `read`, sound decisions are read many at a time.
    """

    def __init__(self, judge: Judge | None = None, read: ReadLines | None = None) -> None:
        self.frontier = Frontier()  # of the hashes of all lines
        self._judge, self._read = judge, read
        self._events: list[Sealed] = []  # of the decision so far
        self._broken: set[int | None] = set()  # positions of those at which something was found
        self._position = 0
        self._time = ""
        self._decision: _Part | None = None  # of the row before
        self._versions: dict[Any, int] = {}
        self._nodes = NodeWalk()

    def take(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Damage]:
        """Judge the next rows, which end with a decision: all at once where they are sound, else one by one."""
        last = self._decision
        if last is None or (last.number == last.of and last.decision != rows[0][_DECISION]):
            yield from self._judged()
            if self._passes(rows):
                return
        decisions = [list(parts) for _, parts in groupby(rows, itemgetter(_DECISION))]
        if len(decisions) > 1:
            for decision in decisions:
                yield from self.take(decision)
        else:
            for row in rows:
                yield from self.check(StoredRow._make(row))

    def _passes(self, rows: Sequence[tuple[Any, ...]]) -> bool:
        """Take rows of whole decisions in which `check` would find nothing; False, with nothing taken, else."""
        columns = list(zip(*rows, strict=True))
        if self._read is None or [set(map(type, column)) for column in columns] != _TYPES:
            return False
        read = self._read(columns[_LINE], columns[_TYPE])
        first = self._position + 1
        if read is None or list(columns[0]) != list(range(first, first + len(rows))):
            return False
        if read.columns != columns[1:_LINE] or not self._in_time(read):
            return False
        versions: dict[str, int] = {}
        for stream, version in zip(columns[1], columns[2], strict=True):
            if version != (versions.get(stream) or self._versions.get(stream, 0)) + 1:
                return False
            versions[stream] = version
        tree = self.frontier.copy()
        if tuple(tree.extend(map(leaf_hash, columns[_LINE]))) != columns[_NODES]:
            return False
        last = StoredRow._make(rows[-1])
        self._versions.update(versions)
        self.frontier, self._position, self._time = tree, last.position, last.recorded_at
        self._decision = _Part(last.decision, last.part, last.parts)
        return True

    def _in_time(self, read: LinesRead) -> bool:
        """Return whether decisions were recorded in order, and each at one time."""
        last = self._time
        *_, parts, _, times = read.columns
        try:
            for part, time, migrated in zip(parts, times, read.migrated, strict=True):
                if time != last if part > 1 else not _is_later(time, last, migrated=migrated):
                    return False
                last = time
        except ValueError:
            return False
        return True

    def check(self, row: StoredRow) -> list[Damage]:
        """Judge the next row; returns its damages."""
        position, line = row.position, row.line
        if not isinstance(position, int):
            self.frontier.append(leaf_hash(b""))
            return [Damage(None, "row", "a number for a position", repr(position))]
        damages = list(self._check_place(position))
        held = _held(line)
        leaf = leaf_hash(line if isinstance(line, bytes) else str(line).encode("utf-8", "backslashreplace"))
        self._nodes.follow(self.frontier)
        damages += self._nodes.check(position, leaf, row.nodes)
        self.frontier.append(leaf)
        damages += _check_line(position, row, line, held)
        damages += self._check_version(position, row.stream, row.version)
        damages += self._check_decision(position, _Part(row.decision, row.part, row.parts), row.recorded_at, held)
        self._position = max(position, self._position)
        before = [] if self._judge is None else list(self._gather(row, {damage.position for damage in damages}))
        return [*before, *damages]

    def end(self) -> Iterator[Damage]:
        """Judge the end: the last decision must be whole."""
        yield from self._check_whole()
        yield from self._judged()

    def _gather(self, row: StoredRow, broken: set[int | None]) -> Iterator[Damage]:
        """Take an event to those of its decision; with the first of the next one, they are judged."""
        if self._events and self._events[-1].decision != row.decision:
            yield from self._judged()
        self._events.append(row.event())
        self._broken |= broken

    def _judged(self) -> Iterator[Damage]:
        if self._judge is not None and self._events:
            yield from (damage for damage in self._judge(self._events) if damage.position not in self._broken)
        self._events, self._broken = [], set()

    def reach(self, ever: int) -> Iterator[Damage]:
        """Judge how far the rows reach: to the last position that was `ever` given."""
        if ever > self._position:
            yield _gap(self._position + 1, ever)
        elif ever < self._position:
            yield Damage(None, "file", f"{self._position} kept as the last position", str(ever))

    def _check_place(self, position: int) -> Iterator[Damage]:
        wanted = self._position + 1
        if position < wanted:
            yield Damage(position, "row", f"positions from {wanted} on", f"position {position}")
        elif position > wanted:
            yield _gap(wanted, position - 1)

    def _check_version(self, position: int, stream: Any, version: Any) -> Iterator[Damage]:
        wanted = self._versions.get(stream, 0) + 1
        if version != wanted:
            yield Damage(position, "version", f"{stream}@{wanted}", f"{stream}@{version}")
        self._versions[stream] = version if isinstance(version, int) else wanted

    def _check_decision(self, position: int, part: _Part, time: Any, held: dict[str, Any] | None) -> Iterator[Damage]:
        """Compare with the row before: parts of one decision follow each other and share one record time."""
        last = self._decision
        if last is not None and part.number != 1 and part == last._replace(number=_after(last.number)):
            if time != self._time:
                yield Damage(position, "time", f"{self._time}, as the part before", str(time))
        else:
            yield from self._check_whole()
            if part.number != 1:
                yield Damage(position, "decision", f"part 1 of {part.decision}", f"part {part.number}")
            yield from _check_time(position, time, self._time, migrated=bool(held and "migrated" in held))
        self._decision = part
        self._time = time if isinstance(time, str) else self._time

    def _check_whole(self) -> Iterator[Damage]:
        if self._decision is not None and self._decision.number != self._decision.of:
            key, part, parts = self._decision
            yield Damage(self._position, "decision", f"{parts} parts of {key}", f"an end after part {part}")


def _check_time(position: int, time: Any, last: str, *, migrated: bool) -> Iterator[Damage]:
    """A decision is recorded later than the one before it; one taken over from elsewhere not earlier."""
    try:
        if not _is_later(time, last, migrated=migrated):
            yield Damage(position, "time", f"a record time after {last}", time)
    except (TypeError, ValueError):
        yield Damage(position, "time", "a record time as 2026-03-05T10:00:00.000000Z", str(time))


def _is_later(time: Any, last: str, *, migrated: bool) -> bool:
    """Return whether a decision may be recorded at a time after the last; raises for what is none, as `instant_of`."""
    instant_of(time)
    return bool(time > last or (time == last and migrated))


def _after(part: Any) -> int | None:
    return part + 1 if isinstance(part, int) else None


def _gap(first: int, last: int) -> Damage:
    what = f"an event at position {first}" if first == last else f"events at positions {first} to {last}"
    return Damage(first, "row", what, "none")


def _held(line: Any) -> dict[str, Any] | None:
    """Return what a line holds; None for what is not canonical JSON of an object."""
    try:
        held = json.loads(line)
        return held if isinstance(held, dict) and canonical(held) == line else None
    except (TypeError, ValueError, RecursionError):
        return None


def _check_line(position: int, row: StoredRow, line: Any, held: dict[str, Any] | None) -> Iterator[Damage]:
    """Compare the columns with what the bytes say: the bytes are in the tree, the columns are not."""
    if held is None:
        yield Damage(position, "line", "one canonical JSON object", _excerpt(line))
        return
    try:
        decision = held["decision"]
        part, parts = decision["part"]
        key = decision_key(decision["authority"], decision["reference"])
        repeated = (held["stream"], held["version"], held["type"], key, part, parts, held["recorded_at"])
    except (AttributeError, KeyError, TypeError, ValueError):
        yield Damage(position, "line", "the fields of an event", _excerpt(line))
        return
    names = ("stream", "version", "type", "decision", "part", "parts", "recorded_at")
    for name, expected, found in zip(names, repeated, row.repeated(), strict=True):
        if type(expected) is not type(found) or expected != found:
            yield Damage(position, "column", f"{name} {expected}", f"{name} {found}")


def _excerpt(line: Any) -> str:
    text = line.decode("utf-8", "backslashreplace") if isinstance(line, bytes) else repr(line)
    return text if len(text) <= 80 else f"{text[:80]}..."
