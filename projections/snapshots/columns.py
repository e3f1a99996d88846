"""The columns of a snapshot's tables: the type of each, what a statement comes to in them, and cells read back.

A cell is made as text or a whole number, whatever its column; each format writes it as the type that it has for that
column. Dates keep the text by which they were stated, with the first and the last day that it may mean beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isclose
from typing import Literal, NamedTuple

from ledger.errors import MalformedDate
from ledger.timeline import UNSTATED, days_of, iso

Cell = str | int | float | Decimal | date | None
Line = tuple[Cell, ...]
Type = Literal["text", "whole", "number", "date"]


_BINARY = 1e-15  # what a binary fraction may be off, in parts of the number


class Column(NamedTuple):
    """A column: its name, what it says, and the type of its cells."""

    name: str
    said: str
    type: Type = "text"


def dated(name: str, said: str) -> tuple[Column, Column, Column]:
    """Return the columns of a date: as it was stated, and the first and the last day that this may mean."""
    return (
        Column(name, f"{said} As stated (EDTF)."),
        Column(f"{name}_first", "The first day that this may mean; empty where there is none.", "date"),
        Column(f"{name}_last", "The last day that this may mean; empty where there is none.", "date"),
    )


@lru_cache(maxsize=65_536)  # many things begin on few days
def days(stated: str) -> tuple[str | None, str | None]:
    """Return the first and the last day that a date may mean, or a period of two days; None where there is none."""
    first, _, last = stated.partition("/")
    try:
        return _day(days_of(first).first), _day(days_of(last or first).last)
    except MalformedDate:
        return None, None


def _day(day: int) -> str | None:
    return None if day <= UNSTATED else iso(day)


def names(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the names of columns."""
    return tuple(column.name for column in columns)


def as_read(column: Column, *, is_key: bool) -> Callable[[Cell], Cell] | None:
    """Return what makes a cell of a file the cell that it was made from; None where nothing is to be done.

    A number stays as the file has it: `is_same` compares it. What is of another type stays too, and will differ.
    """
    if column.type == "date":
        return _date_read
    if column.type == "whole":
        return _whole_read
    return _key_read if is_key else None


def _date_read(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else str(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _whole_read(cell: Cell) -> Cell:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return int(cell) if isinstance(cell, str) and cell.isascii() and cell.isdecimal() and len(cell) < 20 else cell


def _key_read(cell: Cell) -> Cell:
    return "" if cell is None else cell


def is_same(column: Column, ours: Cell, theirs: Cell) -> bool:
    """Return whether two cells of a column say the same.

    A number may come back with other zeros at its end, or as a binary fraction, which is held to 15 digits.
    """
    if ours == theirs or column.type != "number":
        return ours == theirs
    our, their = as_number(ours), as_number(theirs)
    return our is not None and (isclose(our, theirs, rel_tol=_BINARY) if isinstance(theirs, float) else our == their)


def as_number(cell: Cell) -> Decimal | None:
    """Return the number that a cell is, exactly; None where it is none."""
    try:
        found = Decimal(str(cell)) if cell is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None
