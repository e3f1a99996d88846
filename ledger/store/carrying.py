"""The carrying of a ledger from one store to another: the same lines at the same places, under the same tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from ledger.errors import LedgerDamaged
from ledger.errors.store import NoBeginning
from ledger.instants import instant_of
from ledger.plurals import counted
from ledger.store.protocol import Progress, ReadStore, Store
from ledger.store.types import Decided, Draft, Sealed, StoredRow

_Event = TypeVar("_Event", Sealed, StoredRow)
BATCH_EVENTS, BATCH_BYTES = 4_000, 8_000_000  # of one commit, and a decision more
_line = attrgetter("line")
# As canonical lines have it; within a text its quotes would be escaped.
_COMMITTED = re.compile(rb'\{"commitment":"(sha256:[0-9a-f]{64})"\}')


def carry(source: ReadStore, target: Store, upto: int, progress: Progress | None = None) -> None:
    """Append to `target` what it lacks of the first `upto` events of `source`, in whole decisions, a batch a commit.

    `target` is a beginning of `source`: see `need_beginning`. Each line comes with what opens its commitments. Whoever
    stops it leaves a beginning, from which it goes on. Each batch is read back, and at the end the root is that of
    `source`. Raises `LedgerDamaged`; `LedgerMoved` where somebody else records into `target`; and other `StoreError`.
    """
    position = target.head().position
    for batch in _batches(source.rows(position, upto)):
        target.append_stored(batch, list(openings_of(source, map(_line, batch))), expected_position=position)
        position = batch[-1].position
        if progress is not None:
            progress(position)
    if position < upto or target.root(upto) != source.root(upto):
        raise LedgerDamaged(target.location, "what was copied to it is not what stands there")


def retold(source: ReadStore, first: Draft, *, with_personal: bool) -> Iterator[list[Decided]]:
    """Yield all of a ledger under another first event, in batches of whole decisions with their record times.

    `first` stands at the place and time of the one event with which `source` begins. What opens commitments comes along
    if asked. Raises `LedgerDamaged`.
    """
    yield [([first], instant_of(source.need(1).recorded_at))]
    for batch in _batches(source.lines(1)):
        yield list(_decided(source, batch, with_personal=with_personal))


def first_of(source: ReadStore) -> tuple[list[Draft], str]:
    """Return the first decision of a ledger as drafts, and when it was recorded; raises `LedgerDamaged`."""
    first = source.need(1)
    drafts, _ = next(_decided(source, list(source.lines(0, first.parts))))
    return list(drafts), first.recorded_at


def need_beginning(source: ReadStore, target: ReadStore, upto: int) -> None:
    """Raise `NoBeginning` unless `target` holds the lines with which the first `upto` of `source` begin, and no more.

    Costs the roots of some sizes: where they differ, the first position that does is found by halving.
    """
    size = target.head().position
    shared = min(size, upto)
    if target.root(shared) != source.root(shared):
        position = _first_difference(source, target, shared)
        raise NoBeginning(target.location, source.location, f"they differ from position {position} on.")
    if size > upto:
        more = counted(size - upto, "event")
        raise NoBeginning(target.location, source.location, f"it has all {upto} events, and goes on by {more}.")


def _first_difference(source: ReadStore, target: ReadStore, size: int) -> int:
    """Return the first position at which two ledgers differ whose trees of `size` events do."""
    same, differing = 0, size
    while differing - same > 1:
        middle = (same + differing) // 2
        if source.root(middle) == target.root(middle):
            same = middle
        else:
            differing = middle
    return differing


def _batches(events: Iterable[_Event]) -> Iterator[list[_Event]]:
    """Yield events in batches that end with a decision."""
    batch: list[_Event] = []
    size = 0
    for event in events:
        batch.append(event)
        size += len(event.line)
        if event.part == event.parts and (len(batch) >= BATCH_EVENTS or size >= BATCH_BYTES):
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def openings_of(source: ReadStore, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes, str]]:
    """Yield what opens the commitments in some lines, as (commitment, salt, value), as far as it is kept."""
    return source.openings(one for line in lines if b'{"commitment":' in line for one in _commitments(line))


def _decided(source: ReadStore, batch: Sequence[Sealed], *, with_personal: bool = True) -> Iterator[Decided]:
    """Yield the decisions of a batch as what an append takes, each line as it stands."""
    committed = {event.position: _commitments(event.line) for event in batch if b'{"commitment":' in event.line}
    kept = source.openings(one for many in committed.values() for one in many) if with_personal else ()
    openings = {found[0]: found for found in kept}
    drafts: list[Draft] = []
    for event in batch:
        ours = [openings[one] for one in committed.get(event.position, ()) if one in openings]
        drafts.append(Draft(event.stream, event.type, event.decision, event.part, _Standing(source, event), ours))
        if event.part == event.parts:
            yield drafts, instant_of(event.recorded_at)
            drafts = []
    if drafts:
        raise LedgerDamaged(source.location, f"the decision at position {batch[-1].position} ends in the middle")


def _commitments(line: bytes) -> list[str]:
    return [found.decode() for found in _COMMITTED.findall(line)]


class _Standing:
    """The line of an event, for no other version and time than those that it had."""

    __slots__ = ("_event", "_source")

    def __init__(self, source: ReadStore, event: Sealed) -> None:
        self._source, self._event = source, event

    def __call__(self, version: int, recorded_at: str) -> bytes:
        """Return it; raises `LedgerDamaged` where it would stand at another place."""
        event = self._event
        if (version, recorded_at) != (event.version, event.recorded_at):
            raise LedgerDamaged(self._source.location, f'version {version} of "{event.stream}" is missing')
        return event.line
