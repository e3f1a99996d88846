"""Forms as CSV: commas, semicolons or tabs between the cells, UTF-8 with or without a mark, or UTF-16 with one."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable

from commands.record.forms.cells import CELLS_MAX, FORMULA, FormSheet, Typed, Unreadable
from ledger.documents.formats import MAX_BYTES
from ledger.documents.strict_json import fail, where
from ledger.errors import MalformedDocument

_SEPARATORS = (",", ";", "\t")


def read_csv_form(raw: bytes, name: str, headed: Callable[[FormSheet], bool]) -> FormSheet:
    """Return the table of a CSV file, read with the separator by which it is `headed`.

    Raises `MalformedDocument` for what is no CSV.
    """
    text = _text(raw, name)
    failed: MalformedDocument | None = None
    for separator in _SEPARATORS:
        try:
            found = _sheet(text, name, separator)
        except MalformedDocument as error:
            failed = failed or error
            continue
        if headed(found):
            return found
    if failed is not None:
        raise failed
    return FormSheet(where(name, None), [])


def _text(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        fail(name, None, f"it is longer than {MAX_BYTES >> 20} MB; split it.")
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        fail(name, None, 'it is not UTF-8. Save it again, as "CSV UTF-8".')
    if "\0" in text:
        fail(name, None, "it holds a NUL byte, so it is not a text file.")
    return text


def _sheet(text: str, name: str, separator: str) -> FormSheet:
    rows: list[list[Typed]] = []
    left = CELLS_MAX
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for line in lines:
            left -= 1 + len(line)
            if left < 0:
                fail(name, lines.line_num, f"it has more than {CELLS_MAX:,} cells; split it.")
            rows.append([_cell(cell) for cell in line])
    except csv.Error as error:
        fail(name, lines.line_num, f"it is not CSV ({error}).")
    return FormSheet(where(name, None), rows)


def _cell(text: str) -> Typed:
    return Unreadable(FORMULA) if text.startswith("=") else text or None
