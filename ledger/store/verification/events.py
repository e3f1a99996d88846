"""The walk over rows, one by one in order of position: bytes, columns, nodes, versions, times and decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ledger.events.canonical import canonical
from ledger.instants import instant_of
from ledger.integrity.tree import leaf_hash
from ledger.store.types import Sealed, StoredRow
from ledger.store.verification.damage import Damage
from ledger.store.verification.nodes import NodeWalk


class _Part(NamedTuple):
    """Which part of which decision a row says that it is."""

    decision: Any
    number: Any
    of: Any


class RowWalk:
    """What must be remembered from row to row: the streams, and the events of one decision.

    `judge` is given the events of each decision once they have passed, to find damage in what they say; what it finds
    at a position where something was found before is left out.
    """

    def __init__(self, judge: Callable[[list[Sealed]], Iterator[Damage]] | None = None) -> None:
        self._judge = judge
        self._events: list[Sealed] = []  # of the decision so far
        self._broken: set[int | None] = set()  # positions of those at which something was found
        self._position = 0
        self._time = ""
        self._decision: _Part | None = None  # of the row before
        self._versions: dict[Any, int] = {}
        self._nodes = NodeWalk()

    def check(self, row: StoredRow) -> tuple[bytes, list[Damage]]:
        """Judge the next row; returns its leaf hash, made from its bytes, and its damages."""
        position, line = row.position, row.line
        if not isinstance(position, int):
            return leaf_hash(b""), [Damage(None, "row", "a number for a position", repr(position))]
        damages = list(self._check_place(position))
        held = _held(line)
        leaf = leaf_hash(line if isinstance(line, bytes) else str(line).encode("utf-8", "backslashreplace"))
        damages += self._nodes.check(position, leaf, row.nodes)
        damages += _check_line(position, row, line, held)
        damages += self._check_version(position, row.stream, row.version)
        damages += self._check_decision(position, _Part(row.decision, row.part, row.parts), row.recorded_at, held)
        self._position = max(position, self._position)
        before = [] if self._judge is None else list(self._gather(row, {damage.position for damage in damages}))
        return leaf, [*before, *damages]

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
            yield from self._check_time(position, time, migrated=bool(held and "migrated" in held))
        self._decision = part
        self._time = time if isinstance(time, str) else self._time

    def _check_time(self, position: int, time: Any, *, migrated: bool) -> Iterator[Damage]:
        """A decision is recorded later than the one before it; one taken over from elsewhere not earlier."""
        try:
            instant_of(time)
        except (TypeError, ValueError):
            yield Damage(position, "time", "a record time as 2026-03-05T10:00:00.000000Z", str(time))
            return
        if time < self._time or (time == self._time and not migrated):
            yield Damage(position, "time", f"a record time after {self._time}", time)

    def _check_whole(self) -> Iterator[Damage]:
        if self._decision is not None and self._decision.number != self._decision.of:
            key, part, parts = self._decision
            yield Damage(self._position, "decision", f"{parts} parts of {key}", f"an end after part {part}")


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
        key = canonical([decision["authority"], decision["reference"]]).decode()
        repeated = (held["stream"], held["version"], held["type"], key, part, parts, held["recorded_at"])
    except (KeyError, TypeError, ValueError):
        yield Damage(position, "line", "the fields of an event", _excerpt(line))
        return
    names = ("stream", "version", "type", "decision", "part", "parts", "recorded_at")
    for name, expected, found in zip(names, repeated, row.repeated(), strict=True):
        if type(expected) is not type(found) or expected != found:
            yield Damage(position, "column", f"{name} {expected}", f"{name} {found}")


def _excerpt(line: Any) -> str:
    text = line.decode("utf-8", "backslashreplace") if isinstance(line, bytes) else repr(line)
    return text if len(text) <= 80 else f"{text[:80]}..."
