"""Types of what goes into a store and comes out of it: bytes under names, without any model of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class Head(NamedTuple):
    """The last event of the ledger: its position and record time; (0, None) while there is none."""

    position: int
    recorded_at: datetime | None


class Draft(NamedTuple):
    """One event to be appended; its line is written under the lock, which gives version and record time."""

    stream: str
    type: str
    decision: str  # the key of the decision, the same for all its parts
    part: int  # 1-based, in the order of the decision's changes
    encode: Callable[[int, str], bytes]  # (version, recorded_at as in instants.stamp) -> the line
    personal: Sequence[tuple[str, bytes, str]] = ()  # (commitment, salt, value), kept outside the tree
    expected_version: int | None = None  # of its stream before it, by a count along the log, where there is one


class Sealed(NamedTuple):
    """One event as it is stored; `line` is what the tree holds, the rest are columns to find it by."""

    position: int  # 1-based, dense; its leaf index is position - 1
    stream: str
    version: int  # 1-based, dense for its stream
    type: str
    decision: str
    part: int
    parts: int
    recorded_at: str
    line: bytes


class StoredRow(NamedTuple):
    """The row of an event as it stands in a store: each column is of any type, until it was held to its line."""

    position: Any
    stream: Any
    version: Any
    type: Any
    decision: Any
    part: Any
    parts: Any
    recorded_at: Any
    line: Any
    nodes: Any  # those that its leaf completes, the leaf first

    def event(self) -> Sealed:
        """Return the row without its nodes."""
        *columns, _ = self
        return Sealed._make(columns)

    def repeated(self) -> tuple[Any, ...]:
        """Return the columns that repeat what stands in the line."""
        return self.stream, self.version, self.type, self.decision, self.part, self.parts, self.recorded_at


class LinesRead(NamedTuple):
    """What lines say that their rows repeat, and whether each was taken over from an older register."""

    columns: list[tuple[Any, ...]]  # in the order of StoredRow.repeated
    migrated: list[bool]


class Appended(NamedTuple):
    """The receipt of an append: where the events stand, and the root of the ledger that ends with them."""

    first: int
    last: int
    recorded_at: datetime  # of the last decision
    root: bytes  # of the tree of `last` leaves
    versions: tuple[int, ...]  # of the events from first to last, each on its own stream
    notices: tuple[str, ...] = ()


Prepare = Callable[[Head], Sequence[Draft]]
PrepareAll = Callable[[Head], Sequence[Sequence[Draft]]]  # the drafts of several decisions, in order
Decided = tuple[Sequence[Draft], datetime]  # one decision of an older record, and when that recorded it

CLOCK_RAN_BACKWARDS = "clock-ran-backwards"
