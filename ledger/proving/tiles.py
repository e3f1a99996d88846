"""A folder of tiles: written from a ledger for any web server to give out, read and checked without the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.application.reader import Reader
from ledger.errors import InputError, OutputExists, ProofError
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import encoded
from ledger.integrity.notes import NOTE_BYTES_MAX
from ledger.integrity.tiles import (
    ENTRY_BYTES_MAX,
    HEIGHT,
    LEVEL_MAX,
    TILE_BYTES,
    WIDTH,
    Tile,
    bundle,
    entries_of,
    hashes_of,
    tile_root,
    tiles_of,
)
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.lots import lots
from ledger.plurals import counted
from ledger.proving.events import held_to_origin
from ledger.store.verification.damage import Damage

CHECKPOINT = "checkpoint"
_BUNDLE_BYTES_MAX = WIDTH * (ENTRY_BYTES_MAX + 2)
DAMAGE_MAX = 1_000  # that are told of one folder


class TileFolder:
    """A folder with a checkpoint and its tiles; what stands in it is read when it is asked for."""

    def __init__(self, path: Path) -> None:
        """Read the checkpoint; raises `InputError` where there is none, `ProofError` where it is malformed."""
        self.path = path
        where = path / CHECKPOINT
        self.signed = SignedCheckpoint.parse(read_whole(where, NOTE_BYTES_MAX) or b"", f'"{where}"')

    @property
    def size(self) -> int:
        """The number of events under the checkpoint."""
        return self.signed.checkpoint.size

    def entries(self, place: int) -> list[bytes]:
        """Return the lines of one bundle; raises `ProofError` where it is missing or cut."""
        tile = self._tile(None, place)
        return entries_of(self._read(tile, _BUNDLE_BYTES_MAX), tile.width, tile.path)

    def hashes(self, level: int, place: int) -> list[bytes]:
        """Return the hashes of one tile; raises `ProofError` where it is missing or of another length."""
        tile = self._tile(level, place)
        return hashes_of(self._read(tile, TILE_BYTES), tile.width, tile.path)

    def leaves(self) -> Iterator[bytes]:
        """Yield the hash of every leaf in order, from the tiles of level 0."""
        for place in range(-(-self.size // WIDTH)):
            yield from self.hashes(0, place)

    def damage(self) -> Iterator[Damage]:
        """Yield what is wrong with the tiles: entries to hashes, level to level, all of them to the checkpoint's root.

        The first thousand are told. Raises nothing for a folder that lacks files: that is damage.
        """
        frontier = Frontier()
        for told, found in enumerate(self._found(frontier), 1):
            yield found
            if told == DAMAGE_MAX:
                yield Damage(None, "tiles", f"fewer than {DAMAGE_MAX:,} damages", "more; the rest was not read")
                return
        checkpoint = self.signed.checkpoint
        if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
            said = f"{encoded(checkpoint.root)} at size {checkpoint.size}, as the checkpoint says"
            yield Damage(
                None, "root", said, f"{encoded(frontier.root())} from {counted(frontier.size, 'entry', 'entries')}"
            )

    def _found(self, frontier: Frontier) -> Iterator[Damage]:
        above: list[bytes] = []
        for place in range(-(-self.size // WIDTH)):
            try:
                leaves = [leaf_hash(line) for line in self.entries(place)]
            except ProofError as error:
                yield Damage(place * WIDTH + 1, "tiles", f"the entries {Tile(None, place).path}", str(error))
                leaves = []
            yield from self._held(0, place, leaves)
            for leaf in leaves:
                frontier.append(leaf)
            if len(leaves) == WIDTH:
                above.append(tile_root(leaves))
            elif not leaves:
                above.append(b"")
        yield from self._levels_above(above)

    def _levels_above(self, hashes: list[bytes]) -> Iterator[Damage]:
        """Hold every level to the roots of the full tiles below it; an empty hash stands for one that is not known."""
        for level in range(1, LEVEL_MAX + 1):
            wanted = self.size >> HEIGHT * level
            if not wanted:
                return
            hashes, above = hashes[:wanted], []
            for place, some in enumerate(lots(hashes, WIDTH)):
                yield from self._held(level, place, [] if b"" in some else some)
                if len(some) == WIDTH:
                    above.append(b"" if b"" in some else tile_root(some))
            hashes = above

    def _held(self, level: int, place: int, made: list[bytes]) -> Iterator[Damage]:
        """Hold a tile of hashes to those that were made; none were where what lies below is broken."""
        first = (place * WIDTH << HEIGHT * level) + 1
        try:
            found = self.hashes(level, place)
        except ProofError as error:
            yield Damage(first, "tiles", f"the tile {Tile(level, place).path}", str(error))
            return
        for number, (ours, theirs) in enumerate(zip(made, found, strict=False)):
            if ours != theirs:
                position = ((place * WIDTH + number) << HEIGHT * level) + 1
                yield Damage(position, "tiles", f"{encoded(ours)} in {Tile(level, place).path}", encoded(theirs))

    def _tile(self, level: int | None, place: int) -> Tile:
        """Return the tile at a place, partial where the log ends in it."""
        there = (self.size >> HEIGHT * (level or 0)) - place * WIDTH
        return Tile(level, place, min(WIDTH, there))

    def _read(self, tile: Tile, most: int) -> bytes:
        """Return the bytes of a tile; where a partial one is gone, the beginning of the full one."""
        for one in dict.fromkeys((tile, tile.full)):
            try:
                raw = read_whole(self.path / one.path, most, may_lack=True)
            except InputError as error:
                raise ProofError(str(error)) from None
            if raw is not None:
                return raw if one == tile else _cut(raw, tile)
        raise ProofError(f"{tile.path} is missing.")


def _cut(raw: bytes, tile: Tile) -> bytes:
    """Return what a partial tile would hold, from the full one."""
    if tile.level is not None:
        return raw[: len(raw) // WIDTH * tile.width]
    return bundle(entries_of(raw, WIDTH, tile.full.path)[: tile.width])


def write_tiles(ledger: Reader, folder: Path, signed: SignedCheckpoint) -> int:
    """Write the tiles of a ledger under a checkpoint, and then the checkpoint; return the number of files written.

    A folder that holds an older checkpoint of the ledger gets what is new only, and loses the partial tiles that are
    full now. Raises `NotContinued` where the ledger does not continue what the folder holds, `OutputExists` for a
    folder of something else.
    """
    held_to_origin(ledger, signed)
    before = _before(ledger, folder, signed)
    written = 0
    for tile, raw in _made(ledger, signed.checkpoint.size, before):
        place = folder / tile.path
        place.parent.mkdir(parents=True, exist_ok=True)
        with new_file(place, force=True) as file:
            file.write(raw)
        written += 1
        if tile.width == WIDTH:
            _drop_partial(place)
    with new_file(folder / CHECKPOINT, force=True) as file:
        file.write(bytes(signed))
    return written + 1


def _before(ledger: Reader, folder: Path, signed: SignedCheckpoint) -> int:
    """Return the size that a folder holds; 0 where nothing stands there."""
    if not folder.exists():
        folder.mkdir(parents=True)
        return 0
    if not any(folder.iterdir()):
        return 0
    if not (folder / CHECKPOINT).is_file():
        raise OutputExists(folder)
    older = TileFolder(folder).signed
    held_to_origin(ledger, older)
    if older.checkpoint.size > signed.checkpoint.size:
        raise ProofError(f'"{folder}" holds {counted(older.checkpoint.size, "event")}, and this checkpoint is older.')
    return older.checkpoint.size


def _made(ledger: Reader, size: int, before: int) -> Iterator[tuple[Tile, bytes]]:
    """Yield what is new between two sizes: entries and leaves from the lines, what lies above from the stored nodes."""
    first = before // WIDTH
    for place, lines in enumerate(lots(ledger.lines(first * WIDTH, size), WIDTH), first):
        if place == first and len(lines) == before - first * WIDTH:
            continue  # nothing is new
        yield Tile(None, place, len(lines)), bundle(lines)
        yield Tile(0, place, len(lines)), b"".join(map(leaf_hash, lines))
    for tile in tiles_of(size, before):
        if tile.level:
            start = tile.place * WIDTH
            nodes = (ledger.store.read_node(HEIGHT * tile.level, start + number) for number in range(tile.width))
            yield tile, b"".join(nodes)


def _drop_partial(place: Path) -> None:
    """Remove the partial tiles of a full one."""
    partial = place.with_name(f"{place.name}.p")
    if partial.is_dir():
        for file in partial.iterdir():
            file.unlink()
        partial.rmdir()
