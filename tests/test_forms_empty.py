"""Empty forms: what they offer is what is read, and nothing is recorded from one that nobody filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from support.command_line import Desk, refused

from commands.record.forms.columns import (
    ACCEPT,
    COMMON,
    DOCUMENT,
    HEADER,
    LEADING,
    TEXTS,
    WITHIN,
    columns_of,
    common_names,
)
from commands.record.forms.reading import read_form
from commands.record.verbs import COMMANDS
from ledger.documents.decision import Dating, read_decision
from ledger.documents.formats import read_documents
from ledger.events.change import Change
from ledger.events.envelope import Header
from ledger.events.personal import Commitment
from ledger.events.types import Model

OF_REGISTERS = ("original_text",)  # what stood in an older register; nobody types it
EVERY = tuple(option for change in COMMANDS.changes for option in ("--change", change.NAME))


def template(desk: Desk, kind: str, *options: str) -> Path:
    name = f"form.{kind}"
    result = desk.run("template", kind, "-o", name, *options)
    assert result.exit_code == 0, result.output
    assert result.stdout == f'Wrote the form "{name}". Fill it in, then: cluster-ledger plan {name}\n'
    return desk.folder / name


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
@pytest.mark.parametrize("options", [(), EVERY], ids=["usual", "every"])
def test_an_empty_form_is_refused_as_one_that_nobody_filled_in(bare: Desk, kind: str, options: tuple[str, ...]) -> None:
    template(bare, kind, *options)
    bare.init()
    words = '"authority" (""): it is empty' if kind == "yaml" else "no row is filled in"
    refused(bare.run("plan", f"form.{kind}"), words)
    assert bare.size() == 1


def test_a_document_is_made_by_filling_in_and_taking_marks_away(bare: Desk) -> None:
    text = template(bare, "yaml", "--change", "establish-cluster").read_text("utf-8")
    filled = {"authority": "Council", "reference": "X", "effective": "2026-01-01", "cluster": "homes", "title": "Homes"}
    kept = []
    for line in text.splitlines():
        field = line.lstrip(" #-").partition(":")[0]
        if field in filled:
            line = re.sub(r":.*", f": {filled[field]}", line)
        kept.append(line.replace("# ", "", 1) if field in (*filled, "change") else line)
    [document] = read_documents("\n".join(kept).encode(), "form.yaml")
    assert read_decision(document.fields).changes[0].change.sentence == "Cluster homes is established: Homes."


@pytest.mark.parametrize("change", COMMANDS.changes, ids=lambda change: change.NAME)
def test_each_change_of_a_document_is_well_formed_once_its_marks_are_taken_away(
    bare: Desk, change: type[Change]
) -> None:
    text = template(bare, "yaml", "--change", change.NAME).read_text("utf-8")
    before, after = text.split("changes:\n")
    lines = [line.replace("# ", "", 1) if "#   " in line or "# - " in line else line for line in after.splitlines()]
    [document] = read_documents(f"{before}changes:\n{chr(10).join(lines)}\n".encode(), "form.yaml")
    [found] = document.fields["changes"]
    names = [info.alias or field for field, info in change.model_fields.items()]
    assert found["change"] == change.NAME
    assert set(found) - {"change", "effective"} == {*names, *common_names(change)}


def test_a_spreadsheet_explains_its_columns_and_offers_what_they_may_hold(bare: Desk) -> None:
    made = openpyxl.load_workbook(template(bare, "xlsx"))
    assert made.sheetnames == ["decisions", "columns", "changes"]
    sheet = made["decisions"]
    names = [cell.value for cell in sheet[1]]
    assert names[:5] == ["authority", "reference", "effective", "decided_on", "change"]
    assert [row[0].value for row in made["columns"].iter_rows(min_row=2, max_row=1 + len(names))] == names
    offered = {str(one.sqref).rstrip("0123456789"): one.formula1 for one in sheet.data_validations.dataValidation}
    letters = {name: sheet.cell(1, place).column_letter for place, name in enumerate(names, 1)}
    by_column = {place.rpartition(":")[2]: formula for place, formula in offered.items()}
    assert by_column[letters["extent"]] == '"full,partial"'
    listed = [cell.value for cell in made["changes"]["A"][1:]]
    assert by_column[letters["change"]] == f"=changes!$A$2:$A${len(listed) + 1}".removeprefix("=")
    assert "transfer-segment" in listed and "assess-mission" not in listed
    assert "Required by" in sheet[f"{letters['title']}1"].comment.text
    assert sheet.column_dimensions["A"].number_format == "@"  # of this and all columns after it: what is typed stays


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_form_that_is_filled_in_is_read(bare: Desk, kind: str) -> None:
    path = template(bare, kind, "--change", "establish-cluster")
    row = ["Council", "X", "2026-12", "2026-11-30", "establish-cluster", "homes", "Homes"]
    if kind == "csv":
        path.write_bytes(path.read_bytes() + (",".join(row) + "\r\n").encode())
    else:
        made = openpyxl.load_workbook(path)
        for place, cell in enumerate(row, 1):
            made["decisions"].cell(2, place, cell)
        made.save(path)
    [document] = read_form(path.name, path.read_bytes())
    assert document.fields["effective"] == "2026-12" and document.fields["changes"][0]["title"] == "Homes"


def test_every_field_of_every_change_has_a_column() -> None:
    names = [column.name for column in columns_of(COMMANDS.changes)]
    fields = {info.alias or field for change in COMMANDS.changes for field, info in change.model_fields.items()}
    assert fields <= set(names) and len(names) == len(set(names))


def leaves(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """Yield the place of every value that a decision may state beside its changes; a list is one of its items."""
    for name, info in model.model_fields.items():
        inner = next(models_in(info.annotation), None)
        if name not in OF_REGISTERS:
            yield from [(name,)] if inner is None else ((name, *path) for path in leaves(inner))


def models_in(hint: Any) -> Iterator[type[Model]]:
    """Yield the models of the parts of a type; a text that may be withheld is a text."""
    if isinstance(hint, type) and issubclass(hint, Model) and hint is not Commitment:
        yield hint
    for inner in get_args(hint):
        yield from models_in(inner)


def keys(value: Any) -> Iterator[tuple[str, ...]]:
    """Yield the place of every value in a document."""
    if isinstance(value, dict):
        yield from ((name, *path) for name, one in value.items() for path in keys(one))
    elif value and isinstance(value, list):
        yield from keys(value[0])
    else:
        yield ()


def test_every_field_of_the_heading_of_a_decision_has_a_column_and_stands_in_the_document(bare: Desk) -> None:
    fields = set(leaves(Header))
    assert {("adopted_by", "votes", "in_favour"), ("expected", "cost", "amount"), ("documents", "file")} <= fields
    columns = {*((name,) for name in (*LEADING, *TEXTS, "responds_to") if name not in WITHIN), *WITHIN.values()}
    columns |= {("documents", name) for name in DOCUMENT.values()} | {("accept", name) for name in ACCEPT.values()}
    assert columns == fields and {column.name for column in columns_of(COMMANDS.changes)} >= set(HEADER)
    text = template(bare, "yaml").read_text("utf-8").partition("changes:")[0]
    lines = [line.removeprefix("# ") for line in text.splitlines()[1:]]
    [document] = read_documents("\n".join((*lines, "changes: []")).encode(), "form.yaml")
    assert set(keys(document.fields)) - {("changes",)} == fields


def test_what_any_change_may_carry_has_a_column_of_the_changes_that_take_it() -> None:
    columns = {column.name: column for column in columns_of(COMMANDS.changes)}
    assert {*Dating.model_fields} - {"effective", *OF_REGISTERS} == set(COMMON)
    for name in COMMON:
        for change in COMMANDS.changes:
            assert (change.NAME in columns[name].taken_by) == (name in common_names(change))


def test_a_form_takes_the_place_of_nothing_and_is_called_as_it_is_read(bare: Desk) -> None:
    template(bare, "csv")
    refused(bare.run("template", "csv", "-o", "form.csv"), "form.csv")
    refused(bare.run("template", "csv", "-o", "form.txt"), "call it", code=2)
    refused(
        bare.run("template", "csv", "-o", "other.csv", "--change", "retitle-clusters"),
        'Did you mean "retitle-cluster"?',
    )
