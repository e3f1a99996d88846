"""The entering of rows into a ledger on a server: the calls of its functions, and what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from struct import Struct
from typing import Any

from psycopg.adapt import Dumper
from psycopg.pq import Format

from ledger.store.address import Address
from ledger.store.reading.queries import PAGE_ROWS
from ledger.store.reading.rows import SEALED
from ledger.store.types import Head, StoredRow

_LEAST_MS = 1  # 0 would be without end
_TYPES = ("text", "bigint", "text", "text", "integer", "integer", "text", "bytea", "bytea")
_PLACES = (1, 2, 3, 4, 5, 6, 7, 9, 8)  # of these in a row
_PERSONAL_TYPES = ("text", "bytea", "text")

_OIDS = {"bytea": 17, "bigint": 20, "integer": 23, "text": 25}
_EMPTY, _FULL, _LENGTH = Struct("!iiI"), Struct("!iiIii"), Struct("!i")
_NUMBERS = {"bigint": (8, Struct("!iq")), "integer": (4, Struct("!ii"))}

HEAD = "SELECT position, recorded_at FROM head"
_NEXT = f"{SEALED} WHERE position > %d ORDER BY position LIMIT {PAGE_ROWS}".encode()
APPEND = (
    "SELECT append(%s::bigint, %s::text, %s::integer, %s::text, "
    + ", ".join(f"%b::{type_}[]" for type_ in (*_TYPES, *_PERSONAL_TYPES))
    + ")"
)


def milliseconds(seconds: float) -> int:
    """Return for how long the server waits for the lock, at least a moment."""
    return min(2**31 - 1, max(_LEAST_MS, round(seconds * 1000)))


def take_head(wait_ms: int, after: int) -> bytes:
    """Return the statements that begin a transaction, take the lock, and give position and time of the head.

    The last gives the rows after a position, a page at most: one way to the server for all of it.
    """
    return b"BEGIN; SELECT position, recorded_at FROM take_head(%d); %b" % (wait_ms, _NEXT % after)


def channel_of(address: Address) -> str:
    """Return the channel by which those who listen are told of a decision in this ledger."""
    return f"ledger:{address.schema}"


def given(
    head: Head,
    stamp: str,
    wait_ms: int,
    channel: str,
    rows: Sequence[StoredRow],
    personal: Sequence[tuple[str, bytes, str]],
) -> list[Any]:
    """Return the parameters of APPEND, for rows that follow a head that was recorded at `stamp`."""
    columns = [array(type_, [row[place] for row in rows]) for place, type_ in zip(_PLACES, _TYPES, strict=True)]
    opened = [array(type_, [one[place] for one in personal]) for place, type_ in enumerate(_PERSONAL_TYPES)]
    return [head.position, stamp, wait_ms, channel, *columns, *opened]


class Array:
    """An array of one dimension, none of whose values is null, in the bytes that the server reads.

    They are made a column at a time; the driver would make them value by value.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw


class ArrayDumper(Dumper):
    """What gives it to the driver."""

    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        """Return its bytes."""
        return obj.raw


def array(type_: str, values: Sequence[Any]) -> Array:
    """Return values as an array of a type, which is one of _OIDS."""
    if not values:
        return Array(_EMPTY.pack(0, 0, _OIDS[type_]))
    if type_ in _NUMBERS:
        size, number = _NUMBERS[type_]
        packed: Iterable[bytes] = map(number.pack, repeat(size), values)
    else:
        raw = [one.encode() for one in values] if type_ == "text" else values
        packed = chain.from_iterable(zip(map(_LENGTH.pack, map(len, raw)), raw, strict=True))
    return Array(_FULL.pack(1, 0, _OIDS[type_], len(values), 1) + b"".join(packed))
