"""A snapshot as it is read back from a file: its context, its digest, its tables as they stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import EINVAL
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ledger.errors import InputError, LedgerError, harmless
from projections.snapshots.columns import Cell, Line, as_read
from projections.snapshots.question import Snapshot
from projections.snapshots.tables import Layout

Fields = dict[str, Any]
CONTEXT = "context"  # the name of the table, sheet or entry that holds the context
DIGEST = "content_sha256"
PARTS_MAX = 200  # files of a package, tables of a database
# Of a snapshot that is read line by line: csv, parquet, sqlite. The cells are those of one table.
STREAMED_BYTES_MAX, STREAMED_CELLS_MAX = 2**30, 50_000_000
# Of what is in memory as a whole, several times over: json, xlsx, and a table whose lines have to be put in order.
SNAPSHOT_BYTES_MAX, CELLS_MAX = 32 * 2**20, 1_000_000
THING_BYTES_MAX, THING_CELLS_MAX = 16 * 2**20, 500_000  # of one thing in one table; of the context
_ABSENT_A_CELL = 20  # cells that hold nothing, for one that does


class NotASnapshot(InputError):
    """A file that cannot be read as a snapshot; `what` says what was seen there."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(f'"{harmless(str(path), 200)}" cannot be read as a snapshot: {what}.')
        self.what = what


def _said(error: Exception) -> str:
    """Return what an error of a reader says, in a line; one that only names what is not there says that it is not."""
    if isinstance(error, KeyError) and error.args:
        return f'it has no "{harmless(str(error.args[0]))}"'
    return harmless((str(error).splitlines() or [""])[0] or type(error).__name__, 160)


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
        raise NotASnapshot(path, f"as {reader} it is damaged ({_said(error)})") from None


_Cells = TypeVar("_Cells", bound=Sequence[Cell])


class Budget:
    """How much more may be read of one snapshot, by what was really read and not by what the file says of itself."""

    def __init__(self, path: object, size: int = SNAPSHOT_BYTES_MAX, cells: int = CELLS_MAX, what: str = "it") -> None:
        self._path, self._what = path, what
        self._bytes = self._bytes_max = size
        self._cells = self._cells_max = cells

    @property
    def left(self) -> int:
        """How many bytes."""
        return self._bytes

    def take(self, size: int, cells: int = 0) -> None:
        """Take what was read off the budget; raises `NotASnapshot` where there is not as much."""
        self._bytes -= size
        self._cells -= cells
        if self._bytes < 0:
            raise NotASnapshot(self._path, f"{self._what} unpacks to more than {self._bytes_max >> 20} MB")
        if self._cells < 0:
            raise NotASnapshot(self._path, f"{self._what} has more than {self._cells_max:,} cells")

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


class Copied(NamedTuple):
    """A table as a file has it: the names of its columns, and its lines in order, which can be read again."""

    columns: tuple[str, ...]
    lines: Iterable[Line]


class Copy(NamedTuple):
    """A snapshot as a file has it; `document` is the whole of a JSON snapshot, which has no tables."""

    path: Path
    context: Fields
    content_sha256: str
    tables: dict[str, Copied]
    document: Fields | None = None


def about(found: Snapshot) -> list[tuple[str, Cell]]:
    """Return the context of a snapshot and its digest, a name and a value each."""
    return [*found.context.items(), (DIGEST, found.content_sha256)]


def copy_of(path: Path, pairs: Iterable[Line], tables: dict[str, Copied]) -> Copy:
    """Return a copy from the names and values of its context, and its tables; raises `NotASnapshot`."""
    few = Budget(path, THING_BYTES_MAX, THING_CELLS_MAX, "its context").lines(pairs)
    context: Fields = {str(pair[0]): pair[1] for pair in few if len(pair) == 2}
    return Copy(path, context, str(context.pop(DIGEST, "")), tables)


class Group(NamedTuple):
    """The lines of one thing in one table, and its id."""

    id: str
    lines: list[Line]


def groups(path: Path, layout: Layout, copied: Copied) -> Iterator[Group]:
    """Yield the lines of a table, those with one id together; raises `NotASnapshot` for too many of one thing.

    Cells are as they were made where the file has them in the type of their column.
    """
    at = copied.columns.index(layout.key[0])
    for id_, lines in groupby(_as_made(layout, copied), lambda line: identifier(line[at] if at < len(line) else None)):
        what = f'what it says of "{harmless(id_, 60)}" in {layout.name}'
        yield Group(id_, list(Budget(path, THING_BYTES_MAX, THING_CELLS_MAX, what).lines(lines)))


def _as_made(layout: Layout, copied: Copied) -> Iterator[Line]:
    by_name = {one.name: as_read(one, is_key=one.name in layout.key) for one in layout.columns}
    turned = [(at, turn) for at, name in enumerate(copied.columns) if (turn := by_name.get(name)) is not None]
    for line in copied.lines:
        cells = list(line)
        for at, turn in turned:
            if at < len(cells):
                cells[at] = turn(cells[at])
        yield tuple(cells)


def identifier(cell: Cell) -> str:
    """Return a cell as the id that it is to be."""
    return "" if cell is None else str(cell)


def is_in_order(things: Iterable[Group]) -> bool:
    """Return whether each id comes once, and after those before it."""
    last = None
    for id_, _ in things:
        if last is not None and id_ <= last:
            return False
        last = id_
    return True


def put_in_order(path: Path, layout: Layout, copied: Copied) -> Copied:
    """Return a table with its lines in order of id; raises `NotASnapshot` where they are too many to be sorted here."""
    at = copied.columns.index(layout.key[0])
    few = Budget(path, what=f"its table {layout.name} is not in order of id, and").lines(copied.lines)
    return copied._replace(lines=sorted(few, key=lambda line: identifier(line[at] if at < len(line) else None)))
