"""A snapshot as a folder of Parquet files: one for each table, and `context.parquet`.

Every file carries the context in its own metadata too, so that one that was taken out of the folder still says what
it is. Written and read by DuckDB, on one thread: the order of lines, and with it the bytes, stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ledger.events.canonical import canonical
from ledger.files.inputs import need_file
from ledger.files.making import private_folder
from ledger.lots import lots
from projections.columnar import SETTINGS, engine, literal, named, of_the_disk, quoted
from projections.snapshots.columns import Column, Line, Type
from projections.snapshots.copy import (
    CONTEXT,
    PARTS_MAX,
    STREAMED_BYTES_MAX,
    STREAMED_CELLS_MAX,
    THING_BYTES_MAX,
    THING_CELLS_MAX,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    about,
    copy_of,
    foreign,
)
from projections.snapshots.question import Snapshot
from projections.snapshots.tables import tables

SUFFIX = ".parquet"
_ROWS, _ROWS_READ = 1_000, 200  # handed over at once
_VECTOR, _VECTORS_MAX, _GROUP_BYTES = 2_048, 10, 2**23  # rows of the library at once, such lots in a group, their texts
_CELL_BYTES_MAX = 2**18
_TYPES: dict[Type, str] = {"text": "VARCHAR", "whole": "BIGINT", "number": "DECIMAL(27,9)", "date": "DATE"}
_PAIR = (Column("name", ""), Column("value", ""))
_WRITING = {**SETTINGS, "memory_limit": "64MB"}
_FOR_LONG_TEXTS = "1GB"
_READING = {**SETTINGS, "memory_limit": "256MB", "temp_directory": ""}
# A folder named year=2026 is no column of ours.
_TABLE = "read_parquet(?, hive_partitioning = false)"


def write_parquet(found: Snapshot, folder: Path) -> None:
    """Write the files of a snapshot into an empty folder: the same bytes for the same snapshot and version of DuckDB.

    Raises `MissingExtra` without the library, and the OSError that stopped it where the disk did.
    """
    context = canonical(dict(about(found))).decode()
    with private_folder() as aside, _opened({**_WRITING, "temp_directory": str(aside)}) as db, of_the_disk():
        _put(db, folder, CONTEXT, _PAIR, [(name, _text(value)) for name, value in about(found)], context)
        for table in tables(found):
            _put(db, folder, table.name, table.columns, table.lines, context)


def _opened(settings: dict[str, Any]) -> Any:
    return engine(settings, "Snapshots in the format parquet", "parquet")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _put(db: Any, *table: Any) -> None:
    """Write one table; where its texts are so long that few rows fill the memory, with more of it: the same bytes."""
    import duckdb

    try:
        _written(db, *table)
    except duckdb.OutOfMemoryException:
        db.execute(f"SET memory_limit = '{_FOR_LONG_TEXTS}'")
        _written(db, *table)


def _written(db: Any, folder: Path, name: str, columns: Sequence[Column], lines: Iterable[Line], context: str) -> None:
    typed = ", ".join(f'"{column.name}" {_TYPES[column.type]}' for column in columns)
    db.execute(f"CREATE OR REPLACE TABLE lines ({typed})")
    places = ", ".join("unnest(?)" for _ in columns)
    count = size = 0
    for some in lots(lines, _ROWS):
        count, size = (
            count + len(some),
            size + sum(len(cell) for line in some for cell in line if isinstance(cell, str)),
        )
        cells = zip(*some, strict=True)
        db.execute(f"INSERT INTO lines SELECT {places}", [list(column) for column in cells])
    target = quoted(str(folder / f"{name}{SUFFIX}"))
    metadata = f"{CONTEXT}: {quoted(context)}"
    form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_rows_a_group(count, size)}, KV_METADATA {{{metadata}}}"
    db.execute(f"COPY lines TO {target} ({form})")


def _rows_a_group(count: int, size: int) -> int:
    """Return how many rows are packed together, of a table of so many rows and characters: all of them in memory."""
    vectors = _GROUP_BYTES * count // max(size, 1) // _VECTOR if count else _VECTORS_MAX
    return _VECTOR * min(max(vectors, 1), _VECTORS_MAX)


def read_parquet(folder: Path) -> Copy:
    """Read a snapshot from a folder of Parquet files; raises `NotASnapshot`, also where their contexts differ."""
    files = sorted(folder.glob(f"*{SUFFIX}"))[: PARTS_MAX + 1]
    if len(files) > PARTS_MAX:
        raise NotASnapshot(folder, f"it has more than {PARTS_MAX} tables")
    for file in files:
        need_file(file, STREAMED_BYTES_MAX)
    budget = Budget(folder, STREAMED_BYTES_MAX, STREAMED_CELLS_MAX)
    db = _opened(_READING)  # closed with the last of the tables that are read from it
    with foreign(folder, "Parquet"):
        found = {file.stem: _copied(db, file, budget) for file in files}
        contexts = {_context(db, file) for file in files}
    if CONTEXT not in found or len(contexts) != 1:
        raise NotASnapshot(folder, "its files do not say one context")
    few = Budget(folder, THING_BYTES_MAX, THING_CELLS_MAX, "its context")
    return _checked(folder, few.lines(found.pop(CONTEXT).lines), contexts.pop(), found)


def _checked(folder: Path, pairs: Iterable[Line], context: str | None, found: dict[str, Copied]) -> Copy:
    """Return the copy with its context as the metadata has it, which the table named `context` must repeat."""
    try:
        said = json.loads(context or "")
    except ValueError:
        said = None
    if not isinstance(said, dict) or {name: _text(value) for name, value in said.items()} != {
        str(name): value for name, value in pairs
    }:
        raise NotASnapshot(folder, "its metadata and its context differ")
    return copy_of(folder, said.items(), found)


def _copied(db: Any, file: Path, budget: Budget) -> Copied:
    """Return a table, once it is known how much it unpacks to: a few bytes may stand for any number of lines."""
    ((lines,),) = db.execute("SELECT num_rows FROM parquet_file_metadata(?)", [literal(file)]).fetchall()
    columns = db.execute(f"DESCRIBE SELECT * FROM {_TABLE}", [literal(file)]).fetchall()
    if any(column[1] not in _TYPES.values() for column in columns):
        raise NotASnapshot(file, "it has columns that are neither text, numbers nor dates")
    budget.take(0, lines * len(columns))
    sizes = [f"coalesce(strlen({named(column[0])}), 0)" for column in columns if column[1] == "VARCHAR"] or ["0"]
    longest = f"max(greatest({', '.join(sizes)}))" if len(sizes) > 1 else f"max({sizes[0]})"
    asked = f"SELECT sum({' + '.join(sizes)}), {longest} FROM {_TABLE}"
    ((size, most),) = db.execute(asked, [literal(file)]).fetchall()
    budget.take(int(size or 0))
    if (most or 0) > _CELL_BYTES_MAX:
        raise NotASnapshot(file, f"it has a cell of more than {_CELL_BYTES_MAX >> 10} KB")
    return Copied(tuple(column[0] for column in columns), ParquetLines(db, file))


class ParquetLines:
    """The lines of one table, each read when it is asked for."""

    def __init__(self, db: Any, file: Path) -> None:
        self._db, self._file = db, file

    def __iter__(self) -> Iterator[Line]:
        with foreign(self._file, "Parquet"), closing(self._db.cursor()) as cursor:
            cursor.execute(f"SELECT * FROM {_TABLE}", [literal(self._file)])
            while lines := cursor.fetchmany(_ROWS_READ):
                yield from lines


def _context(db: Any, file: Path) -> str | None:
    row = db.execute("SELECT value FROM parquet_kv_metadata(?) WHERE key = 'context'", [literal(file)]).fetchone()
    return None if row is None else bytes(row[0]).decode()
