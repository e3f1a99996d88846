"""The reading of a filled form: its rows become decision documents, one for each reference, with faults by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from commands.record.forms.cells import FormSheet, heading
from commands.record.forms.columns import (
    ACCEPT,
    BY_NAME,
    CHANGE,
    COMMON,
    COUNTS,
    DOCUMENT,
    HEADER,
    LEADING,
    TEXTS,
    WITHIN,
    field_names,
)
from commands.record.forms.csv import read_csv_form
from commands.record.forms.values import value_of
from commands.record.forms.xlsx import read_xlsx_form
from commands.record.literals import named_decision
from commands.record.verbs import named_by
from ledger.documents.decision import read_decision, validated
from ledger.documents.raw import RawDocument
from ledger.errors import InputError, MalformedDocument, UnknownName, harmless, suggestion
from ledger.events.envelope import Header
from ledger.events.intake import Intake

CSV, XLSX = (".csv", ".tsv"), ".xlsx"
_HEAD_ROWS_MAX = 20  # in which the names of the columns are looked for
_KNOWN = {*HEADER, CHANGE, *COMMON, *(name for change in BY_NAME.values() for name in field_names(change))}
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_QUOTED = re.compile(r'"([a-z_.]+)')
Places = dict[str, int]  # a column's name -> its number, from 0


class _Row(NamedTuple):
    """A row with something in it: its number, from 0, and its cells by the names of their columns."""

    number: int
    cells: dict[str, str]


def read_form(name: str, raw: bytes) -> list[RawDocument]:
    """Return the decision documents of a filled form, in order of their first rows.

    Raises `MalformedDocument`, which names the cell, for what cannot be meant; also where no row is filled in.
    """
    kind = name.lower()
    if kind.endswith(XLSX):
        return _Form(read_xlsx_form(name, _is_headed)).documents()
    if kind.endswith(CSV):
        return _Form(read_csv_form(raw, name, _is_headed)).documents()
    raise MalformedDocument(harmless(name, 200), "spreadsheets of this kind are not read. Save it as .xlsx or .csv.")


def _is_headed(sheet: FormSheet) -> bool:
    return _head(sheet) is not None


def _head(sheet: FormSheet) -> int | None:
    """Return the number of the row that names the columns: the first with a reference and a change."""
    for number, row in enumerate(sheet.rows[:_HEAD_ROWS_MAX]):
        if {"reference", CHANGE} <= {heading(cell) for cell in row}:
            return number
    return None


class _Form:
    """One table that is read."""

    def __init__(self, sheet: FormSheet) -> None:
        self._sheet = sheet
        head = _head(sheet)
        if head is None:
            said = f'none of its first {_HEAD_ROWS_MAX} rows names the columns: "reference" and "change" among others.'
            raise MalformedDocument(sheet.where, f"{said} cluster-ledger template writes an empty form.")
        self._head = head
        self._places = self._named_columns()

    def documents(self) -> list[RawDocument]:
        """Return the documents of the rows, each checked."""
        found: dict[tuple[str, str], list[_Row]] = {}
        last: tuple[str, str] | None = None
        for row in self._rows():
            last = self._decision(row, last, found)
            found.setdefault(last, []).append(row)
        if not found:
            raise MalformedDocument(self._sheet.where, "no row is filled in.")
        return [self._document(rows) for rows in found.values()]

    def _named_columns(self) -> Places:
        places: Places = {}
        for place, cell in enumerate(self._sheet.rows[self._head]):
            name = heading(cell)
            if not name:
                continue
            if name not in _KNOWN:
                said = f'no decision and no change has a field "{harmless(name, 40)}".{suggestion(name, _KNOWN)}'
                self._sheet.fail(self._head, place, said)
            if name in places:
                self._sheet.fail(self._head, place, f'the column "{name}" stands twice; keep one.')
            places[name] = place
        return places

    def _rows(self) -> Iterator[_Row]:
        """Yield the rows that hold something; one that begins with # is a note."""
        named = set(self._places.values())
        for number in range(self._head + 1, len(self._sheet.rows)):
            filled = [place for place, cell in enumerate(self._sheet.rows[number]) if cell not in (None, "")]
            if not filled or self._is_note(number, filled[0]):
                continue
            cells = {}
            for name, place in self._places.items():
                if text := self._sheet.text(number, place):
                    cells[name] = text
            for place in filled:
                if place not in named and self._sheet.text(number, place):
                    self._sheet.fail(number, place, f"its column has no name in row {self._head + 1}.")
            if cells:
                yield _Row(number, cells)

    def _is_note(self, number: int, place: int) -> bool:
        cell = self._sheet.rows[number][place]
        return isinstance(cell, str) and cell.lstrip().startswith("#")

    def _decision(
        self, row: _Row, last: tuple[str, str] | None, found: dict[tuple[str, str], list[_Row]]
    ) -> tuple[str, str]:
        """Return authority and reference of a row; without a reference it goes on with the decision above it."""
        authority, reference = row.cells.get("authority"), row.cells.get("reference")
        if reference is None:
            if last is None or authority not in (None, last[0]):
                self._fail(row, "reference", '"reference" is missing: of which decision is this?')
            return last
        if authority is None:
            of = [key for key in found if key[1] == reference]
            if len(of) != 1:
                self._fail(row, "authority", f'"authority" is missing: who decided "{harmless(reference, 40)}"?')
            return of[0]
        return authority, reference

    def _document(self, rows: list[_Row]) -> RawDocument:
        fields: dict[str, Any] = {}
        for row in rows:
            self._take_header(row, fields, rows[0])
        changes = [(row, self._change(row, fields)) for row in rows if self._says_change(row)]
        fields["changes"] = [change for _, change in changes]
        numbers = f"row {rows[0].number + 1}"
        if len(rows) > 1:
            numbers = f"rows {rows[0].number + 1} to {rows[-1].number + 1}"
        document = RawDocument(f"{self._sheet.where}, {numbers}", fields)
        try:
            read_decision(fields, document.where)
        except MalformedDocument as error:
            self._place(error, fields, rows[0], changes)
        return document

    def _take_header(self, row: _Row, fields: dict[str, Any], first: _Row) -> None:
        """Take what a row says of its decision; what two rows say of one field must agree, but for its day."""
        for name in (*LEADING, *TEXTS):
            text = row.cells.get(name)
            if text is None or (name == "effective" and row is not first):
                continue
            *outer, last = WITHIN.get(name, (name,))
            part = fields
            for within in outer:
                part = part.setdefault(within, {})
            value: Any = int(text) if name in COUNTS and _WHOLE.fullmatch(text) else text
            if part.setdefault(last, value) != value:
                self._fail(row, name, f'another row says another "{name}" of this decision; keep one.')
        if "responds_to" in row.cells:
            fields["responds_to"] = [*fields.get("responds_to", ()), *value_of(tuple, row.cells["responds_to"], "")]
        for field, columns in (("documents", DOCUMENT), ("accept", ACCEPT)):
            one = {name: row.cells[column] for column, name in columns.items() if column in row.cells}
            if one and one not in fields.get(field, ()):
                fields[field] = [*fields.get(field, ()), one]

    def _says_change(self, row: _Row) -> bool:
        if CHANGE not in row.cells:
            for name in row.cells:
                if name not in HEADER:
                    self._fail(row, CHANGE, f'"change" is missing, and "{name}" is filled in: what changes?')
        return CHANGE in row.cells

    def _change(self, row: _Row, fields: dict[str, Any]) -> dict[str, Any]:
        name = row.cells[CHANGE]
        model = BY_NAME.get(name)
        if model is None:
            self._fail(row, CHANGE, str(UnknownName("change", name, BY_NAME)))
        known = (*field_names(model), *COMMON)
        change: dict[str, Any] = {CHANGE: name}
        given: dict[str, Any] = {"authority": fields.get("authority"), "decided_by": row.cells.get("decided_by")}
        for column, text in row.cells.items():
            if column in (*HEADER, CHANGE, "decided_by"):
                continue
            if column not in known:
                self._fail(row, column, f'{name} has no "{column}"; leave the cell empty.')
            try:
                change[column] = text if column == named_by(model) else value_of(model, text, column)
            except InputError as error:
                self._fail(row, column, str(error))
        named = named_by(model)
        if named and named in row.cells:
            change[named] = named_decision(row.cells[named], given)
        own = row.cells.get("effective")
        if own is not None and own != fields.get("effective"):
            change["effective"] = own
        return change

    def _place(
        self, error: MalformedDocument, fields: dict[str, Any], first: _Row, changes: list[tuple[_Row, dict[str, Any]]]
    ) -> NoReturn:
        """Raise an error of a document anew, with the cell that it is about."""
        header = {name: value for name, value in fields.items() if name != "changes"}
        try:
            validated(Header, header, "", Intake())
        except MalformedDocument as found:
            self._fail(first, self._column_in(found.problem, "reference"), found.problem)
        for row, change in changes:
            try:
                read_decision({**header, "changes": [change]})
            except MalformedDocument as found:
                self._fail(row, self._column_in(found.problem, CHANGE), found.problem)
        self._fail(first, CHANGE, error.problem)

    def _column_in(self, problem: str, other: str) -> str:
        """Return the column of the field that a problem names, or of the part of one (`expected.cost.amount`)."""
        columns = {".".join(path): column for column, path in WITHIN.items()}
        named = [columns.get(name, name.partition(".")[0]) for name in _QUOTED.findall(problem)]
        return next((name for name in named if name in self._places), other)

    def _fail(self, row: _Row, column: str, problem: str) -> NoReturn:
        self._sheet.fail(row.number, self._places.get(column, self._places[CHANGE]), problem)
