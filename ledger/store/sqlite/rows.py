"""The row of an event, held to itself: its columns to its line, and its line to its leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from ledger.errors import LedgerDamaged
from ledger.events.references import decision_key
from ledger.integrity.tree import HASH_BYTES, Frontier, leaf_hash
from ledger.store.types import Sealed

SEALED = "SELECT position, stream, version, type, decision, part, parts, recorded_at, line, nodes FROM events"
Row = tuple[Any, ...]  # the columns of SEALED, each of any type that SQLite can hold


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


def sealed(path: object, row: Row) -> Sealed:
    """Give the event of a row of SEALED; raises LedgerDamaged where line, leaf and columns do not agree.

    Costs one hash and one look at the line, some 4 microseconds. It does not hold the leaf to the root.
    """
    found, nodes = Sealed._make(row[:-1]), row[-1]
    line = found.line
    if type(nodes) is not bytes or len(nodes) < HASH_BYTES:
        raise LedgerDamaged(path, f"the nodes at position {found.position} are missing")
    if type(line) is not bytes or leaf_hash(line) != nodes[:HASH_BYTES]:
        raise LedgerDamaged(path, f"the line at position {found.position} is not the one that was recorded there")
    if _columns(line) != row[1:8]:
        raise LedgerDamaged(path, f"the columns at position {found.position} say something else than its line")
    return found


def _columns(line: bytes) -> Row | None:
    """Give what the columns of an event with this line are; None for a line that is no event."""
    try:
        said = _decode(line)
        decision = said.decision
        key = decision_key(decision.authority, decision.reference)
    except (DecodeError, UnicodeError):
        return None
    return (said.stream, said.version, said.type, key, *decision.part, said.recorded_at)


def held(path: object, rows: Iterable[Row], frontier: Frontier) -> Iterator[Sealed]:
    """Give the events of rows that follow each other from the position after `frontier` on, and move it.

    Raises LedgerDamaged as `sealed` does, for a position that is left out or comes twice, and for stored nodes other
    than those that the lines make.
    """
    for row in rows:
        event, wanted = sealed(path, row), frontier.size + 1
        if event.position != wanted:
            raise LedgerDamaged(path, f"position {wanted} is missing, and position {event.position} stands there")
        if b"".join(frontier.append(row[-1][:HASH_BYTES])) != row[-1]:
            raise LedgerDamaged(path, f"the nodes at position {wanted} are not those of the lines up to there")
        yield event
