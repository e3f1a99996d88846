"""The row of an event, held to itself: its columns to its line, and its line to its leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from ledger.errors import LedgerDamaged
from ledger.events.ids import decision_key
from ledger.integrity.tree import HASH_BYTES, Frontier, leaf_hash
from ledger.store.types import Sealed, StoredRow

SEALED = "SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes FROM events"


class _Decision(Struct):
    authority: str
    reference: str
    part: tuple[int, int]


class _Line(Struct):
    """What the columns repeat of a line; the rest of it is passed over."""

    stream: str
    version: int
    type: str
    decision: _Decision
    recorded_at: str


_decode = Decoder(_Line).decode


def sealed(path: object, row: StoredRow) -> Sealed:
    """Return the event of a row of SEALED; raises LedgerDamaged where line, leaf and columns do not agree.

    Costs one hash and one look at the line, some 4 microseconds. It does not hold the leaf to the root.
    """
    _hold(path, row)
    return row.event()


def _hold(path: object, row: StoredRow) -> None:
    line, nodes = row.line, row.nodes
    if type(nodes) is not bytes or len(nodes) < HASH_BYTES:
        raise LedgerDamaged(path, f"the nodes at position {row.position} are missing")
    if type(line) is not bytes or leaf_hash(line) != nodes[:HASH_BYTES]:
        raise LedgerDamaged(path, f"the line at position {row.position} is not the one that was recorded there")
    if _repeated(line) != row.repeated():
        raise LedgerDamaged(path, f"the columns at position {row.position} say something else than its line")


def _repeated(line: bytes) -> tuple[Any, ...] | None:
    """Return what the columns of an event with this line are; None for a line that is no event."""
    try:
        event = _decode(line)
        decision = event.decision
        key = decision_key(decision.authority, decision.reference)
    except (DecodeError, UnicodeError):
        return None
    return (event.stream, event.version, event.type, key, *decision.part, event.recorded_at)


def held(path: object, rows: Iterable[StoredRow], frontier: Frontier) -> Iterator[StoredRow]:
    """Yield rows that follow each other from the position after `frontier` on, each held to itself, and move it.

    Raises LedgerDamaged as `sealed` does, for a position that is left out or comes twice, and for stored nodes other
    than those that the lines make.
    """
    for row in rows:
        line, wanted = row.line, frontier.size + 1
        if type(line) is not bytes or frontier.grown(leaf_hash(line)) != row.nodes or row.position != wanted:
            raise _misplaced(path, row, wanted)
        if _repeated(line) != row.repeated():
            raise LedgerDamaged(path, f"the columns at position {wanted} say something else than its line")
        yield row


def _misplaced(path: object, row: StoredRow, wanted: int) -> LedgerDamaged:
    """Return what is wrong with a row that is not the one of its place."""
    _hold(path, row)
    if row.position != wanted:
        return LedgerDamaged(path, f"position {wanted} is missing, and position {row.position} stands there")
    return LedgerDamaged(path, f"the nodes at position {wanted} are not those of the lines up to there")
