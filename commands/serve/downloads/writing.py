"""Writing of downloads: the answer of a command as CSV, JSON or a spreadsheet; a snapshot; the audit report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple, cast

import click

from commands.serve.api.asking import answered
from commands.serve.api.resources import RESOURCES
from commands.serve.downloads.tables import TABLES
from commands.terminal.output import Answer, csv_texts, json_texts
from commands.terminal.values import in_cell
from ledger.errors import InputError
from ledger.files.making import temporary_folder
from ledger.timeline import iso
from projections.analysis.opened import OpenLedger
from projections.charts.question import Question
from projections.fields import fields
from projections.pages.catalogue import PageKind
from projections.pages.question import PageQuestion
from projections.report.audit import audit
from projections.report.contents import report
from projections.report.pages import parts
from projections.snapshots.columns import Cell, Column, Line
from projections.snapshots.formats import pour
from projections.snapshots.question import snapshot
from projections.snapshots.xlsx import Sheet, write_book
from projections.views.spool import Spool

FORMATS = ("csv", "json", "xlsx")
REPORT = "report"
REPORT_ENTRIES_MAX = 50_000  # of a ledger that is verified while somebody waits; the command reports on any
CELLS_MAX = 500_000  # of a spreadsheet, which is made in memory
_BYTES_IN_MEMORY, _PART_BYTES = 2**20, 2**16
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
}


class Download(NamedTuple):
    """A file that is made: its name, its type, and its bytes, which are read once, by any thread."""

    name: str
    media_type: str
    parts: Iterable[bytes]


def download(ledger: OpenLedger, page: PageKind, question: PageQuestion, form: str, **parameters: Any) -> Download:
    """Return what a page shows in one of `FORMATS`, or the audit report of its point.

    What is long lies in a private file. Raises `InputError` for a format that the page does not have, what a command
    refuses, and what is too large to be made while somebody waits.
    """
    if form == REPORT:
        return _report(question)
    if form not in FORMATS or (page.template not in TABLES and page.template != "overview"):
        raise InputError(f'This page is not given out in the format "{form}".')
    if page.template == "overview":
        return _snapshot(question, form)
    asked = TABLES[page.template]
    given = asked.fields(question, **parameters)
    try:
        return answered(
            ledger,
            RESOURCES[asked.command],
            given,
            public=question.public,
            read=lambda answer: _table(question, page.template, form, answer),
        )
    except click.UsageError as error:
        raise InputError(error.format_message()) from None


def _named(question: PageQuestion, what: str, ending: str, made: Iterable[bytes]) -> Download:
    name = f"{what}-{iso(question.day)}-p{question.known}.{ending}"
    return Download(name, _MEDIA[ending], made)


def _table(question: PageQuestion, name: str, form: str, answer: Answer) -> Download:
    if form == "xlsx":
        return _named(question, name, form, _book(question, name, answer.rows))
    texts = json_texts(answer) if form == "json" else csv_texts(fields(row) for row in answer.rows)
    put = Spool(texts)
    return _named(question, name, form, (text.encode("utf-8", "backslashreplace") for text in put))


def _book(question: PageQuestion, name: str, rows: Iterable[object]) -> Iterator[bytes]:
    put, heads, cells = Spool[dict[str, Any]](), dict[str, None](), 0
    for row in map(fields, rows):
        put.add(row)
        heads |= dict.fromkeys(row)
        cells += len(row)
        if cells > CELLS_MAX:
            raise InputError(f"A spreadsheet of more than {CELLS_MAX:,} cells is not made here. Take CSV.")
    context = [(key, in_cell(value)) for key, value in question.context.items()]
    sheets = (
        Sheet(name, tuple(Column(head, "") for head in heads or ("nothing",)), (_line(row, heads) for row in put)),
        Sheet("context", (Column("name", ""), Column("value", "")), context),
    )
    made = _spooled()
    write_book(f"{name} of {question.context['government']}", question.context["known_at"], sheets, made)
    return _read(made)


def _line(row: dict[str, Any], heads: Iterable[str]) -> Line:
    return tuple(_cell(row.get(head)) for head in heads)


def _cell(value: Any) -> Cell:
    return value if isinstance(value, int) and not isinstance(value, bool) else in_cell(value)


def _snapshot(question: PageQuestion, form: str) -> Download:
    made = _spooled()
    pour(snapshot(question.views, question.day, question.at.known), form, str(question.views.ledger.location), made)
    return _named(question, "structure", "zip" if form == "csv" else form, _read(made))


def _report(question: PageQuestion) -> Download:
    if question.views.ledger.head().position > REPORT_ENTRIES_MAX:
        raise InputError(
            "This ledger is too long to be verified while you wait. The command writes the same: "
            f"cluster-ledger report --effective {iso(question.day)} --known p{question.known} -o audit.html"
        )
    about = audit(Question(question.views, question.day, question.at.known))
    made = _spooled()
    for part in parts(report(about)):
        made.write(part.encode())
    return _named(question, "audit", "html", _read(made))


def _spooled() -> BinaryIO:
    return cast(BinaryIO, SpooledTemporaryFile(_BYTES_IN_MEMORY, dir=temporary_folder()))  # noqa: SIM115  # closed when it was read


def _read(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    with file:
        while part := file.read(_PART_BYTES):
            yield part
