"""A snapshot as it is read back from a file: its context, its digest, its tables as they stand there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import EINVAL
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ledger.errors import InputError, LedgerError, harmless
from ledger.inputs import need_file, opened
from projections.snapshots import Snapshot
from projections.tables import Cell, Line

Fields = dict[str, Any]
CONTEXT = "context"  # the name of the table, sheet or entry that holds the context
DIGEST = "content_sha256"
SNAPSHOT_BYTES_MAX = 32 * 2**20  # of a file, and of all that is unpacked from it: it is in memory, several times
CELLS_MAX = 1_000_000  # of all tables together; of JSON: names and values
_ABSENT_A_CELL = 20  # cells that hold nothing, for one that does
PARTS_MAX = 200  # files of a package, tables of a database


class NotASnapshot(InputError):
    """A file that cannot be read as a snapshot; `what` says what was seen there."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" cannot be read as a snapshot: {what}.')


@contextmanager
def foreign(path: object, reader: str) -> Iterator[None]:
    """Put whatever a reader makes of a file that we did not write into a sentence; raises `NotASnapshot`."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:  # damaged files find every way out of a library
        if isinstance(error, OSError) and error.errno not in (None, EINVAL):  # the disk speaks, not the library
            raise
        said = harmless((str(error).splitlines() or [""])[0] or type(error).__name__, 160)
        raise NotASnapshot(path, f"as {reader} it is damaged ({said})") from None


_Cells = TypeVar("_Cells", bound=Sequence[Cell])


class Budget:
    """How much more may be read of one snapshot, by what was really read and not by what the file says of itself."""

    def __init__(self, path: object) -> None:
        self._path, self._bytes, self._cells = path, SNAPSHOT_BYTES_MAX, CELLS_MAX

    @property
    def left(self) -> int:
        """How many bytes."""
        return self._bytes

    def take(self, size: int, cells: int = 0) -> None:
        """Take what was read off the budget; raises `NotASnapshot` where there is not as much."""
        self._bytes -= size
        self._cells -= cells
        if self._bytes < 0:
            raise NotASnapshot(self._path, f"it unpacks to more than {SNAPSHOT_BYTES_MAX >> 20} MB")
        if self._cells < 0:
            raise NotASnapshot(self._path, f"it has more than {CELLS_MAX:,} cells")

    def need(self, cells: int, size: int = 0) -> None:
        """Raise `NotASnapshot` unless there is room for as much, which is not taken yet."""
        self.take(size, cells)
        self.take(-size, -cells)

    def lines(self, lines: Iterable[_Cells]) -> Iterator[_Cells]:
        """Yield lines of a table while there is room for them."""
        for line in lines:
            held = [_size(cell) for cell in line if cell is not None]
            self.take(sum(held), 1 + len(held) + (len(line) - len(held)) // _ABSENT_A_CELL)
            yield line


def _size(cell: Cell) -> int:
    return len(cell) if isinstance(cell, str | bytes) else 8


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a zip; raises `NotASnapshot` as soon as it is too much."""
    budget = Budget(path)
    with packed(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as file:
                content = file.read(budget.left + 1)
            budget.take(len(content))
            yield entry.filename, content


@contextmanager
def packed(path: Path) -> Iterator[zipfile.ZipFile]:
    """Give an open zip of few files, each there once; raises `NotASnapshot`."""
    need_file(path, SNAPSHOT_BYTES_MAX)
    with opened(path) as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if len(set(names)) < len(names):
            raise NotASnapshot(path, "a file stands twice in it")
        if len(names) > PARTS_MAX:
            raise NotASnapshot(path, f"it has more than {PARTS_MAX} files")
        yield archive


class Copied(NamedTuple):
    """A table as a file has it: the names of its columns and its lines in order."""

    columns: tuple[str, ...]
    lines: list[Line]


class Copy(NamedTuple):
    """A snapshot as a file has it; `document` is the whole of a JSON snapshot, which has no tables."""

    context: Fields
    content_sha256: str
    tables: dict[str, Copied]
    document: Fields | None = None


def about(found: Snapshot) -> list[tuple[str, Cell]]:
    """Return the context of a snapshot and its digest, a name and a value each."""
    return [*found.context.items(), (DIGEST, found.content_sha256)]


def copy_of(pairs: Iterable[Line], tables: dict[str, Copied]) -> Copy:
    """Return a copy from the names and values of its context, and its tables."""
    context: Fields = {str(pair[0]): pair[1] for pair in pairs if len(pair) == 2}
    return Copy(context, str(context.pop(DIGEST, "")), tables)


def is_whole(column: str) -> bool:
    """Return whether a column holds whole numbers; every other holds text."""
    return column == "position"
