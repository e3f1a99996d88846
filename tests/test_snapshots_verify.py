"""Snapshots held against the ledger: whatever was altered is named, and what only looks different is not."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.governing import REGISTRY, constituted, decide, governed
from support.histories import History, histories
from support.written_ledgers import written

from ledger.application import Verification
from ledger.errors import InputError, LedgerError
from ledger.timeline import day_of
from projections.snapshots.copy import NotASnapshot
from projections.snapshots.formats import FORMATS, read, save
from projections.snapshots.question import FORMAT, snapshot
from projections.snapshots.reading import format_of
from projections.snapshots.verification import verify_snapshot
from projections.views.read_model import Views

DAY = "2026-12-01"
TABULAR = [form for form in FORMATS if form != "json"]


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "=Care"}, reference="T-1")
        yield views


def saved(views: Views, folder: Path, form: str, known: str | None = None, day: str = DAY) -> Path:
    found = snapshot(views, day_of(day), views.ledger.known(known))
    save(found, folder / f"s.{form}", form, "a.ledger", force=True)
    return folder / f"s.{form}"


def said(found: Verification) -> list[tuple[str, str, str]]:
    assert found.ok == (not found.damage)
    return [(damage.kind, damage.expected, damage.found) for damage in found.damage]


# Altering one cell, by whatever reads and writes the format


def in_csv(path: Path, table: str, before: str, after: str) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert before in files[f"{table}.csv"]
    files[f"{table}.csv"] = files[f"{table}.csv"].replace(before, after)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def in_xlsx(path: Path, table: str, before: str, after: str) -> None:
    book = openpyxl.load_workbook(path)
    cells = [cell for row in book[table].iter_rows() for cell in row if before in str(cell.value)]
    assert cells
    for cell in cells:
        cell.value = str(cell.value).replace(before, after)
        cell.data_type = "s"
    book.save(path)


def in_sqlite(path: Path, table: str, before: str, after: str) -> None:
    db = sqlite3.connect(path)
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    for column in columns:
        db.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (before, after))
    db.commit()
    db.close()


def in_parquet(path: Path, table: str, before: str, after: str) -> None:
    file = path / f"{table}.parquet"
    [(context,)] = duckdb.execute("SELECT value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE t AS SELECT * FROM '{file}'")
        for name, kind, *_ in db.execute("DESCRIBE t").fetchall():
            if kind == "VARCHAR":
                db.execute(f'UPDATE t SET "{name}" = replace("{name}", ?, ?)', [before, after])
        quoted = bytes(context).decode().replace("'", "''")
        db.execute(f"COPY t TO '{file}' (FORMAT parquet, KV_METADATA {{context: '{quoted}'}})")


ALTER: dict[str, Callable[[Path, str, str, str], None]] = {
    "csv": in_csv,
    "xlsx": in_xlsx,
    "sqlite": in_sqlite,
    "parquet": in_parquet,
}


@pytest.mark.parametrize("form", FORMATS)
def test_an_untouched_snapshot_holds_with_and_without_its_ledger(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    assert format_of(path) == form
    found = verify_snapshot(views, path)
    assert (said(found), found.events, found.root) == ([], 8, views.ledger.known().root)
    alone = verify_snapshot(None, path)
    assert (said(alone), alone.events, alone.root) == ([], 8, views.ledger.known().root)
    assert "there is none at hand" in alone.not_proven[0]


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_holds_for_ever(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    decide(views.ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-02-01")
    views.rebuild()
    found = verify_snapshot(views, path)
    assert (said(found), found.events) == ([], 8)


@pytest.mark.parametrize("form", TABULAR)
def test_an_altered_title_is_named_with_and_without_the_ledger(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    ALTER[form](path, "segments", "Homes", "Hotels")
    expected = ("cell", 'segments: care/homes: title: "Homes"', 'segments: care/homes: title: "Hotels"')
    assert said(verify_snapshot(views, path)) == [expected]
    assert said(verify_snapshot(None, path)) == [expected]


@pytest.mark.parametrize("form", TABULAR)
def test_altering_everything_alike_is_betrayed_by_the_digest(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    for table in ("segments", "attributes"):
        ALTER[form](path, table, "Homes", "Hotels")
    [(kind, expected, found)] = said(verify_snapshot(None, path))
    assert (kind, expected != found) == ("digest", True)
    kinds = [kind for kind, *_ in said(verify_snapshot(views, path))]
    assert kinds == ["cell", "cell", "digest"]


def test_an_altered_attribute_names_its_position(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "csv")
    in_csv(path, "attributes", "=Care", "=Cure")
    [first, *_] = verify_snapshot(views, path).damage
    assert (first.position, first.kind) == (8, "cell")
    assert first.expected == 'attributes: care title: value: "=Care"'


@pytest.mark.parametrize("place", ["things", "clusters"])
def test_an_altered_json_snapshot_names_the_place(views: Views, tmp_path: Path, place: str) -> None:
    path = saved(views, tmp_path, "json")
    document = json.loads(path.read_text())
    if place == "things":
        [title] = [one for one in document["things"][0]["attributes"] if one["name"] == "title"]
        title["value"] = "Cure"
    else:
        document["clusters"][0]["title"] = "Cure"
    path.write_text(json.dumps(document, indent=1))
    kinds = [kind for kind, *_ in said(verify_snapshot(views, path))]
    assert kinds == {"things": ["cell", "digest"], "clusters": ["value"]}[place]
    if place == "clusters":
        assert said(verify_snapshot(None, path)) == [
            ("value", 'clusters care title: "=Care"', 'clusters care title: "Cure"')
        ]
    else:
        assert not verify_snapshot(None, path).ok


def test_what_was_added_to_a_json_snapshot_is_named(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "json")
    document = json.loads(path.read_text())
    document["things"][0]["attributes"][0]["note"] = "added"
    document["signed_by"] = "Nobody"
    path.write_text(json.dumps(document, indent=1))
    kinds = [kind for kind, *_ in said(verify_snapshot(views, path))]
    assert kinds == ["value", "digest"]


# What a person does to a spreadsheet


def test_a_spreadsheet_that_was_sorted_and_saved_again_still_holds(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["segments"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for row, line in enumerate(reversed(lines), 2):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column).value = value
    sheet.column_dimensions["A"].width = 60
    book.save(path)
    assert said(verify_snapshot(views, path)) == []


def test_a_formula_in_place_of_the_text_that_looks_like_it_is_named(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    [cell] = [cell for row in book["clusters"].iter_rows() for cell in row if cell.value == "=Care"]
    cell.data_type = "f"
    book.save(path)
    [(kind, _, found)] = said(verify_snapshot(views, path))
    assert (kind, found) == ("cell", 'clusters: care: title: "(formula) =Care"')


def test_lines_columns_and_sheets_that_were_added_or_taken_away_are_named(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    book.create_sheet("mine").append(["a", "b"])
    del book["signals"]
    book["missions"].delete_rows(2)
    book["segments"].append(["care/new", "care", "New"])
    book["segments"].append(["care/new", "care", "Newer"])
    book["clusters"]["K2"] = "a note"
    book["mandates"]["A1"] = "number"
    book.save(path)
    kinds = said(verify_snapshot(views, path))
    assert ("table", "a table signals", "none") in kinds
    assert ("table", "no other table", "mine") in kinds
    assert ("line", "missions: sleep", "no such line") in kinds
    assert ("line", "no such line", "segments: care/new") in kinds
    assert ("line", "segments: care/new once", "a second line of the same name") in kinds
    assert (
        "cell",
        "clusters: care: beyond the columns: nothing",
        'clusters: care: beyond the columns: "a note"',
    ) in kinds
    assert [expected.split(":")[0] for kind, expected, _ in kinds if kind == "columns"] == ["mandates"]
    assert len(kinds) == 7


# What the ledger says


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_of_another_ledger_is_told_apart(views: Views, tmp_path: Path, form: str) -> None:
    path = saved(views, tmp_path, form)
    (tmp_path / "other").mkdir()
    with constituted(tmp_path / "other") as ledger, Views(ledger, tmp_path) as other:
        [(kind, expected, _)] = said(verify_snapshot(other, path))
    assert (kind, expected) == ("ledger", f"ledger_id {ledger.government.ledger_id}")


def copied(views: Views, path: Path) -> None:
    with closing(sqlite3.connect(str(views.ledger.store.location))) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def test_a_ledger_that_was_cut_short_since_is_told(views: Views, tmp_path: Path) -> None:
    copied(views, tmp_path / "before.ledger")
    decide(views.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Late"})
    path = saved(views, tmp_path, "json")
    with (
        type(views.ledger).open(tmp_path / "before.ledger", recorder=REGISTRY) as ledger,
        Views(ledger, tmp_path / "v") as short,
    ):
        assert said(verify_snapshot(short, path)) == [
            ("position", "a ledger that reaches position 9", "one that ends at 8")
        ]


def test_a_ledger_that_was_rewritten_since_is_told_by_the_root(views: Views, tmp_path: Path) -> None:
    copied(views, tmp_path / "before.ledger")
    decide(views.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "One"}, reference="X")
    path = saved(views, tmp_path, "json")
    with (
        type(views.ledger).open(tmp_path / "before.ledger", recorder=REGISTRY) as ledger,
        Views(ledger, tmp_path / "v") as other,
    ):
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Two"}, reference="X")
        found = said(verify_snapshot(other, path))
    assert ("context", f"root {ledger_root(found)}", f"root {views.ledger.known().root}") in found
    assert ("value", 'clusters care title: "Two"', 'clusters care title: "One"') in found


def ledger_root(found: list[tuple[str, str, str]]) -> str:
    [root] = [expected.removeprefix("root ") for kind, expected, _ in found if expected.startswith("root ")]
    return root


def test_a_context_that_was_altered_is_named(views: Views, tmp_path: Path) -> None:
    path = saved(views, tmp_path, "sqlite")
    db = sqlite3.connect(path)
    db.execute("UPDATE context SET value = 'Ruritania' WHERE name = 'government'")
    db.execute("UPDATE context SET value = '2020-01-01' WHERE name = 'effective'")
    db.commit()
    db.close()
    found = said(verify_snapshot(views, path))
    assert ("context", "government Illyria", "government Ruritania") in found
    assert ("line", "no such line", "clusters: care") in found, "on that day there was nothing"


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_of_an_older_format_is_still_held_to_what_it_says(
    views: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    path = saved(views, tmp_path, form)
    monkeypatch.setattr("projections.snapshots.question.FORMAT", FORMAT + 1)
    found = verify_snapshot(views, path)
    assert said(found) == []
    assert "older format" in found.not_proven[0]
    if form != "json":
        ALTER[form](path, "attributes", "Homes", "Hotels")
        assert [kind for kind, *_ in said(verify_snapshot(views, path))] == ["cell", "digest"]


# What cannot be read


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"[]",
        b'{\n "context": 1}',
        b'{\n "context": {}}',
        b"PK\x05\x06" + b"\0" * 18,
        b"SQLite format 3\0",
    ],
)
def test_a_file_that_is_no_snapshot_is_refused_in_words(views: Views, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(NotASnapshot, match="cannot be read as a snapshot"):
        verify_snapshot(views, tmp_path / "x")


def test_a_file_that_is_not_there_is_refused_in_words(views: Views, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read \\(No such file or directory\\)"):
        verify_snapshot(views, tmp_path / "x")


def test_an_export_is_no_snapshot(views: Views, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\n".join(views.ledger.lines()))
    assert format_of(tmp_path / "x") is None


@pytest.mark.parametrize(
    ("begin", "words"), [("zip", "neither the parts of the format csv nor those of xlsx"), ("table", "is the folder")]
)
def test_what_no_export_can_be_is_no_snapshot_either(tmp_path: Path, begin: str, words: str) -> None:
    path = tmp_path / "other"
    if begin == "zip":  # as a text document or a spreadsheet of another office is
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    else:
        path.write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    for ask in (format_of, read):
        with pytest.raises(NotASnapshot, match=words):
            ask(path)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('"tree_size": 8', '"tree_size": 8, "tree_size": 9', "a name stands twice"),
        ('"Illyria"', '"\\ud800"', "it is not JSON"),
        ('"known_position": 8', '"known_position": 5', "no decision of the ledger ends at its known_position 5"),
        ('"known_position": 8', '"known_position": -8', "no decision of the ledger ends at"),
        ('"effective": "2026-12-01"', '"effective": "soon"', "its attributes cannot be read"),
        ('"effective": "2026-12-01"', '"effective": 7', "its attributes cannot be read"),
        ('"name": "life"', '"name": "alive"', "its attributes cannot be read"),
    ],
)
def test_json_that_cannot_be_meant_is_refused_in_words(
    views: Views, tmp_path: Path, before: str, after: str, problem: str
) -> None:
    path = saved(views, tmp_path, "json")
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(NotASnapshot, match=problem):
        verify_snapshot(views, path)


def test_a_parquet_folder_whose_files_were_mixed_is_refused(views: Views, tmp_path: Path) -> None:
    first = saved(views, tmp_path, "parquet").rename(tmp_path / "first")
    second = saved(views, tmp_path, "parquet", "p7")
    shutil.copy(first / "clusters.parquet", second / "clusters.parquet")
    with pytest.raises(NotASnapshot, match="do not say one context"):
        verify_snapshot(views, second)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untouched")
    with governed(folder) as ledger, Views(ledger, folder) as views:
        for form in FORMATS:
            saved(views, folder, form)
    return folder


@pytest.mark.parametrize("form", FORMATS)
@given(seed=st.integers(0, 2**32), cut=st.booleans())
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_or_its_damage_named_never_a_traceback(
    untouched: Path, tmp_path_factory: pytest.TempPathFactory, form: str, seed: int, cut: bool
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "s"
    source = untouched / f"s.{form}"
    shutil.copytree(source, path) if source.is_dir() else shutil.copy(source, path)
    chance = random.Random(seed)
    file = chance.choice(sorted(path.iterdir())) if path.is_dir() else path
    content = bytearray(file.read_bytes())
    at = chance.randrange(len(content))
    if cut:
        del content[at:]
    else:
        content[at] ^= 1 << chance.randrange(8)
    file.write_bytes(bytes(content))
    try:
        found: Any = verify_snapshot(None, path)
    except LedgerError as error:
        assert str(error).isprintable()
    else:
        assert found.ok == (not found.damage)
    shutil.rmtree(path.parent)


# Whatever a history holds


@given(history=histories(), day=st.sampled_from(("2020-06-01", "2022-07-01", "2030-01-01")), data=st.data())
@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_snapshot_of_any_history_comes_back_as_it_was(history: History, day: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with written(folder / "a.ledger", history) as ledger, Views(ledger, folder) as views:
            known = data.draw(st.sampled_from(history.ends()))
            for form in FORMATS:
                path = saved(views, folder, form, f"p{known}", day)
                assert said(verify_snapshot(views, path)) == []
                assert said(verify_snapshot(None, path)) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_measurement_without_a_source_comes_back_as_it_was(views: Views, tmp_path: Path, form: str) -> None:
    aim = {"objective": "sleep/hours", "indicator": "Hours", "definition": "Hours slept.", "unit": "hours"}
    goal = {"direction": "up", "baseline": "6", "target": "7.50", "due_on": "2030"}
    decide(views.ledger, {"change": "set-objective", **aim, **goal}, reference="O-1")
    seen = {"change": "record-measurement", "objective": "sleep/hours", "observed_on": "2026-10-01"}
    decide(views.ledger, seen | {"value": "6.20"}, effective="2026-10-02", reference="O-2")
    decide(views.ledger, seen | {"value": "6.40", "source": "Survey"}, effective="2026-10-02", reference="O-3")
    path = saved(views, tmp_path, form)
    assert said(verify_snapshot(views, path)) == []
    if form != "json":
        lines = read(path).tables["measurements"].lines
        assert sorted(float(str(line[-1])) for line in lines) == [6.2, 6.4]
