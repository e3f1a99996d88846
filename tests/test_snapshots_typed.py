"""Columns with types: dates are dates, numbers are numbers, a list is a table of its own, and no cell holds JSON."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal as Number
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel
from support.golden_lines import SAMPLES
from support.governing import decide, governed

from ledger.events import types
from ledger.events.registry import ASKED_FOR, BY_NAME
from ledger.state.effects import effects
from ledger.timeline import day_of
from projections.snapshots.columns import Column, as_read, days, is_same
from projections.snapshots.copy import NotASnapshot
from projections.snapshots.formats import FORMATS, save
from projections.snapshots.leaves import DATES, NUMBERS, leaves, value_of
from projections.snapshots.question import snapshot
from projections.snapshots.tables import LAYOUTS
from projections.snapshots.verification import verify_snapshot
from projections.views.read_model import Views

TABULAR = [form for form in FORMATS if form != "json"]
AIM = {"objective": "sleep/hours", "indicator": "Hours", "definition": "Hours slept.", "unit": "hours"}
GOAL = {"direction": "up", "baseline": "-6.10", "target": "123456789012345678.123456789", "due_on": "1870-03"}


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        decide(ledger, {"change": "set-objective", **AIM, **GOAL}, reference="O-1")
        seen = {"change": "record-measurement", "objective": "sleep/hours", "observed_on": "2026-10-01"}
        decide(ledger, seen | {"value": "7.50"}, effective="2026-10-02", reference="O-2")
        said = {"mission": "sleep", "actors": ["One; Two", "=Three"], "sectors": ["07.1", "10.2"]}
        decide(ledger, {"change": "rescope-mission", **said}, effective="2026-10-03", reference="O-3")
        yield views


def saved(views: Views, folder: Path, form: str) -> Path:
    save(snapshot(views, day_of("2026-12-01"), views.ledger.known()), folder / f"s.{form}", form, "a.ledger")
    return folder / f"s.{form}"


# By the tools that others read them with


OBJECTIVE = "SELECT baseline, target, due_on, due_on_first, due_on_last, definition_version FROM"


def test_in_parquet_dates_and_numbers_are_exact(views: Views, tmp_path: Path) -> None:
    folder = saved(views, tmp_path, "parquet")
    found = duckdb.sql(f"{OBJECTIVE} '{folder}/objectives.parquet'").fetchall()
    target = Number("123456789012345678.123456789")
    assert found == [(Number("-6.1"), target, "1870-03", date(1870, 3, 1), date(1870, 3, 31), 1)]
    mean = duckdb.sql(f"SELECT avg(value), max(observed_on_last) FROM '{folder}/measurements.parquet'").fetchall()
    assert mean == [(7.5, date(2026, 10, 1))]


def test_in_sqlite_dates_and_numbers_have_their_types(views: Views, tmp_path: Path) -> None:
    with closing(sqlite3.connect(saved(views, tmp_path, "sqlite"), detect_types=sqlite3.PARSE_DECLTYPES)) as db:
        [found] = db.execute(f"{OBJECTIVE} objectives")
        assert found == (-6.1, 123456789012345678.0, "1870-03", date(1870, 3, 1), date(1870, 3, 31), 1)
        assert db.execute("SELECT typeof(value), date(observed_on_last, '+1 day') FROM measurements").fetchall() == [
            ("real", "2026-10-02")
        ]


def test_in_a_spreadsheet_dates_and_numbers_have_their_types_and_a_day_before_1900_is_text(
    views: Views, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(saved(views, tmp_path, "xlsx"))
    head, line = book["objectives"].iter_rows(values_only=True)
    found = dict(zip(head, line, strict=True))
    assert (found["baseline"], found["due_on_last"]) == (-6.1, "1870-03-31")
    head, line = book["measurements"].iter_rows(values_only=True)
    found = dict(zip(head, line, strict=True))
    assert (found["value"], found["observed_on_first"]) == (7.5, datetime(2026, 10, 1))


def test_in_csv_numbers_are_as_stated_and_no_cell_of_any_table_holds_json(views: Views, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved(views, tmp_path, "csv")) as archive:
        package = json.loads(archive.read("datapackage.json"))
        found = {
            one["name"]: list(csv.DictReader(io.StringIO(archive.read(one["path"]).decode(), newline="")))
            for one in package["resources"]
        }
    assert found["objectives"][0]["baseline"] == "-6.10" and found["measurements"][0]["value"] == "7.50"
    assert not [
        cell for lines in found.values() for line in lines for cell in line.values() if cell[:1] and cell[0] in '[{"'
    ]
    assert [line["actor"] for line in found["mission-actors"]] == ["One; Two", "'=Three"]
    assert [line["sector"] for line in found["mission-sectors"]] == ["07.1", "10.2"]
    types_ = {field["type"] for one in package["resources"] for field in one["schema"]["fields"]}
    assert types_ == {"string", "integer", "number", "date"}


@pytest.mark.parametrize("form", TABULAR)
def test_what_has_types_is_verified_with_and_without_its_ledger(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    assert verify_snapshot(views, path).damage == () == verify_snapshot(None, path).damage


def test_an_altered_number_or_date_is_named(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE measurements SET value = 7.51, observed_on_last = '2026-10-02'")
        db.commit()
    told = [(damage.kind, damage.expected.rpartition(": ")[2], damage.found.rpartition(": ")[2]) for damage in
            verify_snapshot(views, path).damage]  # fmt: skip
    assert told == [("cell", '"2026-10-01"', '"2026-10-02"'), ("cell", '"7.50"', "7.51")]


# What is stated, and what it comes to


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-03", "2024-02-03", "2024-02-03"),
        ("..", None, None),
        ("[2015-03-01..2016-02-28]", "2015-03-01", "2016-02-28"),
        ("[..2021-08-11]", None, "2021-08-11"),
        ("2024-01-01/2024-06-30", "2024-01-01", "2024-06-30"),
        ("soon", None, None),
    ],
)
def test_a_date_has_the_first_and_the_last_day_that_it_may_mean(stated: str, first: str, last: str) -> None:
    assert days(stated) == (first, last)


NAMED = st.dictionaries(st.text(max_size=4), st.text(max_size=3), max_size=3)
VALUES = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text("/~01a", max_size=3), inner, max_size=4),
    max_leaves=30,
)


@given(VALUES)
def test_the_parts_of_a_value_make_it_again(value: Any) -> None:
    parts = {leaf.place: (leaf.type, None if leaf.value is None else str(leaf.value)) for leaf in leaves(value)}
    again = value_of(dict(reversed(parts.items())))
    assert again == value and type(again) is type(value)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"/a": ("text", "x")},
        {"": ("text", "x"), "/a": ("text", "x")},
        {"": ("list", None), "/1": ("text", "x")},
        {"": ("list", None), "/00": ("text", "x")},
        {"": ("object", "{}")},
        {"": ("boolean", "1")},
        {"": ("whole", "a")},
        {"": ("day", "x")},
    ],
)
def test_parts_that_make_no_value_are_told(parts: dict[str, tuple[str, str | None]]) -> None:
    with pytest.raises((KeyError, ValueError)):
        value_of(parts)


@given(st.decimals(min_value=-(10**18), max_value=10**18, places=9), st.sampled_from(TABULAR))
def test_a_number_is_the_same_as_each_format_gives_it_back(number: Number, form: str) -> None:
    column, ours = Column("value", "", "number"), format(number, "f")
    theirs = {"csv": ours, "parquet": number, "sqlite": float(number), "xlsx": float(number)}[form]
    assert is_same(column, ours, theirs)
    assert not is_same(column, ours, "x") and not is_same(column, ours, None) and not is_same(column, ours, 1e19)
    assert not is_same(Column("title", ""), ours, float(number))


def test_a_cell_of_another_type_stays_and_differs() -> None:
    of_date, of_whole = (as_read(Column("c", "", type_), is_key=False) for type_ in ("date", "whole"))
    assert of_date is not None and of_whole is not None
    assert of_date(datetime(2026, 1, 2)) == "2026-01-02" == of_date("2026-01-02")
    assert of_date(datetime(2026, 1, 2, 3)) == "2026-01-02 03:00:00"
    assert (of_whole("12"), of_whole(12.0), of_whole("1.5"), of_whole("9" * 5_000)) == (12, 12, "1.5", "9" * 5_000)


# The types that the models of the changes state


def stated_types(model: type[BaseModel], value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place of each number and date of a change, by the types of its fields."""
    given = {types.Day: "date", types.Effective: "date", types.Decimal: "number"}
    marks = {id(mark): name for kind, name in given.items() for mark in kind.__metadata__}
    for name, info in model.model_fields.items():
        for mark in types.checks_of(info):
            if id(mark) in marks and (isinstance(mark, AfterValidator) or marks[id(mark)] == "number"):
                yield f"{place}{name}", marks[id(mark)]
        inner = getattr(value, name, None)
        if isinstance(inner, BaseModel):
            yield from stated_types(type(inner), inner, f"{place}{name}/")


def test_every_number_and_date_that_a_change_states_has_its_type() -> None:
    expected: dict[str, set[str]] = {"date": {"reviewed_on"}, "number": set()}
    for name in ASKED_FOR:
        change = BY_NAME[name].model_validate(SAMPLES[name])
        typed = dict(stated_types(type(change), change))
        for effect in effects(change, "2026-04-01"):
            base, _, key = effect.attribute.partition(":")
            for leaf in leaves(effect.value) if isinstance(effect.value, str | int | dict | list | tuple) else ():
                field = leaf.place.removeprefix("/") if key else base
                if leaf.type == "text" and field in typed:
                    expected[typed[field]].add(f"{base}{leaf.place}")
    assert expected == {"date": set(DATES), "number": set(NUMBERS)}


def test_columns_of_numbers_and_dates_are_those_of_attributes_that_are() -> None:
    for layout in LAYOUTS:
        for column in layout.columns:
            base, _, end = column.name.rpartition("_")
            if column.name in NUMBERS:
                assert column.type == "number"
            if column.name in DATES:
                assert {f"{column.name}_first", f"{column.name}_last"} <= {other.name for other in layout.columns}
            assert (column.type == "date") == (end in ("first", "last"))


def test_a_snapshot_of_before_columns_had_types_is_refused_and_told_how_to_make_it_again(
    views: Views, tmp_path: Path
) -> None:
    path = saved(views, tmp_path, "sqlite")
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE context SET value = 1 WHERE name = 'format'")
        db.commit()
    with pytest.raises(NotASnapshot, match=r"format 1.*`snapshot --effective 2026-12-01 --known p\d+`"):
        verify_snapshot(views, path)
