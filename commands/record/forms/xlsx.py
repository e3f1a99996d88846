"""Forms as spreadsheets (Office Open XML), read with as much care as snapshots are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from commands.record.forms.cells import CELLS_MAX, ERROR, FORMULA, FormSheet, Typed, Unreadable, typed
from ledger.documents.strict_json import fail, where
from ledger.errors import harmless
from ledger.files.inputs import opened
from projections.snapshots.copy import NotASnapshot, foreign
from projections.snapshots.xlsx import book_reader, need_plain_parts

SHEET = "decisions"


def read_xlsx_form(name: str, headed: Callable[[FormSheet], bool]) -> FormSheet:
    """Return the sheet of a spreadsheet that is called `decisions`, else the only one that is `headed`.

    Raises `MalformedDocument` for what is none, or would unpack to too much; `MissingExtra` without the library.
    """
    made = book_reader("Forms in the format xlsx")
    path = Path(name)
    try:
        with foreign(path, "a spreadsheet"):
            need_plain_parts(path)
            with opened(path) as file:
                reader = made(file, read_only=True)
                reader.read()
                with closing(reader.wb) as book:
                    return _chosen(name, list(book.worksheets), headed)
    except NotASnapshot as error:
        fail(name, None, f"it cannot be read: {error.what}.")


def _chosen(name: str, sheets: list[Any], headed: Callable[[FormSheet], bool]) -> FormSheet:
    called = [sheet for sheet in sheets if sheet.title.strip().lower() == SHEET] or sheets
    found = [_sheet(name, sheet) for sheet in called]
    fitting = [sheet for sheet in found if headed(sheet)]
    if len(fitting) > 1:
        fail(name, None, f'several of its sheets could be meant. Call the one with the decisions "{SHEET}".')
    if not found:
        fail(name, None, "it has no sheet.")
    return (fitting or found)[0]


def _sheet(name: str, sheet: Any) -> FormSheet:
    place = f"{where(name, None)}, sheet {harmless(sheet.title, 40)}"
    return FormSheet(place, list(_rows(name, sheet)))


def _rows(name: str, sheet: Any) -> Iterator[list[Typed]]:
    left = CELLS_MAX
    for row in sheet.iter_rows():
        left -= 1 + len(row)
        if left < 0:
            fail(name, None, f'its sheet "{harmless(sheet.title, 40)}" has more than {CELLS_MAX:,} cells; split it.')
        yield [_cell(cell) for cell in row]


def _cell(cell: Any) -> Typed:
    if cell.data_type == "f":
        return Unreadable(FORMULA)
    if cell.data_type == "e":
        return Unreadable(ERROR.format(harmless(str(cell.value), 20)))
    return typed(cell.value)
