"""The sealing of drafts: versions and record time are given under the lock, then the lines are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from eventsourcing.persistence import StoredEvent

from ledger.errors import LedgerDamaged
from ledger.instants import instant_of, stamp
from ledger.integrity.tree import HASH_BYTES, Frontier, leaf_hash
from ledger.store.types import Decided, Draft, StoredRow


class Columns(NamedTuple):
    """What is stored beside the library's four columns of an event."""

    decision: str
    part: int
    parts: int
    recorded_at: str


class Beside(NamedTuple):
    """What one append records beside its events, and where it leaves the streams."""

    columns: list[Columns]  # one for each event
    personal: list[tuple[str, bytes, str]]
    recorded_at: datetime  # of the last event
    versions: dict[str, int]  # stream -> version of its last event


class SealedBatch(NamedTuple):
    """Events that are to be committed at once, as the library stores them, and what is recorded beside them.

    In place of events and columns there may be rows, as they stand in another store.
    """

    events: list[StoredEvent]
    beside: Beside
    rows: Sequence[StoredRow] = ()


def seal(decisions: Iterable[Decided], version: Callable[[str, int | None], int]) -> SealedBatch | None:
    """Seal decisions, each with its aware record time, in order; `version` gives the last one of a stream.

    It is told which one is expected, if one is.
    None for no event. Raises ValueError where the drafts of a decision are not its parts 1 to n: half a decision is
    never written.
    """
    events: list[StoredEvent] = []
    columns: list[Columns] = []
    personal: list[tuple[str, bytes, str]] = []
    last: dict[str, int] = {}
    latest = None
    for drafts, instant in decisions:
        _need_whole(drafts)
        recorded_at, parts = stamp(instant), len(drafts)
        for draft in drafts:
            stream = draft.stream
            last[stream] = number = (last.get(stream) or version(stream, draft.expected_version)) + 1
            events.append(StoredEvent(stream, number, draft.type, draft.encode(number, recorded_at)))
            columns.append(Columns(draft.decision, draft.part, parts, recorded_at))
            personal += draft.personal
            latest = instant
    return None if latest is None else SealedBatch(events, Beside(columns, personal, latest.astimezone(UTC), last))


def ends_of(events: Sequence[StoredEvent], columns: Sequence[Columns], edge: Frontier) -> list[tuple[int, bytes]]:
    """Return size and root of the tree at the end of each decision of sealed events; `edge` is that before them."""
    ends: list[tuple[int, bytes]] = []
    frontier = edge.copy()
    for event, beside in zip(events, columns, strict=True):
        frontier.append(leaf_hash(event.state))
        if beside.part == beside.parts:
            ends.append((frontier.size, frontier.root()))
    return ends


def following(
    path: object,
    rows: Sequence[StoredRow],
    personal: Sequence[tuple[str, bytes, str]],
    before: datetime | None,
    version: Callable[[str, int | None], int],
) -> SealedBatch | None:
    """Take rows of whole decisions, as they stand in another store, for what follows a ledger at `path`; None for none.

    `before` is the record time of its last event, `version` gives the last one of a stream. Raises LedgerDamaged where
    versions, record times or parts leave one out or go back.
    """
    last: dict[str, int] = {}
    stamped, part, parts = stamp(before) if before else "", 0, 0
    for row in rows:
        last[row.stream] = number = (last.get(row.stream) or version(row.stream, None)) + 1
        follows = row.part == part + 1 and row.parts == parts if part < parts else row.part == 1
        if row.version != number or not follows or row.recorded_at < stamped:
            raise _not_following(path, row)
        stamped, part, parts = row.recorded_at, row.part, row.parts
    if part < parts:
        raise LedgerDamaged(path, f"the decision at position {rows[-1].position} would end in the middle")
    return SealedBatch([], Beside([], list(personal), instant_of(stamped), last), rows) if rows else None


def rows_of_batch(path: object, batch: SealedBatch, frontier: Frontier) -> Sequence[StoredRow]:
    """Return the rows of a batch, which follow the tree of `frontier`; it is grown by them.

    Raises LedgerDamaged for rows of another tree than that of the ledger at `path`.
    """
    if not batch.rows:
        return rows_of(batch.events, batch.beside.columns, frontier)
    for row in batch.rows:
        if frontier.grown(row.nodes[:HASH_BYTES]) != row.nodes:
            raise _not_following(path, row)
    return batch.rows


def _not_following(path: object, row: StoredRow) -> LedgerDamaged:
    return LedgerDamaged(path, f"what would stand at position {row.position} does not follow what is in it")


def rows_of(events: Sequence[StoredEvent], columns: Sequence[Columns], frontier: Frontier) -> list[StoredRow]:
    """Return the rows of sealed events, which follow the tree of `frontier`; it is grown by them."""
    rows: list[StoredRow] = []
    for event, beside in zip(events, columns, strict=True):
        line = event.state
        nodes = b"".join(frontier.append(leaf_hash(line)))
        place = (frontier.size, event.originator_id, event.originator_version, event.topic)
        rows.append(StoredRow(*place, *beside, line, nodes))
    return rows


def _need_whole(drafts: Sequence[Draft]) -> None:
    for place, draft in enumerate(drafts, 1):
        if draft.part != place or draft.decision != drafts[0].decision:
            raise ValueError(f"part {draft.part} of {draft.decision} stands where part {place} of one decision should")
