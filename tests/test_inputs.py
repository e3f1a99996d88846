"""Files given to the program: what is no file is refused at once, and what unpacks to too much as it is unpacked."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command_line import FIRST, Desk, bare, desk, refused

from ledger.documents.formats import read_documents
from ledger.documents.plain import VALUES_MAX
from ledger.documents.strict_json import ITEMS_MAX
from ledger.errors import MalformedDocument
from projections.snapshots import copy as snapshots_copy
from projections.snapshots.copy import (
    CELLS_MAX,
    PARTS_MAX,
    SNAPSHOT_BYTES_MAX,
    STREAMED_BYTES_MAX,
    STREAMED_CELLS_MAX,
    THING_CELLS_MAX,
    NotASnapshot,
)
from projections.snapshots.formats import FORMATS, read
from projections.snapshots.tables import ATTRIBUTE_COLUMNS

__all__ = ["bare", "desk"]
DECIDED = ("--title", "T", "--authority", "C", "--reference", "R")

# What is no file


@pytest.fixture
def odd(desk: Desk) -> Iterator[dict[str, str]]:
    """Paths at which something else stands than a file."""
    os.mkfifo(desk.folder / "pipe")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind("socket")  # a path from here, which may be short
        (desk.folder / "folder").mkdir()
        yield {"a pipe": "pipe", "a socket": "socket", "a folder": "folder", "a device": "/dev/zero"}


GIVEN: dict[str, Callable[[str], tuple[str, ...]]] = {
    "record": lambda path: ("record", path),
    "plan": lambda path: ("plan", path),
    "import": lambda path: ("--ledger", "new.ledger", "import", path, "--government", "X", "--recorder", "R"),
    "verify": lambda path: ("verify", path),
    "--document": lambda path: ("cluster", "establish", "x", *DECIDED, "--document", f"Minute={path}"),
}


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a folder", "a device"])
@pytest.mark.parametrize("name", GIVEN)
def test_what_is_no_file_is_refused_and_never_waited_for(desk: Desk, odd: dict[str, str], name: str, kind: str) -> None:
    result = desk.run(*GIVEN[name](odd[kind]))
    if (name, kind) == ("verify", "a folder"):  # it might be a snapshot of several files
        refused(result, "is a folder")
        return
    refused(result, f"is {kind}, and a file is needed here", code=2 if name == "--document" else 1)
    assert desk.size() == 1 and not (desk.folder / "new.ledger").exists()


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a folder", "a device"])
def test_a_configuration_that_is_no_file_is_refused(
    desk: Desk, odd: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_CONFIG", odd[kind])
    refused(desk.run("show"), f"is {kind}, and a file is needed here")


@pytest.mark.parametrize("name", ["record", "plan", "import", "verify", "--document"])
@pytest.mark.parametrize("path", ["nothing", "nothing/there", "a\0b", "x" * 300])
def test_a_file_that_is_not_there_is_refused_in_words(desk: Desk, name: str, path: str) -> None:
    may_be_a_draft = name in ("record", "plan") and path == "nothing"  # which has an id for a name
    words = "No file or draft is called" if may_be_a_draft else "cannot be read"
    refused(desk.run(*GIVEN[name](path)), words, code=2 if name == "--document" else 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=" + "[" * 30_000, "not TOML"),
        ("ledger=" + "9" * 5_000, "not TOML"),
        ("a=1\n" * 20_000, "longer than 64 KB"),
    ],
)
def test_a_configuration_without_a_bottom_or_an_end_is_refused(
    desk: Desk, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_CONFIG", desk.write("odd.toml", text))
    refused(desk.run("show"), words)


# Documents


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", '{"a": [' + "[]," * ITEMS_MAX + "[]]}", "more than 1,000,000 names and values"),
        ("a.json", "{" + ",".join(f'"k{n}":1' for n in range(ITEMS_MAX // 2 + 1)) + "}", "more than 1,000,000 names"),
        ("a.jsonl", '{"a": [1, 2, 3]}\n' * (ITEMS_MAX // 4), "more than 1,000,000 names and values"),
        ("a.json", "[" * 5_000, "nested deeper"),
        ("a.yaml", "[" * 5_000, "nested deeper"),
        ("a.yaml", "- " * 5_000, "nested deeper"),
        ("a.yaml", "? " * 5_000, "nested deeper"),
    ],
)
def test_documents_too_wide_or_too_deep_are_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(MalformedDocument, match=words):
        read_documents(text.encode(), name)


def test_yaml_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.documents.formats.ITEMS_MAX", 1_000)
    with pytest.raises(MalformedDocument, match="names and values"):
        read_documents(b"a: [" + b"[]," * 1_000 + b"]", "a.yaml")
    assert read_documents(b"a: [" + b"[]," * 900 + b"]", "a.yaml")


@pytest.mark.parametrize("where", ["the document", "a change", "a list"])
def test_unknown_fields_by_the_thousand_are_refused_in_a_short_sentence(desk: Desk, where: str) -> None:
    unknown = {f"k{number}": "x" for number in range(VALUES_MAX)}
    document = json.loads(json.dumps({"authority": "C", "reference": "R", "effective": "2026", "changes": []}))
    change = {"change": "establish-cluster", "cluster": "c", "title": "T"}
    document["changes"] = [change | (unknown if where == "a change" else {})]
    if where == "a list":
        document["documents"] = [{"titel": "x"}] * (VALUES_MAX // 3)
    name = desk.write("odd.json", json.dumps(document | (unknown if where == "the document" else {})))
    said = refused(desk.run("plan", name))
    assert len(said) < 1_000
    assert "more than 50,000 names and values" in said or "is not known" in said


def test_a_name_of_a_million_letters_is_no_slip_of_another(desk: Desk) -> None:
    name = desk.write("odd.json", json.dumps({"authority": "C", "a" * 1_000_000: "x"}))
    assert len(refused(desk.run("plan", name), "is not known")) < 1_000


# Exports


def test_an_export_of_endless_rubbish_is_told_by_its_first_thousand_damages(desk: Desk) -> None:
    found = desk.json("verify", desk.write("rubbish.jsonl", '{"x\n' * 100_000), code=3)
    assert len(found["damage"]) == 1_001 and found["damage"][-1]["found"] == "more; the rest was not read"


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_longer_than_any_event_is_one_damage(desk: Desk, end: bytes) -> None:
    desk.record()
    assert desk.run("export", "-o", "e.jsonl").exit_code == 0
    whole = (desk.folder / "e.jsonl").read_bytes()
    found = desk.json("verify", desk.write("long.jsonl", whole + b"x" * 1_000_000 + end), code=3)
    assert [damage["position"] for damage in found["damage"]] == [6] and found["events"] == 6
    event = json.loads(whole.splitlines()[-1])
    event["data"]["title"] = "x" * 66_000  # otherwise well made
    found = desk.json("verify", desk.write("long.jsonl", whole + json.dumps(event).encode() + end), code=3)
    assert [damage["position"] for damage in found["damage"]] == [6]


# Snapshots


def zipped(parts: dict[str, bytes]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return write


def lying(said: int) -> Callable[[Path], None]:
    """A zip of 4 MB of spaces whose directory says that they are so many."""

    def write(path: Path) -> None:
        zipped({"datapackage.json": b"{}", "attributes.csv": b" " * (2**22)})(path)
        content, size = bytearray(path.read_bytes()), (2**22).to_bytes(4, "little")
        for place in (content.find(size), content.rfind(size)):
            content[place : place + 4] = said.to_bytes(4, "little")
        path.write_bytes(content)

    return write


def crowded(path: Path) -> None:
    """A zip whose directory is longer than one of few files can be."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(str(number), b"")


def unusual(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("datapackage.json", b"{}")


LIFE_OF = b"cluster,%b,life,,boolean,true,,,,2026,2026-01-01,2026-12-31,1,e,a,r\r\n"


def package(line: bytes, count: int) -> Callable[[Path], None]:
    """A snapshot in CSV whose attributes are one line again and again."""
    said = {"context": {"effective": "2026-05-01"}, "content_sha256": ""}
    head = ",".join(column.name for column in ATTRIBUTE_COLUMNS).encode() + b"\r\n"
    return zipped({"datapackage.json": json.dumps(said).encode(), "attributes.csv": head + line * count})


def parquet(statement: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.mkdir()
        duckdb.sql(f"COPY ({statement}) TO '{path}/context.parquet' (FORMAT parquet, COMPRESSION zstd)")

    return write


def sqlite(*statements: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()

    return write


def circling(path: Path) -> None:
    """A table whose pages lead to the same pages again and again."""
    rows = "INSERT INTO context SELECT hex(randomblob(200)), 'x' FROM generate"
    made = "WITH RECURSIVE generate(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM generate LIMIT 20000) "
    sqlite("CREATE TABLE context(name, value)", made + rows)(path)
    content = bytearray(path.read_bytes())

    def lead(page: int) -> None:
        start = (page - 1) * 4096
        if content[start] != 5:  # an interior page of a table
            return
        cells = int.from_bytes(content[start + 3 : start + 5], "big")
        first = start + int.from_bytes(content[start + 12 : start + 14], "big")
        child = bytes(content[first : first + 4])
        for number in range(cells):
            place = start + int.from_bytes(content[start + 12 + 2 * number : start + 14 + 2 * number], "big")
            content[place : place + 4] = child
        content[start + 8 : start + 12] = child
        lead(int.from_bytes(child, "big"))

    lead(2)
    path.write_bytes(content)


def sheet(rows: bytes) -> Callable[[Path], None]:
    """A spreadsheet of the library whose sheet holds these rows."""

    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.title = "context"
        book.save(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        kind = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        parts["xl/worksheets/sheet1.xml"] = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (kind, rows)
        zipped(parts)(path)

    return write


def nested_entities(path: Path) -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    sheet(b"<row/>")(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY e0 "x">%s]><x>&e9;</x>' % entities
    zipped(parts)(path)


WIDE = b'<row><c r="XFD%d"><v>1</v></c></row>'
TOO_MUCH: dict[str, tuple[Callable[[Path], None], str]] = {
    "a package that says that it is large": (lying(STREAMED_BYTES_MAX), "unpacks to more than 1024 MB"),
    "a package that says that it is small": (lying(100), "damaged"),
    "a package of spaces": (
        zipped({"datapackage.json": b'{"context": {}, "content_sha256": ""}', "attributes.csv": b" " * 2**21}),
        "a line in it is longer than a million characters",
    ),
    "a package of many files": (
        zipped({"datapackage.json": b"{}", **{str(n): b"" for n in range(PARTS_MAX)}}),
        "more than 200 files",
    ),
    "a package of very many files": (crowded, "its directory is too large"),
    "a package that is packed in an unusual way": (unusual, "packed in an unusual way"),
    "a package of one thing": (package(b"cluster,x\r\n", THING_CELLS_MAX // 2), '"x" in attributes has more than'),
    "a package of nothing": (package(b"\r\n", THING_CELLS_MAX + 1), '"" in attributes has more than'),
    "a package of two things in turn": (
        package(b"".join(LIFE_OF % one for one in (b"x", b"y")), CELLS_MAX // 20 + 1),
        "its table attributes is not in order of id, and has more than",
    ),
    "a package of one line": (
        package(b'cluster,"x\n",', 100_000),
        "a line in it is longer than a million characters",
    ),
    "a package of a large description": (
        zipped({"datapackage.json": b" " * (2**20 + 1), "attributes.csv": b""}),
        '"datapackage.json" is longer than 1 MB',
    ),
    "a spreadsheet of spaces": (
        zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b" " * (SNAPSHOT_BYTES_MAX + 1)}),
        "unpacks to more than 32 MB",
    ),
    "a spreadsheet of many elements": (
        zipped({"xl/workbook.xml": b"", "xl/styles.xml": b"<xf/>" * 3_000_001}),
        "more than 3,000,000 elements",
    ),
    "a spreadsheet of entities": (nested_entities, "is not as spreadsheets have it"),
    "a spreadsheet of wide rows": (sheet(b"".join(WIDE % n for n in range(1, 1_300))), "cells"),
    "a spreadsheet of a row at its end": (sheet(b'<row r="1048576"><c><v>1</v></c></row>'), "cells"),
    "Parquet of one text": (parquet("SELECT repeat('a', 1000000) AS name"), "a cell of more than 256 KB"),
    "Parquet of one text again and again": (
        parquet("SELECT repeat('a', 10000) AS name FROM range(110000)"),
        "unpacks to more than 1024 MB",
    ),
    "Parquet of one number": (
        parquet(f"SELECT 1::BIGINT AS name FROM range({STREAMED_CELLS_MAX + 1})"),
        "more than 50,000,000 cells",
    ),
    "Parquet of lists": (parquet("SELECT [1, 2] AS name"), "neither text, numbers nor dates"),
    "SQLite with a view": (
        sqlite("CREATE VIEW context AS WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x FROM a) SELECT x FROM a"),
        "something else than tables",
    ),
    "SQLite with a trigger": (
        sqlite("CREATE TABLE context(name, value)", "CREATE TRIGGER t AFTER INSERT ON context BEGIN SELECT 1; END"),
        "something else than tables",
    ),
    "SQLite with a computed column": (
        sqlite("CREATE TABLE context(name, value AS (hex(zeroblob(100000000))))", "INSERT INTO context VALUES ('a')"),
        "something else than tables",
    ),
    "SQLite with a virtual table": (
        sqlite("CREATE TABLE context(name, value)", "CREATE VIRTUAL TABLE r USING rtree(id, a, b)"),
        "something else than tables",
    ),
    "SQLite with one large cell": (
        sqlite("CREATE TABLE context(name, value)", "INSERT INTO context VALUES ('a', zeroblob(10000000))"),
        "damaged",
    ),
    "SQLite with many tables": (
        sqlite("CREATE TABLE context(name, value)", *(f"CREATE TABLE t{n}(a)" for n in range(PARTS_MAX))),
        "more than 200 tables",
    ),
    "SQLite whose pages come again": (circling, ""),
    "JSON of empty objects": (
        lambda path: path.write_bytes(b'{\n"context":{},"things":[' + b'{"":0},' * CELLS_MAX + b"{}]}") and None,
        "cells",
    ),
    "JSON of spaces": (lambda path: path.write_bytes(b"{\n" + b" " * SNAPSHOT_BYTES_MAX + b"}") and None, "32 MB"),
    "JSON without a bottom": (lambda path: path.write_bytes(b"{\n" + b'"a":[' * 100_000) and None, "not JSON"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_unpacks_to_too_much_is_refused(desk: Desk, name: str) -> None:
    write, words = TOO_MUCH[name]
    write(desk.folder / "s")
    refused(
        desk.run("verify", "s"), "cannot be read as a snapshot" if name != "JSON of spaces" else "longer than", words
    )


@given(st.integers(0, 400), st.integers(0, 400))
def test_what_was_really_read_counts_and_not_what_is_said(size: int, cells: int) -> None:
    budget = snapshots_copy.Budget("s")
    for _ in range(3):
        budget.need(CELLS_MAX, SNAPSHOT_BYTES_MAX)  # nothing is taken by asking
    budget.take(size, cells)
    assert budget.left == SNAPSHOT_BYTES_MAX - size
    with pytest.raises(NotASnapshot, match="32 MB"):
        budget.take(SNAPSHOT_BYTES_MAX - size + 1)


@pytest.mark.parametrize("form", FORMATS)
def test_an_honest_snapshot_is_read_whole(desk: Desk, form: str) -> None:
    desk.record(FIRST)
    assert desk.run("snapshot", "--format", form, "-o", "s", "--effective", "2026-05-01").exit_code == 0
    assert read(desk.folder / "s").context["government"] == "Testland"
    assert desk.run("verify", "s").exit_code == 0
