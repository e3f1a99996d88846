"""Tiles: the tree and the lines of a log cut into files that any web server can give out (C2SP tlog-tiles v0.1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.errors import ProofError
from ledger.integrity.tree import HASH_BYTES, node_hash
from ledger.plurals import counted

WIDTH = 256  # hashes of a full tile, and entries of a full bundle
HEIGHT = 8  # levels of the tree that a level of tiles spans
LEVEL_MAX = 63
TILE_BYTES = WIDTH * HASH_BYTES
ENTRY_BYTES_MAX = 65_535
ENTRIES = "entries"


class Tile(NamedTuple):
    """One file of tiles: of a level of hashes, or of entries where the level is None; `width` 256 is a full one."""

    level: int | None
    place: int  # of the tile in its level, from 0
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands below the log's address: `tile/0/x001/234.p/17`."""
        level = ENTRIES if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_groups(self.place)}{part}"

    @property
    def full(self) -> Tile:
        """The full tile that takes its place when the log has grown."""
        return self._replace(width=WIDTH)


def _groups(index: int) -> str:
    """Write an index in groups of three digits, all but the last with an x: 1234067 is x001/x234/067."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def tiles_of(size: int, before: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a log of `size` entries that one of `before` entries did not have, level by level.

    Full tiles and the partial one at the right edge of each level; none is empty. Entries come first.
    """
    for level in (None, *range(LEVEL_MAX + 1)):
        there, had = size >> HEIGHT * (level or 0), before >> HEIGHT * (level or 0)
        if not there:
            return
        for index in range(had // WIDTH, there // WIDTH):
            yield Tile(level, index)
        if there % WIDTH and there != had:
            yield Tile(level, there // WIDTH, there % WIDTH)


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over the 256 hashes of a full tile, which is one hash of the tile above it."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[place], level[place + 1]) for place in range(0, len(level), 2)]
    return level[0]


def hashes_of(raw: bytes, width: int, what: str) -> list[bytes]:
    """Cut a tile of hashes into its `width` hashes; raises `ProofError` for another length."""
    if len(raw) != width * HASH_BYTES:
        raise ProofError(f"{what} has {counted(len(raw), 'byte')}; {width} hashes have {width * HASH_BYTES}.")
    return [raw[place : place + HASH_BYTES] for place in range(0, len(raw), HASH_BYTES)]


def bundle(lines: Iterable[bytes]) -> bytes:
    """Return lines as a bundle of entries: the length of each in two bytes, big end first, and the line."""
    parts = []
    for line in lines:
        if len(line) > ENTRY_BYTES_MAX:
            raise ProofError(
                f"An entry has {counted(len(line), 'byte')}; a bundle holds entries of at most {ENTRY_BYTES_MAX}."
            )
        parts += [len(line).to_bytes(2, "big"), line]
    return b"".join(parts)


def entries_of(raw: bytes, width: int, what: str) -> list[bytes]:
    """Cut a bundle into its `width` entries; raises `ProofError` where it ends in one, or holds more or fewer."""
    entries: list[bytes] = []
    place = 0
    while place < len(raw):
        if len(entries) == width:
            raise ProofError(f"{what} holds more than {width} entries.")
        length = int.from_bytes(raw[place : place + 2], "big")
        entry = raw[place + 2 : place + 2 + length]
        if place + 2 > len(raw) or len(entry) != length:
            raise ProofError(f"{what} ends in the middle of entry {len(entries) + 1}.")
        entries.append(entry)
        place += 2 + length
    if len(entries) != width:
        raise ProofError(f"{what} holds {counted(len(entries), 'entry', 'entries')}, and {width} belong there.")
    return entries
