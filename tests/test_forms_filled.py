"""Filled forms: spreadsheets whose rows are changes, read as one decision for each reference, with faults by cell."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.command_line import Desk, refused
from support.golden_lines import sample

from commands.record.forms.cells import CELLS_MAX, cell_name
from commands.record.forms.reading import read_form
from commands.record.verbs import named_by
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument
from ledger.events.change import Change
from ledger.events.registry import ASKED_FOR

HEAD = ("authority", "reference", "effective", "change", "cluster", "title", "segment", "mission", "segments")
ROWS = (
    ("Council", "CM-9", "2026-12-01", "establish-cluster", "homes", "Missions for homes"),
    (None, None, None, "add-segment", None, "Repair", "homes/repair"),
    (None, None, "2027-01", "launch-mission", None, "Warm homes", None, "warm-homes", "homes/repair"),
    ("Council", "CM-10", "2026-12-02", "retitle-cluster", "homes", "Homes"),
)


def book(folder: Path, *rows: Sequence[Any], sheet: str = "decisions", head: Sequence[Any] = HEAD) -> str:
    """Write a spreadsheet and return its name."""
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in (head, *rows):
        made.active.append(row)
    made.save(folder / "form.xlsx")
    return "form.xlsx"


def as_csv(*rows: Sequence[Any], separator: str = ",", head: Sequence[Any] = HEAD) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([head, *rows])
    return text.getvalue()


def test_rows_of_one_reference_are_one_decision(desk: Desk) -> None:
    result = desk.run("record", book(desk.folder, *ROWS))
    assert result.exit_code == 0, result.output
    events = desk.json("log")["events"][1:]
    assert [event["decision"]["reference"] for event in events] == ["CM-9"] * 4 + ["CM-10"]
    assert [event["effective"] for event in events] == ["2026-12-01"] * 2 + ["2027-01"] * 2 + ["2026-12-02"]
    assert desk.run("record", book(desk.folder, *ROWS)).stdout.count("Already recorded") == 2


def test_a_spreadsheet_and_csv_hold_the_same_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    of_book = [document.fields for document in read_form(book(tmp_path, *ROWS), b"")]
    for separator in ",;\t":
        text = as_csv(*ROWS, separator=separator)
        for raw in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16")):
            assert [document.fields for document in read_form("form.csv", raw)] == of_book


@pytest.mark.parametrize("change", ASKED_FOR.values(), ids=lambda change: change.NAME)
def test_every_change_can_be_filled_in(change: type[Change]) -> None:
    [expected] = sample(change).changes
    cells = {"authority": "Council of Ministers", "reference": "X", "effective": "2026-04-01", **expected.normal()}
    named = named_by(change)
    if named and isinstance(cells[named], dict):
        cells |= {named: cells[named]["reference"], "decided_by": cells[named]["authority"]}
    filled = [_cell(value) for value in cells.values()]
    [document] = read_form("form.csv", as_csv(filled, head=[*cells]).encode())
    [found] = read_decision(document.fields).changes
    assert found.change.without(*change.PERSONAL) == expected.change.without(*change.PERSONAL)
    assert (found.basis, found.corrects) == (expected.basis, expected.corrects)
    assert found.effective in (expected.effective, cells["effective"])


HEADED = {
    "authority": "Council", "reference": "X", "effective": "2026-12-01", "change": "establish-cluster",
    "cluster": "homes", "title": "Homes", "adopted_by": "Assembly", "quorum": "30", "votes_in_favour": "41",
    "votes_against": "9", "votes_abstained": "0", "expected_amount": "1500000.50", "expected_currency": "EUR",
    "expected_benefit": "One home for each.", "expected_review_on": "2028-01-01", "document_title": "Minute",
    "document_file": "minute.pdf",
}  # fmt: skip


def test_how_a_decision_was_adopted_and_what_is_expected_of_it_are_filled_in() -> None:
    [document] = read_form("form.csv", as_csv([*HEADED.values()], head=[*HEADED]).encode())
    header = read_decision(document.fields).header.normal()
    votes = {"in_favour": 41, "against": 9, "abstained": 0}
    assert header["adopted_by"] == {"body": "Assembly", "quorum": 30, "votes": votes}
    cost = {"amount": "1500000.50", "currency": "EUR"}
    assert header["expected"] == {"cost": cost, "benefit": "One home for each.", "review_on": "2028-01-01"}
    assert header["documents"] == [{"title": "Minute", "file": "minute.pdf"}]


@pytest.mark.parametrize(
    ("column", "cell", "place", "words"),
    [
        ("quorum", "three", "H2", '"adopted_by.quorum" ("three")'),
        ("adopted_by", "", "G2", '"adopted_by.body" is missing'),
        ("votes_in_favour", "-4", "I2", '"adopted_by.votes.in_favour" ("-4")'),
        ("expected_currency", "Euro", "M2", "is not three capital letters"),
        ("expected_amount", "", "L2", '"expected.cost.amount" is missing'),
        ("expected_review_on", "soon", "O2", '"soon" is not a date'),
    ],
)
def test_a_fault_in_a_part_of_the_heading_is_named_by_its_cell(column: str, cell: str, place: str, words: str) -> None:
    filled = {**HEADED, column: cell}
    with pytest.raises(MalformedDocument) as fault:
        read_form("form.csv", as_csv([*filled.values()], head=[*filled]).encode())
    assert f"cell {place}:" in str(fault.value) and words in str(fault.value)


def test_two_rows_say_the_same_of_how_a_decision_was_adopted() -> None:
    rows = [{**HEADED}, {**HEADED, "cluster": "care", "votes_against": "8"}]
    with pytest.raises(MalformedDocument, match='another row says another "votes_against"'):
        read_form("form.csv", as_csv(*([*row.values()] for row in rows), head=[*HEADED]).encode())


def test_parts_of_parts_are_filled_in_as_json() -> None:
    parts = [{"cluster": "a", "title": "A", "segments": ["x/a"]}, {"cluster": "b", "segments": ["x/b"]}]
    row = ("Council", "X", "2026-01-01", "split-cluster", "x", json.dumps(parts))
    [document] = read_form("form.csv", as_csv(row, head=(*HEAD[:5], "into")).encode())
    assert document.fields["changes"][0]["into"] == parts
    assert read_decision(document.fields).is_composed


def _cell(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [(date(2026, 12, 1), "2026-12-01"), (datetime(2026, 12, 1), "2026-12-01"), (2026, "2026"), (2026.0, "2026")],
)
def test_a_day_typed_as_a_day_or_a_number_is_the_day(desk: Desk, cell: object, meant: str) -> None:
    name = book(desk.folder, ("Council", "CM-9", cell, "establish-cluster", "homes", "Homes"))
    assert read_form(name, b"")[0].fields["effective"] == meant


@pytest.mark.parametrize(
    ("place", "cell", "words"),
    [
        ("F2", "=A1", "it holds a formula"),
        ("F2", "#N/A", "an error of the spreadsheet (#N/A)"),
        ("C2", datetime(2026, 12, 1, 9, 30), "a time of day (2026-12-01 09:30)"),
        ("C2", time(9, 30), "a time of day"),
        ("C2", "1 December", '"effective" ("1 December"): "1 December" is not a date'),
        ("C2", 46357, '"effective" ("46357")'),
        ("D2", "establish-clustr", 'Did you mean "establish-cluster"?'),
        ("D2", None, '"change" is missing, and "cluster" is filled in'),
        ("E2", "Homes", '"cluster" ("Homes")'),
        ("F2", None, 'field "title" is missing'),
        ("F2", "x\ny", "a title is one line"),
        ("G2", "homes/repair", 'establish-cluster has no "segment"; leave the cell empty'),
        ("A3", "Parliament", '"reference" is missing'),
        ("B2", None, '"reference" is missing'),
        ("A2", None, '"authority" is missing: who decided "CM-9"?'),
        ("A2", "x" * 999, '"authority" is longer than'),
        ("I1", "segmens", 'Did you mean "segments"?'),
        ("I1", "title", 'the column "title" stands twice'),
        ("K2", "stray", "its column has no name in row 1"),
    ],
)
def test_a_fault_is_named_by_its_cell(desk: Desk, place: str, cell: object, words: str) -> None:
    made = openpyxl.load_workbook(desk.folder / book(desk.folder, *ROWS))
    made.active[place] = cell
    made.save(desk.folder / "form.xlsx")
    at = "B3" if cell == "Parliament" else place  # the empty cell beside it is what is missing
    refused(desk.run("plan", "form.xlsx"), f"form.xlsx, sheet decisions, cell {at}: ", words)
    assert desk.size() == 1


def test_what_two_rows_say_of_one_decision_must_agree(desk: Desk) -> None:
    head = (*HEAD, "rationale")
    rows = [(*ROWS[0], None, None, None, "One."), (*ROWS[1], None, None, "Two.")]
    said = refused(desk.run("plan", book(desk.folder, *rows, head=head)), 'another "rationale" of this decision')
    assert "cell J3" in said


def test_documents_acceptances_and_signals_are_gathered_from_the_rows(desk: Desk) -> None:
    head = (*HEAD[:6], "document_title", "document_url", "accept_rule", "accept_on", "accept_because", "responds_to")
    rows = [
        (*ROWS[0], "Minute", "https://example.org/1", None, None, None, "ageing; moving"),
        (None, None, None, None, None, None, "Annex", "https://example.org/2", "late", "homes", "So wished."),
    ]
    [document] = read_form("form.csv", as_csv(*rows, head=head).encode())
    assert [one["title"] for one in document.fields["documents"]] == ["Minute", "Annex"]
    assert document.fields["accept"] == [{"rule": "late", "on": "homes", "because": "So wished."}]
    assert document.fields["responds_to"] == ["ageing", "moving"] and len(document.fields["changes"]) == 1


def test_titles_above_the_head_empty_rows_and_notes_are_passed_over(desk: Desk) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet["A1"] = "Decisions of the Council"
    sheet.merge_cells("A1:I1")
    for number, row in enumerate(
        (tuple(f" {name.title()} * " for name in HEAD), ("# a note", "x"), (), ROWS[0], (), ROWS[3]), 3
    ):
        for place, cell in enumerate(row, 1):
            sheet.cell(number, place, cell)
    made.save(desk.folder / "form.xlsx")
    found = read_form("form.xlsx", b"")
    assert [document.where for document in found] == ["form.xlsx, sheet Sheet, row 6", "form.xlsx, sheet Sheet, row 8"]


def test_a_sheet_without_a_head_or_a_row_is_refused(desk: Desk) -> None:
    refused(desk.run("plan", book(desk.folder, head=("a", "b"))), "none of its first 20 rows names the columns")
    refused(desk.run("plan", book(desk.folder)), "sheet decisions: no row is filled in")
    refused(desk.run("plan", desk.write("a.csv", "")), "names the columns")
    made = openpyxl.load_workbook(desk.folder / book(desk.folder, *ROWS, sheet="May"))
    made.copy_worksheet(made.active)
    made.save(desk.folder / "form.xlsx")
    refused(desk.run("plan", "form.xlsx"), 'Call the one with the decisions "decisions"')


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.csv", "reference,change\ncafé,x".encode("latin-1"), "it is not UTF-8"),
        ("a.csv", b"reference,change\n\0", "NUL byte"),
        ("a.csv", b'reference,change\n"open', "it is not CSV"),
        ("a.csv", b"reference,change\n" + b"," * CELLS_MAX, "cells; split it"),
        ("a.csv", b"reference,change\nCM,=1+1", "cell B2: it holds a formula"),
        ("a.ods", b"PK", "Save it as .xlsx or .csv"),
        ("a.xls", b"\xd0\xcf", "Save it as .xlsx or .csv"),
        ("a.xlsx", b"PK\x03\x04", "as a spreadsheet it is damaged"),
        ("a.xlsx", b"", "as a spreadsheet it is damaged"),
    ],
)
def test_what_is_no_form_is_refused_in_words(desk: Desk, name: str, raw: bytes, words: str) -> None:
    refused(desk.run("plan", desk.write(name, raw)), name, words)


def test_a_spreadsheet_that_would_unpack_to_too_much_is_refused(desk: Desk) -> None:
    name = book(desk.folder, *ROWS)
    with zipfile.ZipFile(desk.folder / name, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"<a/>" * 10_000_000)
    refused(desk.run("plan", name), "form.xlsx: it cannot be read: ")


def test_a_sheet_of_few_cells_that_spans_everything_is_refused(desk: Desk) -> None:
    """Each row is as wide as its last cell: few bytes, and many cells to look at."""
    made = openpyxl.Workbook(write_only=False)
    for row in range(1, 200):
        made.active.cell(row, 16_384, "x")
    made.save(desk.folder / "form.xlsx")
    refused(desk.run("plan", "form.xlsx"), "cells; split it")


def test_without_its_library_a_spreadsheet_is_refused_with_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = book(desk.folder, *ROWS)
    for library in ("openpyxl", "xlsxwriter"):
        monkeypatch.setitem(sys.modules, library, None)
    refused(desk.run("plan", name), "Forms in the format xlsx need openpyxl", "pip install")
    refused(desk.run("template", "xlsx", "-o", "new.xlsx"), "Forms in the format xlsx need xlsxwriter", "pip install")
    assert not (desk.folder / "new.xlsx").exists()


def test_a_form_becomes_drafts(desk: Desk) -> None:
    result = desk.run("draft", "take", book(desk.folder, *ROWS))
    assert result.stdout == 'Draft "cm-9": 3 changes.\nDraft "cm-10": 1 change.\n'
    assert desk.run("record", "cm-9", "cm-10").exit_code == 0


def test_a_name_in_a_form_is_committed_to(desk: Desk) -> None:
    head = (*HEAD[:4], "of", "office", "holder")
    name = book(
        desk.folder, ("Council", "X", "2026-01-01", "appoint-leader", "government", "Minister", "A. Person"), head=head
    )
    assert desk.run("record", name).exit_code == 0
    assert "A. Person" not in desk.run("export", "-o", "-").stdout


@pytest.mark.parametrize(("column", "name"), [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1")])
def test_cells_are_named_as_spreadsheets_do(column: int, name: str) -> None:
    assert cell_name(0, column) == name
