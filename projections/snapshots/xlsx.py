"""A snapshot as a spreadsheet (Office Open XML): a sheet for each table, and one named `context`.

Every text is a text cell: what begins with = + - @ is shown as it is and never computed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from xml.sax.saxutils import escape

from ledger.errors import InputError, harmless
from ledger.errors.extras import MissingExtra
from ledger.files.inputs import opened
from projections.snapshots.columns import Cell, Column, Line, names
from projections.snapshots.copy import (
    CONTEXT,
    Budget,
    Copied,
    Copy,
    NotASnapshot,
    about,
    copy_of,
    foreign,
)
from projections.snapshots.packages import unpacked
from projections.snapshots.question import Snapshot
from projections.snapshots.tables import SnapshotTable, tables

ROWS_MAX, CELL_CHARS_MAX = 1_048_576, 32_767  # of a sheet, of a cell: limits of the format
_ELEMENTS_MAX = 3_000_000  # tags of the XML of all parts, those that end one too
_TOO_MANY = f"it has more than {_ELEMENTS_MAX:,} elements"
_TAGS_A_LINE, _TAGS_A_CELL = 2, 4  # <row> and its end, <c> and <v> and theirs
_BEGIN, _ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)"), re.compile("_x([0-9A-Fa-f]{4})_")
_ODD = re.compile("_x[0-9A-Fa-f]{4}_|^<r>.*</r>$", re.DOTALL)
_EPOCH = datetime(1980, 1, 1)
_LEAP_1900 = "1900-02-29"  # there was none, but in spreadsheets
_WIDTH_MAX, _BUTTON = 48, 4  # of a column, of the button of its filter: in characters
_A4 = 9  # as the format counts sizes of paper
_PAIR = (Column("name", ""), Column("value", ""))
# What a program would read out of a text is left as the text that it is; nothing is put into temporary files.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class Sheet(NamedTuple):
    """One sheet of a spreadsheet: its name, its columns, and what stands under them."""

    name: str
    columns: tuple[Column, ...]
    lines: Iterable[Line]


def write_xlsx(found: Snapshot, file: BinaryIO) -> None:
    """Write a snapshot as a spreadsheet: the same bytes for the same snapshot and the same version of xlsxwriter.

    Raises `MissingExtra` without the library, `InputError` for more than a sheet or a cell can hold,
    `NotASnapshot` for more than is read back.
    """
    made_of = tables(found)
    _need_few(made_of)
    known_at, budget = found.context["known_at"], Budget("it")
    first = Sheet(CONTEXT, _PAIR, budget.lines(about(found)))
    others = (Sheet(table.name, table.columns, budget.lines(table.lines)) for table in made_of)
    write_book(f"Snapshot of {found.context['government']}", known_at, chain([first], others), file)


def write_book(title: str, known_at: str | None, sheets: Iterable[Sheet], file: BinaryIO) -> None:
    """Write sheets as a spreadsheet: the same bytes for the same cells; `known_at` is the instant of its making.

    Raises `MissingExtra` without the library, `InputError` for more than a sheet or a cell can hold.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("Spreadsheets", "xlsxwriter", "xlsx") from None
    created = datetime.fromisoformat(known_at).replace(tzinfo=None) if known_at else _EPOCH
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        book.set_properties({"title": title, "created": created})
        forms = _Forms(book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"}))
        for sheet in sheets:
            _sheet(book, forms, sheet)
    file.write(made.getvalue())


def _need_few(made_of: Iterable[SnapshotTable]) -> None:
    """Raise `NotASnapshot`, before anything is in memory, for more lines and cells than are read back."""
    elements = sum(
        _TAGS_A_LINE + _TAGS_A_CELL * sum(cell not in (None, "") for cell in line)
        for table in made_of
        for line in table.lines
    )
    if elements > _ELEMENTS_MAX:
        raise NotASnapshot("it", _TOO_MANY)


class _Forms(NamedTuple):
    """How cells look: those of the first line, and dates."""

    head: Any
    date: Any


def _sheet(book: Any, forms: _Forms, made_of: Sheet) -> None:
    name, columns, lines = made_of
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, names(columns), forms.head)
    row, widths = 0, [len(column.name) + _BUTTON for column in columns]
    for row, line in enumerate(lines, 1):
        if row >= ROWS_MAX:
            raise InputError(
                f'The table "{name}" has more lines than a sheet can hold ({ROWS_MAX:,}). Choose another format.'
            )
        for column, cell in enumerate(line):
            widths[column] = max(widths[column], len(str(cell)) if cell is not None else 0)
            if columns[column].type == "date" and _is_in_calendar(cell):
                sheet.write_datetime(row, column, date.fromisoformat(str(cell)), forms.date)
            elif columns[column].type == "number" and cell is not None:
                sheet.write_number(row, column, float(str(cell)))
            else:
                _put(sheet, row, column, cell, f"{columns[column].name} of {line[0]} in {name}")
    _lay_out(sheet, row, widths)


def _lay_out(sheet: Any, rows: int, widths: list[int]) -> None:
    """Lay out a sheet: its first line stays in sight, also on paper, where all columns stand side by side."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, len(widths) - 1)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDTH_MAX))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _is_in_calendar(cell: Cell) -> bool:
    """Return whether a spreadsheet has this day: it counts from 1900, and takes that for a leap year."""
    return isinstance(cell, str) and cell > _LEAP_1900


def _put(sheet: Any, row: int, column: int, cell: Cell, where: str) -> None:
    if isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, str) and cell:
        # The library counts UTF-16 units, as the format does; the last two characters are none to XML.
        if len(cell.encode("utf-16-le")) // 2 > CELL_CHARS_MAX or "\ufffe" in cell or "\uffff" in cell:
            raise InputError(
                f'The text "{where}" is longer than a cell can be, or XML has no such text. Choose another format.'
            )
        sheet.write_string(row, column, _run(cell) if _ODD.search(cell) else cell)


def _run(text: str) -> str:
    """Return a text as a run of rich text, which the library writes as it is.

    By itself it takes `<r>...</r>` for one, and does not see every underscore that begins an escape of the format.
    Here it sees none, and adds nothing.
    """
    escaped = escape(_BEGIN.sub("_x005F_", text), {"_": "&#95;"})
    return f'<r><t xml:space="preserve">{escaped}</t></r>'


def read_xlsx(path: Path) -> Copy:
    """Read a snapshot from a spreadsheet, also one that was opened and saved again; raises `NotASnapshot`."""
    made = book_reader("Snapshots in the format xlsx")
    with foreign(path, "a spreadsheet"):
        need_plain_parts(path)
        budget = Budget(path)
        with opened(path) as file:
            reader = made(file, read_only=True)
            reader.read()
            with closing(reader.wb) as book:
                found = {sheet.title: _copied(sheet, budget) for sheet in book.worksheets}
    if CONTEXT not in found:
        raise NotASnapshot(path, f'it is a spreadsheet without a sheet "{CONTEXT}"')
    return copy_of(path, found.pop(CONTEXT).lines, found)


def book_reader(what: str) -> Any:
    """Return the reader of the library, taught the escapes of the format.

    Raises `MissingExtra` without the library: `what` needs it.
    """
    try:
        import openpyxl
        from openpyxl.cell.text import Text
        from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
        from openpyxl.xml.functions import iterparse
    except ImportError:
        raise MissingExtra(what, "openpyxl", "xlsx") from None

    class Reader(openpyxl.reader.excel.ExcelReader):  # type: ignore[misc]  # the library has no types
        """Reads the texts of a book itself: the library's own way loses each "x005F_" that stands in one."""

        def read_strings(self) -> None:
            part = self.package.find(SHARED_STRINGS)
            if part is None:
                return
            with self.archive.open(part.PartName[1:]) as source:
                for _, node in iterparse(source):
                    if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                        self.shared_strings.append(_ESCAPE.sub(_unescaped, Text.from_tree(node).content))
                        node.clear()

    return Reader


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def need_plain_parts(path: Path) -> None:
    """Raise `NotASnapshot` for parts that would grow as they are parsed: many elements, or entities of their own."""
    elements = 0
    for name, content in unpacked(path):
        text = content.replace(b"\0", b"")  # as it would stand in UTF-8, whichever encoding it is in
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise NotASnapshot(path, f'its part "{harmless(name, 60)}" is not as spreadsheets have it')
        elements += text.count(b"<")
        if elements > _ELEMENTS_MAX:
            raise NotASnapshot(path, _TOO_MANY)


def _copied(sheet: Any, budget: Budget) -> Copied:
    lines = list(budget.lines(tuple(_cell(cell) for cell in row) for row in sheet.iter_rows()))
    columns = tuple(str(name) for name in lines[0] if name is not None) if lines else ()
    return Copied(columns, [line for line in lines[1:] if any(cell is not None for cell in line)])


def _cell(cell: Any) -> Cell:
    """Return what a cell holds; a formula says that it is one, for text that looks like it is none."""
    value = cell.value
    if cell.data_type == "f":
        return f"(formula) {value}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value if value is None or type(value) in (int, str, float) else str(value)
