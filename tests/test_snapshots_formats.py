"""Snapshots in five formats: the same question gives the same bytes, everywhere and for ever, and nothing computes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import openpyxl
import pytest
from support.demonstrations import demonstration
from support.governing import decide, governed
from support.histories import History, Recording
from support.small_world import change, constitution
from support.written_ledgers import written

from ledger.application import Ledger
from ledger.errors import InputError, OutputExists, UnknownName
from ledger.errors.extras import MissingExtra
from ledger.timeline import day_of
from projections.snapshots import xlsx as snapshots_xlsx
from projections.snapshots.formats import FORMATS, read, save
from projections.snapshots.question import Snapshot, snapshot
from projections.snapshots.tables import tables
from projections.snapshots.verification import verify_snapshot
from projections.views.read_model import Views

WITH_ZEROS = re.compile(r"^(-?[0-9]+)(?:\.0+|(\.[0-9]*?[1-9])0+)$")
ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-12-01"
ESCAPES = (
    *("_x0041_", "_x005F_", "_x005F_x0041_", "_x005f_", "a_x000D_b", "__x0041_", "_x0041__x0042_", "x005F_"),
    *("_x005F_x005F_x0041_", "_x0041_x0042_", "<r><t>a</t></r>", "<r>"),
)
ODD = (
    *("=1+1", "+1", "-1", "@sum", "'quoted", '=HYPERLINK("http://evil")', "two\nlines", "a\ttab", "1e5"),
    *("http://example.gov/a", "Santé, «bien-être»; \N{MATHEMATICAL FRAKTUR SMALL X}", 'a "quoted" word', "007", "TRUE"),
    *ESCAPES,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    folder = tmp_path_factory.mktemp("demo")
    with demonstration(folder / "demo.ledger") as ledger, Views(ledger, folder) as views:
        yield views


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Views]:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        yield views


def taken(views: Views, known: str | None = None, effective: str = DAY) -> Snapshot:
    return snapshot(views, day_of(effective), views.ledger.known(known))


def saved(found: Snapshot, folder: Path, form: str) -> Path:
    save(found, folder / f"s.{form}", form, "a.ledger", force=True)
    return folder / f"s.{form}"


def digest(path: Path) -> str:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def odd_ledger(ledger: Ledger) -> None:
    """Text that some program takes for a formula, an address, a number or an escape."""
    for number, text in enumerate(ODD):
        said = {
            "change": "establish-cluster",
            "cluster": f"odd-{number}",
            "title": text.replace("\n", " ").replace("\t", " "),
        }
        decide(ledger, said | {"purpose": text}, reference=f"ODD {number}")


# The same for ever


SCRIPT = """
import hashlib, json, sys
from pathlib import Path
from ledger.application import Ledger
from ledger.timeline import day_of
from projections.snapshots.question import snapshot
from projections.snapshots.formats import FORMATS, save
from projections.views.read_model import Views

ledger, folder = sys.argv[1:]
with Ledger.open(ledger, read_only=True) as opened, Views(opened, folder) as views:
    found = snapshot(views, day_of("2026-12-01"), opened.known("p20"))
    for name in FORMATS:
        save(found, Path(folder) / f"s.{name}", name, "a.ledger")
"""


def elsewhere(ledger: Path, folder: Path, **environment: str) -> dict[str, str]:
    """Save a snapshot in every format in a process that is somewhere else in the world; return the digests."""
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), **environment}
    subprocess.run([sys.executable, "-c", SCRIPT, str(ledger), str(folder)], check=True, env=environment, timeout=120)
    return {name: digest(folder / f"s.{name}") for name in FORMATS}


def test_the_same_question_gives_the_same_bytes_in_another_time_zone_and_locale(demo: Views, tmp_path: Path) -> None:
    ledger = Path(demo.ledger.store.location)
    plain = elsewhere(ledger, tmp_path / "one", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    far = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"}
    assert elsewhere(ledger, tmp_path / "two", **far) == plain
    ascii_only = {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert elsewhere(ledger, tmp_path / "three", **ascii_only) == plain


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_question_gives_the_same_bytes_after_later_decisions_and_rebuilt_views(
    small: Views, tmp_path: Path, form: str
) -> None:
    position = f"p{small.ledger.head().position}"
    before = digest(saved(taken(small), tmp_path, form))
    decide(small.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"}, effective="2026-02-01")
    assert digest(saved(taken(small), tmp_path, form)) != before
    assert digest(saved(taken(small, position), tmp_path, form)) == before
    small.rebuild()
    assert digest(saved(taken(small, position), tmp_path, form)) == before


# What was promised once: whoever changes one of these on purpose raises FORMAT in projections/snapshots/question.py.
# The digest of the content changes with the number of the format alone: it is what snapshots of all formats share.
CONTENT = "sha256:a1da1623f6a06bc38a20d09bbfb1c44a858178abc68adc72e0d31593b9f8a3e0"
PROMISED = {
    "json": "7cd6fc648af5fcec03ab8ff6ac5859ea9a31aa377b9f02dc009250b3d4039728",
    "csv": "977b895544a98b8af7ea5f354d64ae1746a227df9020d7abbe62087790a7c58f",
}


def fixed() -> History:
    """A history that is the same on every machine, with text of every kind that is easily written otherwise."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    for said in (
        change(
            "establish-cluster",
            cluster="a",
            title="=Santé",
            purpose='Two\nlines, "quoted"; \N{GREEK SMALL LETTER ALPHA}',
        ),
        change("add-segment", segment="a/x", title="Care", sectors=["07.1", "10.2"]),
        change("relate-segments", segment="a/x", other="a/x", relation="İstanbul", note="-1"),
        change("launch-mission", mission="m", title="Sleep well", actors=["One", "Two"], horizon_on="2030-04"),
        change("add-mission", mission="m", segments=["a/x"], extent="partial"),
        change("appoint-leader", of="a", office="Chair", holder={"commitment": "sha256:" + "ab" * 32}),
    ):
        recording.say(said, "2026-01")
    return recording.history()


def test_a_fixed_history_gives_the_bytes_that_it_always_gave(tmp_path: Path) -> None:
    with written(tmp_path / "a.ledger", fixed()) as ledger, Views(ledger, tmp_path) as views:
        found = taken(views)
        assert found.content_sha256 == CONTENT
        assert {form: digest(saved(found, tmp_path, form)) for form in PROMISED} == PROMISED


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same_context_digest_and_tables(demo: Views, tmp_path: Path, form: str) -> None:
    found = taken(demo)
    copy = read(saved(found, tmp_path, form))
    assert (copy.context, copy.content_sha256) == (found.context, found.content_sha256)
    expected = {table.name: (tuple(column.name for column in table.columns), table.lines) for table in tables(found)}
    for name, copied in copy.tables.items():
        columns, lines = expected[name]
        assert copied.columns == columns
        assert sorted(map(plain, copied.lines)) == sorted(map(plain, lines))
    assert len(copy.tables) == (1 if form == "json" else len(expected))


@pytest.mark.parametrize("form", FORMATS)
def test_a_licence_and_a_publisher_are_read_back_and_held_to_the_ledger(
    small: Views, tmp_path: Path, form: str
) -> None:
    decide(small.ledger, {"change": "adopt-settings", "licence": "4.0", "publisher": "=1+1"}, reference="LP")
    path = saved(taken(small), tmp_path, form)
    context = read(path).context
    assert (context["licence"], context["publisher"]) == ("4.0", "=1+1")
    assert verify_snapshot(small, path).ok and verify_snapshot(None, path).ok


def plain(line: tuple[Any, ...]) -> list[str]:
    """A line as texts; a number without the zeros that a format adds to it or takes off."""
    return ["" if cell is None else WITH_ZEROS.sub(r"\1\2", str(cell)) for cell in line]


@pytest.mark.parametrize("form", FORMATS)
def test_text_that_looks_like_something_else_comes_back_as_it_was(small: Views, tmp_path: Path, form: str) -> None:
    odd_ledger(small.ledger)
    copied = read(saved(taken(small), tmp_path, form)).tables
    purposes = {line[1]: line[5] for line in copied["attributes"].lines if line[2] == "purpose"}
    assert tuple(purposes[f"odd-{number}"] for number in range(len(ODD))) == ODD
    if form != "json":
        shown = {line[0]: line[2] for line in copied["clusters"].lines}
        assert tuple(shown[f"odd-{number}"] for number in range(len(ODD))) == ODD


@pytest.mark.parametrize("form", FORMATS)
def test_names_of_leaders_are_in_no_snapshot(small: Views, tmp_path: Path, form: str) -> None:
    decide(small.ledger, {"change": "appoint-leader", "of": "care", "office": "Chair", "holder": "Ada Lovelace"})
    copy = read(saved(taken(small), tmp_path, form))
    said = repr((copy, [(copied.columns, list(copied.lines)) for copied in copy.tables.values()]))
    assert "Chair" in said
    assert "Lovelace" not in said


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_before_the_first_record_is_empty(small: Views, tmp_path: Path, form: str) -> None:
    copy = read(saved(taken(small, "p0"), tmp_path, form))
    assert copy.context["known_at"] is None
    assert [line for copied in copy.tables.values() for line in copied.lines] == []


# Never over anything else


@pytest.mark.parametrize("form", FORMATS)
def test_a_snapshot_never_overwrites_unless_forced(small: Views, tmp_path: Path, form: str) -> None:
    target = saved(taken(small), tmp_path, form)
    before = digest(target)
    decide(small.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"})
    with pytest.raises(OutputExists, match="exists already"):
        save(taken(small), target, form, "a.ledger")
    assert digest(target) == before
    save(taken(small), target, form, "a.ledger", force=True)
    assert digest(target) != before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "parquet"])
def test_a_file_never_takes_the_place_of_a_folder(small: Views, tmp_path: Path, form: str) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        save(taken(small), tmp_path / "here", form, "a.ledger", force=True)


def test_a_folder_with_anything_else_in_it_is_never_replaced(small: Views, tmp_path: Path) -> None:
    target = saved(taken(small), tmp_path, "parquet")
    (target / "minutes.txt").write_text("precious")
    with pytest.raises(InputError, match="Choose another name"):
        save(taken(small), target, "parquet", "a.ledger", force=True)
    assert (target / "minutes.txt").read_text() == "precious"
    (tmp_path / "file").write_text("precious")
    with pytest.raises(InputError, match="Choose another name"):
        save(taken(small), tmp_path / "file", "parquet", "a.ledger", force=True)
    assert (tmp_path / "file").read_text() == "precious"


def test_a_snapshot_that_fails_leaves_nothing_behind(
    small: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots_xlsx, "ROWS_MAX", 3)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    before = sorted(tmp_path.iterdir())
    for form in ("xlsx", "parquet"):
        with pytest.raises(InputError):
            save(taken(small), tmp_path / "x", form, "a.ledger")
    assert sorted(tmp_path.iterdir()) == before


def test_a_format_that_does_not_exist_is_refused_with_the_nearest_that_does(small: Views, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match='Did you mean "xlsx"'):
        save(taken(small), tmp_path / "x", "xlxs", "a.ledger")


# Each format by the tools that others read it with


def test_csv_is_a_valid_data_package(demo: Views, tmp_path: Path) -> None:
    path = saved(taken(demo), tmp_path, "csv").rename(tmp_path / "s.zip")
    report = frictionless.Package(str(path)).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(tables(taken(demo)))
    with zipfile.ZipFile(path) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_spreadsheet_has_a_sheet_for_each_table_and_computes_nothing(small: Views, tmp_path: Path) -> None:
    odd_ledger(small.ledger)
    found = taken(small)
    book = openpyxl.load_workbook(saved(found, tmp_path, "xlsx"))
    assert book.sheetnames == ["context", *(table.name for table in tables(found))]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"n", "s", "d"}
    columns = {table.name: table.columns for table in tables(found)}
    for cell in cells:
        if cell.parent.title != "context" and cell.row > 1:
            type_ = columns[cell.parent.title][cell.column - 1].type
            assert cell.data_type == {"text": "s", "whole": "n", "number": "n", "date": "d"}[type_]
    assert not any(cell.hyperlink for cell in cells)
    stated = dict(row for row in book["context"].iter_rows(min_row=2, values_only=True))
    assert stated == {**found.context, "content_sha256": found.content_sha256}
    assert book.properties.created.isoformat() == found.context["known_at"][:19]


def test_a_spreadsheet_is_read_and_printed_as_it_is(demo: Views, tmp_path: Path) -> None:
    found = taken(demo)
    book = openpyxl.load_workbook(saved(found, tmp_path, "xlsx"))
    for table in tables(found):
        sheet = book[table.name]
        assert sheet.freeze_panes == "A2" and sheet.print_title_rows == "$1:$1"
        assert sheet.auto_filter.ref == sheet.dimensions or sheet.max_row == 1
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        of = {at: one.width for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
        for at, cells in enumerate(sheet.iter_cols(values_only=True), 1):
            longest = max(len(str(cell).removesuffix(" 00:00:00")) for cell in cells if cell is not None)
            assert of[at] >= min(longest, 48)


def test_what_no_cell_can_hold_is_refused_in_words(
    small: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots_xlsx, "CELL_CHARS_MAX", 20)
    decide(small.ledger, {"change": "repurpose-cluster", "cluster": "care", "purpose": "x" * 21})
    with pytest.raises(InputError, match="longer than a cell can be.*another format"):
        save(taken(small), tmp_path / "x", "xlsx", "a.ledger")
    monkeypatch.undo()
    monkeypatch.setattr(snapshots_xlsx, "ROWS_MAX", 5)
    with pytest.raises(InputError, match="more lines than a sheet can hold"):
        save(taken(small), tmp_path / "x", "xlsx", "a.ledger")


def test_sqlite_is_a_whole_database_with_typed_columns_and_keys(demo: Views, tmp_path: Path) -> None:
    found = taken(demo)
    db = sqlite3.connect(saved(found, tmp_path, "sqlite"))
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    assert names == {"context", *(table.name.replace("-", "_") for table in tables(found))}
    assert dict(db.execute("SELECT name, value FROM context")) == {
        **found.context,
        "content_sha256": found.content_sha256,
    }
    joined = "affiliations JOIN missions ON missions.id = mission JOIN segments ON segments.id = segment"
    assert db.execute(f"SELECT count(*) FROM {joined}").fetchone()[0] > 0
    assert {kind for (kind,) in db.execute("SELECT DISTINCT typeof(position) FROM attributes")} == {"integer"}
    db.close()


def test_parquet_is_read_by_name_with_its_context_in_every_file(demo: Views, tmp_path: Path) -> None:
    found = taken(demo)
    folder = saved(found, tmp_path, "parquet")
    assert {file.stem for file in folder.iterdir()} == {"context", *(table.name for table in tables(found))}
    stated = {**found.context, "content_sha256": found.content_sha256}
    for file in folder.iterdir():
        [(value,)] = duckdb.execute("SELECT value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
        assert json.loads(bytes(value)) == stated
    described = duckdb.execute(f"DESCRIBE SELECT * FROM '{folder}/attributes.parquet'").fetchall()
    assert {name: kind for name, kind, *_ in described if name in ("id", "position")} == {
        "id": "VARCHAR",
        "position": "BIGINT",
    }


@pytest.mark.parametrize("name", ["year=2026", "a[1]*?", "it's", "é 'x' \"y\""])
def test_a_place_with_a_strange_name_is_a_place(small: Views, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    for form in FORMATS:
        found = taken(small)
        assert read(saved(found, tmp_path / name, form)).content_sha256 == found.content_sha256


# Extras


@pytest.mark.parametrize(("form", "library"), [("xlsx", "xlsxwriter"), ("parquet", "duckdb")])
def test_without_its_library_a_format_says_how_to_have_it(
    small: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf'need {library}, .*pip install .*"{library}>='):
        save(taken(small), tmp_path / "x", form, "a.ledger")


@pytest.mark.parametrize(("form", "library"), [("xlsx", "openpyxl"), ("parquet", "duckdb")])
def test_without_its_library_a_format_is_not_read_either(
    small: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, library: str
) -> None:
    path = saved(taken(small), tmp_path, form)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match="is not installed"):
        read(path)


def test_knowing_the_formats_imports_none_of_their_libraries() -> None:
    asked = "import sys, projections.snapshots.verification; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"duckdb", "openpyxl", "xlsxwriter"} & set(done.stdout.split())
