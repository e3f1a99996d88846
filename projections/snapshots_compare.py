"""What differs between a snapshot's tables or values and those that the ledger gives, each difference by its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ledger.store.damage import Damage
from projections.snapshots_copy import Copied, is_whole
from projections.tables import Cell, Line, Table
from projections.values import as_json

SHOWN_CHARS = 120  # of two long values, from shortly before the place where they part
Named = dict[str, Cell]  # a line, by the names of its columns


def compared_tables(ours: list[Table], theirs: dict[str, Copied]) -> Iterator[Damage]:
    """Yield every table, line and cell that differs; the order of tables, columns and lines says nothing."""
    for table in ours:
        copied = theirs.get(table.name)
        if copied is None:
            yield Damage(None, "table", f"a table {table.name}", "none")
        else:
            yield from _table(table, copied)
    for name in sorted(theirs.keys() - {table.name for table in ours}):
        yield Damage(None, "table", "no other table", name)


def _table(table: Table, copied: Copied) -> Iterator[Damage]:
    columns = tuple(name for name, _ in table.columns)
    if sorted(columns) != sorted(copied.columns):
        yield Damage(
            None, "columns", f"{table.name}: {', '.join(columns)}", f"{table.name}: {', '.join(copied.columns)}"
        )
        return
    ours = {_key(table, line): line for line in (_named(columns, line) for line in table.lines)}
    theirs: dict[tuple[Cell, ...], Named] = {}
    for line in (_named(copied.columns, line) for line in copied.lines):
        key = _key(table, line)
        if key in theirs:
            yield Damage(None, "line", f"{_place(table, key)} once", "a second line of the same name")
        theirs[key] = line
    for key in dict.fromkeys((*ours, *theirs)):
        yield from _line(_place(table, key), ours.get(key), theirs.get(key))


def _key(table: Table, line: Named) -> tuple[Cell, ...]:
    return tuple(line.get(column) for column in table.key)


def _place(table: Table, key: tuple[Cell, ...]) -> str:
    return f"{table.name}: {' '.join(str(part) for part in key)}"


def _named(columns: tuple[str, ...], line: Line) -> Named:
    """Return a line by column; what lies beyond the columns counts, an empty cell is an absent one."""
    named = {column: _plain(column, cell) for column, cell in zip_longest(columns, line[: len(columns)])}
    beyond = [cell for cell in line[len(columns) :] if cell not in (None, "")]
    return named | {"beyond the columns": beyond[0]} if beyond else named


def _plain(column: str, cell: Cell) -> Cell:
    if isinstance(cell, str) and is_whole(column) and cell.isascii() and cell.isdecimal():
        return int(cell)
    return None if cell == "" else cell


def _line(place: str, ours: Named | None, theirs: Named | None) -> Iterator[Damage]:
    if ours == theirs:
        return
    position = ours.get("position") if ours is not None else None
    at = position if isinstance(position, int) else None
    if ours is None:
        yield Damage(None, "line", "no such line", place)
    elif theirs is None:
        yield Damage(at, "line", place, "no such line")
    else:
        for column in dict.fromkeys((*ours, *theirs)):
            yield from _differing(at, "cell", f"{place}: {column}", ours.get(column), theirs.get(column))


def compared_values(place: str, ours: Any, theirs: Any) -> Iterator[Damage]:
    """Yield every place at which two JSON values differ; of lists of things with an id, by that id."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in dict.fromkeys((*ours, *theirs)):
            yield from compared_values(f"{place} {name}", ours.get(name), theirs.get(name))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, pair in enumerate(zip(ours, theirs, strict=True), 1):
            id_ = pair[0].get("id") if isinstance(pair[0], dict) else None
            yield from compared_values(f"{place} {id_ or number}", *pair)
    else:
        yield from _differing(None, "value", place, ours, theirs)


def _differing(position: int | None, kind: str, place: str, ours: Any, theirs: Any) -> Iterator[Damage]:
    expected, found = _shown(ours), _shown(theirs)
    if expected != found:
        start = max(0, next((n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), 0) - 20)
        yield Damage(position, kind, f"{place}: {_cut(expected, start)}", f"{place}: {_cut(found, start)}")


def _shown(value: Any) -> str:
    return "nothing" if value is None else as_json(value)


def _cut(text: str, start: int) -> str:
    if len(text) <= SHOWN_CHARS:
        return text
    cut = text[start : start + SHOWN_CHARS]
    return f"{'...' if start else ''}{cut}{'...' if start + SHOWN_CHARS < len(text) else ''}"
