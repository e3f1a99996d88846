"""Archives as they are written: read by bare DuckDB, typed, bound to position and root, and never rewritten."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.archives import PAGE, archived, asked, bare, correct, of_product, some_points
from support.command_line import FIRST, Desk, refused
from support.governing import governed
from test_files_written import lacking

from ledger.errors.outputs import OutputExists
from ledger.integrity.tree import Frontier, format_root, leaf_hash
from projections.archive.manifest import NotAnArchive, read_manifest
from projections.archive.parts import ArchivePart, parts
from projections.archive.staging import Staging
from projections.archive.tables import TABLES
from projections.archive.writing import write_archive
from projections.snapshots.columns import days
from projections.views.read_model import Views


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with governed(tmp_path) as ledger, Views(ledger, tmp_path) as views:
        yield views


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every Parquet file with when it was written and its bytes."""
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.rglob("*.parquet"))}


def test_the_statement_of_the_page_gives_the_products_own_snapshot_in_bare_duckdb(views: Views, tmp_path: Path) -> None:
    archived(views, tmp_path / "a")
    correct(views)
    archived(views, tmp_path / "a")
    points = some_points(views, 12)
    found = list(asked(tmp_path / "a", points))
    assert found == [of_product(views, *point) for point in points]
    assert len({len(rows) for rows in found}) > 2


def test_a_second_run_adds_files_and_leaves_every_byte_of_those_that_stand(views: Views, tmp_path: Path) -> None:
    first = archived(views, tmp_path / "a")
    before = files(tmp_path / "a")
    correct(views)
    second = archived(views, tmp_path / "a")
    after = files(tmp_path / "a")
    assert {name: after[name] for name in before} == before
    assert second.written == len(after) - len(before) == len(TABLES)
    assert (first.position, second.position) == (7, views.ledger.head().position)
    manifest = (tmp_path / "a" / "manifest.json").read_bytes()
    assert archived(views, tmp_path / "a").written == 0
    assert (tmp_path / "a" / "manifest.json").read_bytes() == manifest and files(tmp_path / "a") == after


def test_an_archive_of_many_runs_holds_the_rows_of_one_that_was_written_at_once(views: Views, tmp_path: Path) -> None:
    archived(views, tmp_path / "many")
    correct(views)
    archived(views, tmp_path / "many")
    archived(views, tmp_path / "once")
    for table in TABLES.values():
        rows = []
        for name in ("many", "once"):
            with bare(tmp_path / name) as db:
                asked_for = f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('{table.name}/*/*/*.parquet')"
                rows.append(sorted(db.execute(asked_for).fetchall(), key=str))
        assert rows[0] == rows[1]
        assert len(rows[0]) == len(set(map(str, rows[0])))


def test_the_stored_lines_of_an_archive_lead_to_the_root_that_it_states(views: Views, tmp_path: Path) -> None:
    correct(views)
    made = archived(views, tmp_path / "a")
    frontier = Frontier()
    with bare(tmp_path / "a") as db:
        for (line,) in db.execute("SELECT line FROM read_parquet('events/*/*/*.parquet') ORDER BY position").fetchall():
            frontier.append(leaf_hash(line.encode()))
    assert (frontier.size, format_root(frontier.root())) == (made.position, made.root)


def test_types_are_types(views: Views, tmp_path: Path) -> None:
    correct(views)
    archived(views, tmp_path / "a")
    with bare(tmp_path / "a") as db:

        def one(column: str, attribute: str) -> object:
            (found,) = db.execute(
                f"SELECT {column} FROM read_parquet('rows/*/*/*.parquet') WHERE attribute = ? LIMIT 1", [attribute]
            ).fetchall()
            return found[0]

        assert one("typeof(list)", "actors") == "VARCHAR[]" and one("list", "actors") == ["One; Two", "=Three"]
        assert one("typeof(number)", "target") == "DECIMAL(27,9)"
        assert str(one("number", "target")) == "123456789012345678.123456789"
        assert one("text", "baseline") == "-6.10" and one("boolean", "life") is True
        for attribute, stated in (("horizon_on", "2030-04"), ("due_on", "1870-03")):
            found = [str(one(column, attribute)) for column in ("date_first", "date_last")]
            assert (one("text", attribute), found) == (stated, list(days(stated)))
        types = db.execute("SELECT DISTINCT typeof(recorded_at) FROM read_parquet('events/*/*/*.parquet')").fetchall()
        assert types == [("TIMESTAMP WITH TIME ZONE",)]


def test_every_file_says_in_its_own_metadata_what_the_manifest_says_of_it(views: Views, tmp_path: Path) -> None:
    archived(views, tmp_path / "a")
    manifest = read_manifest(tmp_path / "a")
    assert manifest is not None and [file.table for file in manifest.files] == list(TABLES)
    for file in manifest.files:
        with bare(tmp_path / "a") as db:
            found = dict(db.execute(f"SELECT key, value FROM parquet_kv_metadata('{file.path}')").fetchall())
            counted = db.execute(f"SELECT count(*) FROM '{file.path}'").fetchall()
        assert counted == [(file.rows,)]
        assert found[b"root"].decode() == file.root == views.ledger.known_at(file.last).root
        assert (found[b"ledger_id"].decode(), found[b"last"].decode()) == (manifest.ledger_id, str(file.last))


def test_an_archive_under_a_position_knows_nothing_of_what_came_later(views: Views, tmp_path: Path) -> None:
    """What a later entry closed is open in an archive that ends before it."""
    archived(views, tmp_path / "then")
    correct(views)
    with Staging(views, 0, 7) as staging:
        (part,) = staging.parts
        staging.stage(part)
        for table in TABLES.values():
            path = tmp_path / "then" / part.path(table.name, views.ledger.government.ledger_id)
            later = staging.db.execute(f"SELECT count(*) FROM ({staging.select(table, part)})").fetchall()
            held = f"SELECT * FROM read_parquet('{path}', hive_partitioning = false)"
            differing = f"({staging.select(table, part)}) EXCEPT ALL {held}"
            assert later == staging.db.execute(f"SELECT count(*) FROM '{path}'").fetchall()
            assert staging.db.execute(differing).fetchall() == []


def test_what_a_stopped_run_left_is_removed_by_the_next_one(views: Views, tmp_path: Path) -> None:
    archived(views, tmp_path / "a")
    (stray,) = (tmp_path / "a" / "rows").rglob("*.parquet")
    left = stray.with_name("0000000008-0000000009.parquet")
    left.write_bytes(stray.read_bytes())
    archived(views, tmp_path / "a")
    assert not left.exists()
    (tmp_path / "a" / "manifest.json").unlink()  # as after a first run that was stopped
    assert archived(views, tmp_path / "a").written == len(TABLES)


def test_a_folder_of_something_else_and_an_archive_of_another_ledger_are_left_alone(
    views: Views, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    with pytest.raises(OutputExists):
        write_archive(views, tmp_path / "b")
    archived(views, tmp_path / "a")
    (tmp_path / "other").mkdir()
    other = governed(tmp_path / "other")
    with other, Views(other, tmp_path / "other") as theirs, pytest.raises(NotAnArchive, match="of the ledger"):
        write_archive(theirs, tmp_path / "a")


def test_an_archive_that_lacks_a_file_is_not_added_to(views: Views, tmp_path: Path) -> None:
    archived(views, tmp_path / "a")
    next((tmp_path / "a" / "rows").rglob("*.parquet")).unlink()
    correct(views)
    with pytest.raises(NotAnArchive, match="rows/.* is gone or cut"):
        archived(views, tmp_path / "a")


def test_parts_end_with_decisions_and_are_of_one_year_each() -> None:
    ends = [(2, "2024-12-31T"), (5, "2025-01-01T"), (9, "2025-02-01T"), (10, "2025-03-01T"), (11, "2026-01-01T")]
    assert list(parts(ends, 0, 5)) == [
        ArchivePart("2024", 1, 2),
        ArchivePart("2025", 3, 5),
        ArchivePart("2025", 6, 10),
        ArchivePart("2026", 11, 11),
    ]
    assert list(parts([], 7)) == []


def test_the_page_names_every_column_with_its_type_and_what_it_says() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert lines == [
        f"| `{column.name}` | `{column.type}` | {column.said} |"
        for table in TABLES.values()
        for column in table.columns
    ]


def test_the_command_says_what_it_wrote_and_carries_a_checkpoint(desk: Desk) -> None:
    desk.record()
    first = desk.run("archive", "-o", "a")
    assert first.exit_code == 0 and "5 files written" in first.stdout, first.output
    again = desk.run("archive", "-o", "a")
    assert again.stdout.startswith("Nothing new; no file written"), again.output
    assert desk.run("key", "make", "-o", "office.key", "--no-passphrase").exit_code == 0
    assert desk.run("checkpoint", "--key", "office.key", "-o", "now.checkpoint").exit_code == 0
    made = desk.json("archive", "-o", "a", "--checkpoint", "now.checkpoint")
    assert (made["written"], made["position"], made["signed"]) == (0, desk.size(), True)
    manifest = json.loads((desk.folder / "a" / "manifest.json").read_text())
    assert (manifest["root"], manifest["checkpoint"]) == (made["root"], (desk.folder / "now.checkpoint").read_text())


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_archive_that_the_disk_does_not_take_stays_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    desk.record()
    assert desk.run("archive", "-o", "a").exit_code == 0
    before, manifest = files(desk.folder / "a"), (desk.folder / "a" / "manifest.json").read_bytes()
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    with monkeypatch.context() as patch:
        patch.setattr(os, step, lacking(errno.ENOSPC))
        refused(desk.run("archive", "-o", "a"), "cannot be written (No space left on device)")
    assert (desk.folder / "a" / "manifest.json").read_bytes() == manifest
    assert {name: files(desk.folder / "a")[name] for name in before} == before
    assert "5 files written" in desk.run("archive", "-o", "a").stdout
