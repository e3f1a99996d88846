"""Archives held to their ledger, or to their own lines: whatever was altered is named, with its file and row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.archives import archived, correct, rewritten
from support.command_line import FIRST, Desk, refused
from support.governing import governed

from ledger.application import Verification
from projections.archive.federation.sources import sources
from projections.archive.manifest import NotAnArchive
from projections.archive.verification import verify_archive
from projections.views.read_model import Views


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    folder = tmp_path_factory.mktemp("ledger")
    with governed(folder) as ledger, Views(ledger, folder) as views:
        archived(views, folder / "archive")
        correct(views)
        archived(views, folder / "archive")
        yield views


@pytest.fixture
def folder(views: Views, tmp_path: Path) -> Path:
    """A copy of the archive, to be altered."""
    return Path(shutil.copytree(Path(views.ledger.location).parent / "archive", tmp_path / "a"))


def last(folder: Path, table: str) -> Path:
    return sorted((folder / table).rglob("*.parquet"))[-1]


def kinds(found: Verification) -> list[str]:
    assert not found.ok
    return [damage.kind for damage in found.damage]


def test_an_archive_of_two_runs_holds_against_its_ledger_and_against_its_own_lines(views: Views, folder: Path) -> None:
    against, alone = verify_archive(folder, views), verify_archive(folder, None)
    assert against.ok and alone.ok, (against.damage, alone.damage)
    assert (against.events, against.root) == (alone.events, alone.root) == views.ledger.known()[2:]
    assert any("there is none at hand" in sentence for sentence in alone.not_proven)


ALTERED = {
    "rows": ("'Never' AS stated", "stated"),
    "row_closings": ("known_to - 1 AS known_to", "known_to"),
    "decisions": ("NOT stands AS stands", "stands"),
    "decision_closings": ("closed_at + INTERVAL 1 DAY AS closed_at", "closed_at"),
    "events": ("'2001-01-01' AS decided_on", "decided_on"),
}


@pytest.mark.parametrize("alone", [False, True], ids=["against the ledger", "against its own lines"])
@pytest.mark.parametrize("table", ALTERED)
def test_an_altered_value_is_named_with_its_file_and_row_though_the_manifest_was_altered_to_fit(
    views: Views, folder: Path, table: str, alone: bool
) -> None:
    replacing, column = ALTERED[table]
    path = rewritten(folder, table, replacing)
    found = kinds(verify_archive(folder, None if alone else views))
    assert found and all(kind.startswith(f"{path}, row ") and kind.endswith(f", {column}") for kind in found), found


@pytest.mark.parametrize("alone", [False, True], ids=["against the ledger", "against its own lines"])
def test_an_altered_line_is_named(views: Views, folder: Path, alone: bool) -> None:
    path = rewritten(folder, "events", "replace(line, 'Hours slept', 'Hours awake') AS line")
    found = verify_archive(folder, None if alone else views)
    if alone:
        assert {damage.kind for damage in found.damage} >= {"root"} and not found.ok
    else:
        assert kinds(found) == [f"{path}, row 4, line"] and found.damage[0].position == 11


def test_a_value_that_was_altered_is_told_by_digest_and_by_row(views: Views, folder: Path) -> None:
    path = rewritten(folder, "rows", "'Never' AS stated", told=False)
    found = kinds(verify_archive(folder, views))
    assert found[0] == path and f"{path}, row 1, stated" in found


def test_rows_that_were_left_out_or_doubled_are_named(views: Views, folder: Path) -> None:
    path = rewritten(folder, "rows", "stated AS stated", where="attribute != 'actors'")
    found = verify_archive(folder, views)
    assert path in kinds(found) and any(damage.found == "no such row" for damage in found.damage)
    again = rewritten(folder, "row_closings", '"row" - 1 AS "row"')
    told = [(damage.expected, damage.found) for damage in verify_archive(folder, views).damage if again in damage.kind]
    assert ("a row", "no such row") in told and ("no such row", "a row") in told


def drop(folder: Path) -> None:
    last(folder, "rows").unlink()


def cut(folder: Path) -> None:
    held = last(folder, "rows").read_bytes()
    last(folder, "rows").write_bytes(held[: len(held) // 2])


def empty(folder: Path) -> None:
    last(folder, "rows").write_bytes(b"")


def exchange(folder: Path) -> None:
    first, second = sorted((folder / "rows").rglob("*.parquet"))
    second.write_bytes(first.read_bytes())


def add(folder: Path) -> None:
    path = last(folder, "rows")
    path.with_name("0000000099-0000000100.parquet").write_bytes(path.read_bytes())


def pipe(folder: Path) -> None:
    path = last(folder, "rows")
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("alone", [False, True], ids=["against the ledger", "against its own lines"])
@pytest.mark.parametrize("spoil", [drop, cut, empty, exchange, add, pipe])
def test_a_file_that_is_gone_cut_exchanged_or_too_many_is_named(
    views: Views, folder: Path, spoil: Callable[[Path], None], alone: bool
) -> None:
    spoil(folder)
    assert kinds(verify_archive(folder, None if alone else views))[0].startswith("rows/")


@pytest.mark.parametrize("alone", [False, True], ids=["against the ledger", "against its own lines"])
def test_events_that_cannot_be_read_are_named_and_nothing_is_answered_over(
    views: Views, folder: Path, alone: bool
) -> None:
    last(folder, "events").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    assert kinds(verify_archive(folder, None if alone else views))[0].startswith("events/")


def said(folder: Path, **altered: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | altered))


def test_a_file_that_the_manifest_no_longer_names_is_a_gap_and_a_stray(views: Views, folder: Path) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    said(folder, files=[file for file in files if not (file["table"] == "rows" and file["first"] == 8)])
    found = kinds(verify_archive(folder, views))
    assert "manifest, rows" in found and any(kind.startswith("rows/") for kind in found)


def put_back(folder: Path, views: Views) -> None:
    """Let the manifest be that of the first run."""
    files = json.loads((folder / "manifest.json").read_text())["files"]
    older = views.ledger.known("p7")
    said(folder, files=[file for file in files if file["last"] == 7], position=7, root=older.root)


def test_an_older_manifest_beside_newer_files_is_named(views: Views, folder: Path) -> None:
    put_back(folder, views)
    found = verify_archive(folder, views)
    assert len(found.damage) == 5 and all("of a run that was stopped, or newer" in one.found for one in found.damage)


def test_another_root_position_or_ledger_in_the_manifest_is_named(views: Views, folder: Path, tmp_path: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    other = "sha256:" + "0" * 64
    said(folder, root=other)
    assert "manifest, root" in kinds(verify_archive(folder, views))
    assert "root" in kinds(verify_archive(folder, None))
    said(folder, root=manifest["root"], position=manifest["position"] + 1)
    assert "manifest, position" in kinds(verify_archive(folder, views))
    said(folder, position=manifest["position"], government="Elsewhere")
    assert kinds(verify_archive(folder, views)) == ["manifest, government"]
    (tmp_path / "other").mkdir()
    with governed(tmp_path / "other") as ledger, Views(ledger, tmp_path / "other") as theirs:
        assert "manifest, ledger_id" in kinds(verify_archive(folder, theirs))


def of_another_ledger(folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    with governed(other) as ledger, Views(ledger, other) as theirs:
        archived(theirs, other / "archive")
    sorted((folder / "rows").rglob("*.parquet"))[0].write_bytes(last(other / "archive", "rows").read_bytes())


def test_a_file_of_another_ledger_is_named(views: Views, folder: Path) -> None:
    of_another_ledger(folder)
    found = kinds(verify_archive(folder, views))
    assert any(kind.endswith("0000000007.parquet, ledger_id") for kind in found), found


def alter(folder: Path) -> None:
    rewritten(folder, "rows", "'Never' AS stated", told=False)


@pytest.mark.parametrize("spoil", [alter, drop, cut, empty, exchange, add, pipe, of_another_ledger])
def test_no_answer_is_given_over_an_archive_that_was_spoilt(folder: Path, spoil: Callable[[Path], None]) -> None:
    assert not sources([folder]).left_out
    spoil(folder)
    found = sources([folder])
    assert not found.taken and found.left_out[0].path == str(folder) and "rows/" in found.left_out[0].why


def test_no_answer_is_given_over_an_archive_with_an_older_manifest(views: Views, folder: Path) -> None:
    put_back(folder, views)
    found = sources([folder])
    assert not found.taken and "of a run that was stopped, or newer" in found.left_out[0].why


@pytest.mark.parametrize("path", ["../rows/x.parquet", "/etc/passwd", "rows/ledger=0/recorded=2026/1-2.parquet"])
def test_no_manifest_leads_out_of_its_folder(folder: Path, path: str) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    said(folder, files=[files[0] | {"path": path}])
    with pytest.raises(NotAnArchive, match="not that of its table and positions"):
        verify_archive(folder, None)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "{", '{"format": 2}', "null", "\xff", '{"files": ' + "[" * 100_000])
def test_a_manifest_that_cannot_be_read_is_told_in_a_sentence(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(NotAnArchive, match=r"manifest\.json"):
        verify_archive(folder, None)


def test_the_command_holds_an_archive_to_the_ledger_and_to_a_checkpoint(desk: Desk) -> None:
    desk.record()
    assert desk.run("archive", "-o", "a").exit_code == 0
    assert desk.json("verify", "a")["ok"]
    desk.record(FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well"))
    assert desk.run("key", "make", "-o", "k", "--no-passphrase").exit_code == 0
    assert desk.run("checkpoint", "--key", "k", "-o", "newer").exit_code == 0
    older = desk.run("verify", "a", "--against", "newer")
    assert older.exit_code == 3 and "5" in older.stdout, older.output
    assert desk.run("archive", "-o", "a", "--checkpoint", "newer").exit_code == 0
    vkey = desk.json("key", "show", "k")["vkeys"][0]
    assert desk.run("verify", "a", "--against", "newer", "--vkey", vkey).exit_code == 0
    rewritten(desk.folder / "a", "rows", "'Never' AS stated")
    found = desk.run("verify", "a")
    assert found.exit_code == 3 and ", row 1, stated: expected" in found.stdout
    (desk.folder / "a" / "manifest.json").write_text("{}")
    refused(desk.run("verify", "a"), "is not an archive that can be read")


def test_the_command_holds_an_archive_to_its_own_lines_where_no_ledger_is_at_hand(desk: Desk) -> None:
    desk.record()
    made = desk.json("archive", "-o", "a")
    desk.ledger.rename(desk.folder / "elsewhere.ledger")
    found = desk.run("verify", "a", "--size", str(made["position"]), "--root", made["root"])
    assert found.exit_code == 0 and "against its own lines" in found.stdout, found.output
    assert desk.run("verify", "a", "--size", "2", "--root", made["root"]).exit_code == 3
