"""Empty forms: a decision document with its fields explained, and spreadsheets of one row a change."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from commands.record.forms.columns import (
    ACCEPT,
    CHANGE,
    DECIDED_BY,
    DOCUMENT,
    REQUIRED,
    TEXTS,
    WITHIN,
    FormColumn,
    columns_of,
    common_names,
    field_names,
    header_abouts,
)
from commands.record.forms.xlsx import SHEET
from ledger.errors.extras import MissingExtra
from ledger.events.change import Change

_ROWS = 2_000  # of a spreadsheet that offer their values
_WIDTH, _WIDE = 22, 60
_NAMED_MAX = 4  # changes, in a note
_CHANGES, _COLUMNS = "changes", "columns"  # the names of the other sheets
_ADOPTED = "The body that adopted it, how many had to be there, and how it voted."
_EXPECTED = "What it is expected to cost and to bring, and when to look whether it did."
_NOTE = (
    "One row is one change. Rows with one reference are one decision: state authority, day and reason in the first. "
    "A row without a reference belongs to the decision above it. A row that begins with # is a note."
)


def yaml_form(changes: Sequence[type[Change]]) -> bytes:
    """Return a document with every field of a decision and of some changes; what may be left out is a comment."""
    return "".join(f"{line}\n" for line in _yaml_lines(changes)).encode()


def _yaml_lines(changes: Sequence[type[Change]]) -> Iterator[str]:
    abouts = header_abouts()
    yield "# A decision. Fill in what is required, take the # away from what you need; then: cluster-ledger plan FILE"
    for name in ("authority", "reference", "effective", "decided_on", *TEXTS):
        if name not in WITHIN:
            needed = name in REQUIRED
            yield _line("" if needed else "# ", name, "", abouts[name], needed=needed)
    yield _line("# ", "adopted_by", "{body: , quorum: , votes: {in_favour: , against: , abstained: }}", _ADOPTED)
    yield _line("# ", "expected", "{cost: {amount: , currency: }, benefit: , review_on: }", _EXPECTED)
    yield _line("# ", "responds_to", "[]", "Signals that it responds to.")
    yield _line("# ", "documents", f"[{{{', '.join(f'{name}: ' for name in DOCUMENT.values())}}}]", "Papers behind it.")
    yield _line("# ", "accept", f"[{{{', '.join(f'{name}: ' for name in ACCEPT.values())}}}]", "Rules it goes against.")
    yield "changes:"
    for change in changes:
        yield f"  # {(change.__doc__ or '').strip().splitlines()[0]}"
        yield f"  # - change: {change.NAME}"
        for column in columns_of([change]):
            if column.name in (*field_names(change), *common_names(change)) and column.name != DECIDED_BY:
                values = f" One of: {', '.join(column.values)}." if column.values else ""
                about = f"{column.about}{values}".strip()
                yield _line("  #   ", column.name, column.empty, about, needed=bool(column.needed_by))
        if change.DATED:
            yield _line("  #   ", "effective", "", "A day of its own, where that is not the day of the decision.")


def _line(before: str, name: str, value: str, about: str, *, needed: bool = False) -> str:
    field = f"{before}{name}: {value}".rstrip()
    said = " ".join(filter(None, ("Required." if needed else "", about)))
    return f"{field:<34}  # {said}" if said else field


def csv_form(changes: Sequence[type[Change]]) -> bytes:
    """Return a spreadsheet of commas: the names of the columns, and below each, in a note, what it holds."""
    columns, names = columns_of(changes), [change.NAME for change in changes]
    text = io.StringIO()
    notes = [_note(column) for column in columns]
    notes[columns.index(next(one for one in columns if one.name == CHANGE))] += f" One of: {', '.join(names)}."
    csv.writer(text, lineterminator="\r\n").writerows(
        [[column.name for column in columns], [f"# {notes[0]}", *notes[1:]]]
    )
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # by its mark spreadsheets know UTF-8


def xlsx_form(changes: Sequence[type[Change]]) -> bytes:
    """Return a spreadsheet with a sheet to fill in, its columns explained, lists of allowed values, and all changes.

    Raises `MissingExtra` without the library.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("Forms in the format xlsx", "xlsxwriter", "xlsx") from None
    columns, made = columns_of(changes), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {
            "text": book.add_format({"num_format": "@"}),  # so that 2026-12 and 01.1 stay what was typed
            "needed": book.add_format({"bold": True, "bg_color": "#DCE6F1"}),
            "head": book.add_format({"bold": True}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _to_fill_in(book.add_worksheet(SHEET), columns, len(changes), formats)
        _explained(book.add_worksheet(_COLUMNS), columns, formats)
        _listed(book.add_worksheet(_CHANGES), changes, columns, formats)
    return made.getvalue()


def _to_fill_in(sheet: Any, columns: Sequence[FormColumn], changes: int, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(columns) - 1, _WIDTH, formats["text"])
    for place, column in enumerate(columns):
        needed = column.name in (*REQUIRED, CHANGE)
        sheet.write_string(0, place, column.name, formats["needed" if needed else "head"])
        if note := _note(column):
            sheet.write_comment(0, place, note, {"x_scale": 2})
        source: Any = list(column.values)
        if column.name == CHANGE:  # a list in the cell itself is too short for all of them
            source = f"={_CHANGES}!$A$2:$A${changes + 1}"
        if source:
            sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": source})


def _explained(sheet: Any, columns: Sequence[FormColumn], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 4, _WIDE, formats["wrapped"])
    rows = [("column", "what it holds", "allowed values", "required by", "used by")]
    for column in columns:
        values = "" if column.name == CHANGE else ", ".join(column.values)
        needed = "every row" if column.name == CHANGE else ", ".join(column.needed_by)
        used = "" if column.name == CHANGE else ", ".join(column.taken_by)
        rows.append((column.name, f"{column.about} {column.several}".strip(), values, needed, used))
    _write(sheet, rows, formats)
    sheet.write_string(len(rows) + 1, 0, _NOTE)


def _listed(
    sheet: Any, changes: Sequence[type[Change]], columns: Sequence[FormColumn], formats: dict[str, Any]
) -> None:
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(1, 3, _WIDE, formats["wrapped"])
    rows = [("change", "what it does", "required columns", "other columns")]
    for change in changes:
        needed = [column.name for column in columns if change.NAME in column.needed_by and column.name != CHANGE]
        others = [name for name in (*field_names(change), *common_names(change)) if name not in needed]
        rows.append((change.NAME, (change.__doc__ or "").strip().splitlines()[0], ", ".join(needed), ", ".join(others)))
    _write(sheet, rows, formats)


def _write(sheet: Any, rows: Sequence[Sequence[str]], formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, None if number else formats["head"])


def _note(column: FormColumn) -> str:
    """Return what a column holds, as the note of its head."""
    said = [column.about, column.several]
    if column.name in REQUIRED:
        said.append("Required, in the first row of a decision.")
    elif column.name == CHANGE:
        said.append("Required.")
    elif column.needed_by:
        named = ", ".join(column.needed_by[:_NAMED_MAX])
        others = len(column.needed_by) - _NAMED_MAX
        said.append(f"Required by {named}{f' and {others} others' if others > 0 else ''}.")
    if column.values and column.name != CHANGE:
        said.append(f"One of: {', '.join(column.values)}.")
    return " ".join(filter(None, said))
