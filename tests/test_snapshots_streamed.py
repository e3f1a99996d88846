"""Snapshots of any size: read line by line, beside what the ledger says; what could not be verified is not written."""

from __future__ import annotations

import csv
import io
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Generic, TypeVar

import duckdb
import pytest
import xlsxwriter
from support.governing import governed

from ledger.events.canonical import digest
from ledger.timeline import day_of
from projections.snapshots import parquet, xlsx
from projections.snapshots.comparison import DAMAGE_MAX, compared_tables
from projections.snapshots.copy import Budget, Copied, Copy, NotASnapshot
from projections.snapshots.formats import FORMATS, TooLargeToVerify, pour, read, save
from projections.snapshots.question import Snapshot, made_of, snapshot
from projections.snapshots.rebuilt import rebuilt
from projections.snapshots.sqlite import write_sqlite
from projections.snapshots.tables import ATTRIBUTES, LAYOUTS, Line
from projections.snapshots.verification import verify_snapshot
from projections.views import spool
from projections.views.dossiers import Dossier, SourcedRow, SourcedRows
from projections.views.read_model import Views
from projections.views.spool import AT_ONCE, Spool

ABOUT = {
    "government": "Illyria",
    "ledger_id": "0" * 32,
    "effective": "2026-05-01",
    "known_position": 9,
    "known_at": None,
}
STREAMED = ("csv", "parquet", "sqlite")


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        yield views


def clusters(count: int) -> Iterator[SourcedRow]:
    """The rows of so many clusters of three attributes."""
    for number in range(count):
        for name, value in (("life", "true"), ("purpose", '"Some end"'), ("title", f'"Cluster {number}"')):
            source = (number + 1, f"cluster:c{number:06}@1", "Cabinet", "R 1")
            yield (f"c{number:06}", "cluster", name, value, "2026-01-01", *source)


def of_clusters(count: int) -> Snapshot:
    return made_of(ABOUT, SourcedRows(Spool(clusters(count))))


Made = TypeVar("Made")


class Counted(Generic[Made]):
    """Lines, or dossiers, that are made when they are asked for, and how many were."""

    def __init__(self, make: Callable[[], Iterator[Made]]) -> None:
        self._make, self.count = make, 0

    def __iter__(self) -> Iterator[Made]:
        self.count = 0
        for one in self._make():
            self.count += 1
            yield one


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a snapshot have a thousand cells at most."""
    begin = Budget.__init__

    def few(self: Budget, path: object, size: int = 2**25, cells: int = 1_000, what: str = "it") -> None:
        begin(self, path, size, min(cells, 1_000), what)

    monkeypatch.setattr(Budget, "__init__", few)


# One thing in memory, whatever the size


def test_a_copy_and_a_ledger_are_read_side_by_side_and_neither_runs_ahead() -> None:
    found = of_clusters(2_000)
    leads = []

    def dossiers() -> Iterator[Dossier]:
        for number, one in enumerate(found.dossiers):
            leads.append(lines.count - 3 * number)
            yield one

    def attributes() -> Iterator[Line]:
        return (line for one in found.dossiers for line in ATTRIBUTES.lines(one))

    lines = Counted(attributes)
    columns = tuple(column.name for column in ATTRIBUTES.columns)
    copy = Copy(Path("s"), ABOUT, "", {ATTRIBUTES.name: Copied(columns, lines)})
    assert compared_tables(Counted(dossiers), [ATTRIBUTES], copy) == []
    assert lines.count == 6_000 and max(leads) <= 4 and min(leads) >= -1


@pytest.mark.parametrize("form", STREAMED)
def test_a_table_is_read_line_by_line(tmp_path: Path, form: str) -> None:
    save(of_clusters(3_000), tmp_path / "s", form, "a.ledger")
    copied = read(tmp_path / "s").tables["attributes"]
    for first in (next(iter(copied.lines)), next(iter(copied.lines))):
        assert first[:3] == ("cluster", "c000000", "life")
    assert sum(1 for _ in copied.lines) == 9_000
    # What is damaged far behind does not keep anybody from reading what stands before it.
    if form == "csv":
        file = tmp_path / "s"
        content = file.read_bytes()
        place = content.find(b"Cluster 2999")
        file.write_bytes(content[:place] + b"Cluster 3999" + content[place + 12 :])
        lines = iter(copied.lines)
        assert len([next(lines) for _ in range(8_000)]) == 8_000
        with pytest.raises(NotASnapshot, match="damaged"):
            list(lines)


def test_what_is_put_aside_comes_back_in_order_to_any_number_of_readers() -> None:
    values = [(str(number), number, None) for number in range(3 * AT_ONCE + 7)]
    put = Spool(values)
    assert len(put) == len(values) and list(put) == values
    assert list(zip(put, put, strict=True)) == list(zip(values, values, strict=True))
    first = iter(put)
    next(first)
    put.add(("x", 1, None))
    assert list(put)[-1] == ("x", 1, None)


def test_few_values_are_in_memory_and_many_in_a_file() -> None:
    put = Spool((f"{number:01000}", number) for number in range(5 * AT_ONCE))
    assert len(put._last) < AT_ONCE and put._end > spool._BYTES_IN_MEMORY
    assert put._file._rolled  # type: ignore[attr-defined]  # beyond that, the library keeps a file


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_what_is_made_thing_by_thing_has_the_digest_of_the_whole(count: int) -> None:
    found = of_clusters(count)
    assert found.content_sha256 == digest({"context": ABOUT, "things": found.things}) and found.size == count


# Order


def sorted_anew(path: Path, form: str) -> None:
    """Turn the lines of every table around, by whatever writes the format."""
    if form == "csv":
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name).decode() for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                if name.endswith(".csv"):
                    head, *lines = csv.reader(io.StringIO(text, newline=""))
                    turned = io.StringIO(newline="")
                    csv.writer(turned).writerows([head, *reversed(lines)])
                    text = turned.getvalue()
                archive.writestr(name, text)
    elif form == "sqlite":
        with closing(sqlite3.connect(path)) as db:
            names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'context'")
            for (name,) in names.fetchall():
                db.execute(f"CREATE TABLE turned AS SELECT * FROM {name} ORDER BY 1 DESC, 2 DESC")
                db.execute(f"DROP TABLE {name}")
                db.execute(f"ALTER TABLE turned RENAME TO {name}")
            db.commit()
    else:
        for file in path.glob("*.parquet"):
            [(context,)] = duckdb.execute("SELECT value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
            quoted = bytes(context).decode().replace("'", "''")
            with duckdb.connect() as db:
                db.execute(f"CREATE TABLE t AS SELECT * FROM '{file}' ORDER BY 1 DESC, 2 DESC")
                db.execute(f"COPY t TO '{file}' (FORMAT parquet, KV_METADATA {{context: '{quoted}'}})")


@pytest.mark.parametrize("form", STREAMED)
def test_tables_in_another_order_still_hold(views: Views, tmp_path: Path, form: str) -> None:
    path = tmp_path / "s"
    save(snapshot(views, day_of("2026-12-01"), views.ledger.known()), path, form, "a.ledger")
    sorted_anew(path, form)
    assert verify_snapshot(views, path).damage == () and verify_snapshot(None, path).damage == ()


@pytest.mark.usefixtures("bounded")
def test_a_table_in_another_order_that_is_too_large_to_be_sorted_is_refused() -> None:
    def attributes() -> Iterator[Line]:
        return (line for one in of_clusters(40).dossiers for line in ATTRIBUTES.lines(one))

    columns = tuple(column.name for column in ATTRIBUTES.columns)
    copy = Copy(Path("s"), ABOUT, "", {ATTRIBUTES.name: Copied(columns, Counted(attributes))})
    assert rebuilt(copy).size == 40
    turned = Counted(lambda: chain(reversed(list(islice(attributes(), 6))), attributes()))
    with pytest.raises(NotASnapshot, match="attributes is not in order of id, and has more than 1,000 cells"):
        rebuilt(copy._replace(tables={ATTRIBUTES.name: Copied(columns, turned)}))


# No end of differences


@pytest.mark.parametrize("form", STREAMED)
def test_whoever_finds_a_thousand_differences_reads_no_further(tmp_path: Path, form: str) -> None:
    save(of_clusters(3_000), tmp_path / "s", form, "a.ledger")
    found = compared_tables((), LAYOUTS, read(tmp_path / "s"))
    assert len(found) == DAMAGE_MAX + 1 and found[-1].found == "more; the rest was not read"
    save(of_clusters(0), tmp_path / "none", form, "a.ledger")
    ours = Counted(of_clusters(3_000).dossiers.__iter__)
    found = compared_tables(ours, LAYOUTS, read(tmp_path / "none"))
    assert len(found) == DAMAGE_MAX + 1 and ours.count < 500


# Nothing is written that could not be verified


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("bounded")
def test_what_is_more_than_is_read_back_is_not_written(tmp_path: Path, form: str) -> None:
    few, many = of_clusters(10), of_clusters(40)
    save(few, tmp_path / "few", form, "a.ledger")
    assert read(tmp_path / "few").content_sha256 == few.content_sha256
    before = sorted(tmp_path.rglob("*"))
    words = f"in the format {form} could not be verified, so none was written"
    with pytest.raises(TooLargeToVerify, match=words) as told:
        save(many, tmp_path / "many", form, "a.ledger")
    assert ("Choose another format: csv, parquet, sqlite." in str(told.value)) == (form in ("json", "xlsx"))
    assert ("`export` writes the whole ledger" in str(told.value)) == (form in STREAMED)
    if form != "parquet":
        out = io.BytesIO()
        with pytest.raises(TooLargeToVerify):
            pour(many, form, "a.ledger", out)
        assert out.getvalue() == b""
    assert sorted(tmp_path.rglob("*")) == before


def test_a_spreadsheet_that_could_not_be_read_back_is_refused_before_any_of_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []
    monkeypatch.setattr(xlsxwriter, "Workbook", lambda *_: made.append(1))
    monkeypatch.setattr(xlsx, "_ELEMENTS_MAX", 100)
    with pytest.raises(NotASnapshot, match="elements"):
        xlsx.write_xlsx(of_clusters(40), io.BytesIO())
    assert made == []


def test_a_database_is_made_in_a_file_and_never_whole_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_BYTES_IN_MEMORY", 10_000)

    def peak(count: int) -> int:
        found = of_clusters(count)
        with TemporaryFile() as file:
            tracemalloc.start()
            try:
                write_sqlite(found, file)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(10)  # what is made once is made by now
    assert peak(6_000) < 1.5 * peak(1_500)


def long_texts(count: int) -> Snapshot:
    """Clusters each of which has a purpose that no other has."""
    rows = (
        (*row[:3], f'"{row[0]} {"long " * 900}"', *row[4:]) if row[2] == "purpose" else row for row in clusters(count)
    )
    return made_of(ABOUT, SourcedRows(Spool(rows)))


def test_parquet_has_the_same_bytes_in_little_memory_and_in_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, tried = long_texts(2_100), []
    write = parquet._written
    monkeypatch.setattr(parquet, "_written", lambda db, folder, name, *rest: tried.append(name) or write(
        db, folder, name, *rest))  # fmt: skip
    save(found, tmp_path / "more", "parquet", "a.ledger")
    assert len(tried) == len(set(tried)) == len(LAYOUTS) + 1
    monkeypatch.setattr(parquet, "_WRITING", parquet._WRITING | {"memory_limit": "14MB"})
    save(found, tmp_path / "little", "parquet", "a.ledger")
    assert len(tried) > 2 * (len(LAYOUTS) + 1), "no table was written a second time, with more memory"
    for file in (tmp_path / "more").iterdir():
        assert (tmp_path / "little" / file.name).read_bytes() == file.read_bytes()


def test_rows_are_packed_together_as_many_as_fit_a_few_megabytes() -> None:
    assert [parquet._rows_a_group(*of) for of in ((0, 0), (10**6, 10**7), (10**6, 10**9), (10**6, 2 * 10**10))] == [
        20_480, 20_480, 8_192, 2_048]  # fmt: skip
