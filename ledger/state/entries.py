"""Entries of one attribute in order: the last ones as they are, those before them packed into few bytes.

A decision is nearly always about the end of a timeline. What is older is unpacked where something is asked of it, or
where an entry comes late; so a long record is held in a tenth of the memory.
"""

from __future__ import annotations

import pickle
import zlib
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

from ledger.timeline import Entry, Interval, Reach, value_at

PACKED = 16  # entries in a pack
BYTES_AN_ENTRY = 300  # that stands as it is, besides its text
PLAIN_MAX = 18  # entries that stand as they are, before the first of them are packed


class _Pack(NamedTuple):
    day: int  # of its first entry
    entries: bytes


class Entries(Sequence[Entry]):
    """A sorted sequence of entries; a copy shares what is packed."""

    __slots__ = ("_last", "_packs")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """`entries` are in order."""
        self._packs: tuple[_Pack, ...] = ()
        self._last = list(entries)  # never empty where anything is packed
        self._pack()

    def copy(self) -> Entries:
        """Return entries that can be changed without changing these."""
        other = Entries()
        other._packs, other._last = self._packs, self._last.copy()
        return other

    @property
    def weight(self) -> int:
        """Some bytes that it holds in memory."""
        texts = sum(len(entry.value) for entry in self._last if isinstance(entry.value, str))
        return texts + BYTES_AN_ENTRY * len(self._last) + sum(len(pack.entries) for pack in self._packs)

    def insert(self, entry: Entry) -> None:
        """Put an entry in its sorted place."""
        while self._packs and entry < self._last[0]:
            self._unpack()
        insort(self._last, entry)
        self._pack()

    def remove(self, position: int) -> None:
        """Take out what the event at `position` said; nothing where it said nothing."""
        while self._packs and (
            self._last[0].position == position or not any(entry.position == position for entry in self._last)
        ):
            self._unpack()
        self._last = [entry for entry in self._last if entry.position != position]
        if not self._last and self._packs:
            self._unpack()
        self._pack()

    def _pack(self) -> None:
        if len(self._last) > PLAIN_MAX:
            whole = (len(self._last) - PLAIN_MAX + PACKED - 1) // PACKED * PACKED
            packs = [_packed(self._last[first : first + PACKED]) for first in range(0, whole, PACKED)]
            self._packs += tuple(packs)
            self._last = self._last[whole:]

    def _unpack(self) -> None:
        self._last = [*_unpacked(self._packs[-1]), *self._last]
        self._packs = self._packs[:-1]

    # Asking

    def __len__(self) -> int:
        return len(self._packs) * PACKED + len(self._last)

    def __iter__(self) -> Iterator[Entry]:
        for pack in self._packs:
            yield from _unpacked(pack)
        yield from self._last

    def __reversed__(self) -> Iterator[Entry]:
        yield from reversed(self._last)
        for pack in reversed(self._packs):
            yield from reversed(_unpacked(pack))

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return list(self)[place] if self._packs else self._last[place]
        older = len(self._packs) * PACKED
        index = place + older + len(self._last) if place < 0 else place
        if index >= older:
            return self._last[index - older]
        if index < 0:
            raise IndexError(place)
        pack, within = divmod(index, PACKED)
        return _unpacked(self._packs[pack])[within]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def in_force(self, lives: Sequence[Interval], day: int, reach: Reach) -> Entry | None:
        """Return the entry in force on `day`, as `value_at` does."""
        found = value_at(self._last, lives, day, reach)
        for pack in reversed(self._packs):
            if found is not None:
                break
            if pack.day <= day:
                found = value_at(_unpacked(pack), lives, day, reach)
        return found

    def since(self, entry: Entry) -> Iterator[list[Entry]]:
        """Yield the end of the timeline, from before `entry` on, as lists that begin ever sooner; at last all of it."""
        packs, entries = self._packs, self._last
        while packs:
            if entries[0] < entry:
                yield entries
            entries, packs = [*_unpacked(packs[-1]), *entries], packs[:-1]
        yield entries


def packed(value: Any) -> bytes:
    """Return a value in few bytes, for `unpacked` in this process: they are never kept, nor read from elsewhere."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpacked(value: bytes) -> Any:
    """Return what was packed."""
    return pickle.loads(zlib.decompress(value))


def _packed(entries: Sequence[Entry]) -> _Pack:
    return _Pack(entries[0].day, packed(tuple(zip(*entries, strict=True))))


def _unpacked(pack: _Pack) -> list[Entry]:
    return list(map(Entry._make, zip(*unpacked(pack.entries), strict=True)))
