"""Cells of a form as they were typed, and the place of each as spreadsheets name it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, NoReturn

from ledger.errors import MalformedDocument, harmless

CELLS_MAX = 1_000_000  # of a sheet, empty ones among others counted
_LETTERS = 26
_DIGITS = 15  # of a number, which is all that spreadsheets keep
_SPACES = re.compile(r"[\s-]+")


class Unreadable(NamedTuple):
    """A cell that holds no text: why, in a sentence. It is told only where the cell is asked for."""

    why: str


Typed = str | Unreadable | None


class FormSheet(NamedTuple):
    """A table as a file has it: its place, and its rows from the first on; None for an empty cell."""

    where: str
    rows: list[list[Typed]]

    def fail(self, row: int, column: int, problem: str) -> NoReturn:
        """Raise `MalformedDocument` for a cell; row and column count from 0."""
        raise MalformedDocument(f"{self.where}, cell {cell_name(row, column)}", problem)

    def text(self, row: int, column: int) -> str:
        """Return what a cell holds without spaces at its ends, empty for nothing; raises `MalformedDocument`."""
        cells = self.rows[row]
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, Unreadable):
            self.fail(row, column, cell.why)
        return (cell or "").strip()


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as spreadsheets have it; row and column count from 0: `A1` for 0, 0."""
    letters, left = "", column
    while left >= 0:
        left, place = divmod(left, _LETTERS)
        letters, left = chr(ord("A") + place) + letters, left - 1
    return f"{letters}{row + 1}"


def heading(cell: Typed) -> str:
    """Return a cell as the name of a column: small letters and underscores, without a star that marks it."""
    return _SPACES.sub("_", cell.strip(" *").lower()) if isinstance(cell, str) else ""


def typed(value: Any) -> Typed:
    """Return what a spreadsheet gives for a cell as the text that was meant."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.time() != time():
            return Unreadable(f"it holds a time of day ({value:%Y-%m-%d %H:%M}); a day is needed, such as 2026-12-01.")
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return Unreadable("it holds a time of day. Type a text, or a day such as 2026-12-01.")
    if isinstance(value, int | float):
        return (
            format(value, f".{_DIGITS}g")
            if abs(value) < 10**_DIGITS
            else Unreadable("the number is too long; type it as text.")
        )
    return Unreadable(f"it holds something else than text ({harmless(type(value).__name__, 40)}).")


FORMULA = "it holds a formula, and what it comes to is not read. Type the value, or paste it as values."
ERROR = "it holds an error of the spreadsheet ({}). Type the value."
