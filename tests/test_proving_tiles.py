"""Tiles: a ledger as static files, grown in place, and checked without it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from support.command_line import Desk, refused
from support.notaries import VKEYS, checkpoint, seeded, with_key
from support.plain_logs import PlainLog
from support.shared_files import shared
from test_proving_checkpoints import SECOND

from ledger.errors import LedgerError, ProofError
from ledger.errors.store import NotContinued
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.tiles import Tile
from ledger.proving.signing import signed_checkpoint
from ledger.proving.tiles import TileFolder, write_tiles

KEY = seeded("illyria.example", 7)


def records(first: int, stop: int) -> list[bytes]:
    """Lines of a log, each another."""
    return [b"record %d" % number for number in range(first, stop)]


def signed(log: PlainLog, last: SignedCheckpoint | None = None) -> SignedCheckpoint:
    """A checkpoint of all of a log."""
    return signed_checkpoint(log.as_reader(), KEY, last)


def tiled(folder: Path, log: PlainLog) -> int:
    """Write the tiles of all of a log; return how many files were written."""
    return write_tiles(log.as_reader(), folder, signed(log))


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_70_000_records_have_the_published_tiles_and_root(tmp_path: Path) -> None:
    published = json.loads(shared("vectors/c2sp/made-here/tree-70000.json").read_text(encoding="utf-8"))
    log = PlainLog(records(0, 70_000))
    tiled(tmp_path, log)
    assert published["root"] in (tmp_path / "checkpoint").read_text(encoding="utf-8")
    for path, digest in published["sha256_of"].items():
        assert sha256((tmp_path / path).read_bytes()).hexdigest() == digest, path
    assert len([path for path in files(tmp_path) if path.startswith("tile/") and "entries" not in path]) == 277
    assert list(TileFolder(tmp_path).damage()) == []


@pytest.mark.parametrize(("first", "then"), [(1, 2), (3, 255), (255, 256), (256, 257), (300, 600), (511, 513), (5, 5)])
def test_a_second_run_adds_only_what_is_new_and_leaves_the_same_tiles(tmp_path: Path, first: int, then: int) -> None:
    log = PlainLog(records(0, first))
    tiled(tmp_path / "grown", log)
    before = files(tmp_path / "grown")
    log.add(records(first, then))
    log.read.clear()
    now = signed(log)
    write_tiles(log.as_reader(), tmp_path / "grown", now)
    write_tiles(log.as_reader(), tmp_path / "whole", now)
    after, whole = files(tmp_path / "grown"), files(tmp_path / "whole")
    assert {path: after[path] for path in whole} == whole
    older = set(after) - set(whole)
    assert older <= {path for path in before if ".p/" in path}
    assert list(TileFolder(tmp_path / "grown").damage()) == []
    for path in older:  # a partial tile is kept until the full one stands
        assert path.rpartition(".p/")[0] not in after


def test_what_was_hashed_into_full_tiles_is_not_read_again(tmp_path: Path) -> None:
    log = PlainLog(records(0, 600))
    tiled(tmp_path, log)
    log.add(records(600, 601))
    checkpoint_ = signed(log)
    log.read.clear()
    assert write_tiles(log.as_reader(), tmp_path, checkpoint_) == 3  # a bundle, a tile, the checkpoint
    assert log.read == list(range(513, 602))


def test_a_reader_takes_the_full_tile_where_the_partial_one_is_gone(tmp_path: Path) -> None:
    log = PlainLog(records(0, 100))
    tiled(tmp_path, log)
    older = (tmp_path / "checkpoint").read_bytes()
    log.add(records(100, 300))
    tiled(tmp_path, log)
    assert not (tmp_path / Tile(0, 0, 100).path).exists()
    (tmp_path / "checkpoint").write_bytes(older)
    assert list(TileFolder(tmp_path).damage()) == []


@pytest.mark.parametrize(
    "path", ["tile/entries/000", "tile/0/000", "tile/1/000.p/1", "tile/entries/001.p/44", "tile/0/001.p/44"]
)
def test_a_byte_altered_in_any_tile_is_told_with_its_place(tmp_path: Path, path: str) -> None:
    tiled(tmp_path, PlainLog(records(0, 300)))
    raw = bytearray((tmp_path / path).read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / path).write_bytes(raw)
    found = list(TileFolder(tmp_path).damage())
    assert found
    position = found[0].position
    assert position is not None
    assert position <= 256 if "000" in path else position > 256


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/000", "tile/1/000.p/1", "tile/0/001.p/44"])
def test_a_missing_tile_is_damage_and_no_trace(tmp_path: Path, path: str) -> None:
    tiled(tmp_path, PlainLog(records(0, 300)))
    (tmp_path / path).unlink()
    assert any(path.partition(".p")[0] in damage.expected for damage in TileFolder(tmp_path).damage())


def test_a_folder_of_another_history_is_never_mixed_with_this_one(tmp_path: Path) -> None:
    tiled(tmp_path, PlainLog(records(0, 300)))
    other = PlainLog([*records(0, 299), b"another", b"and one more"])
    with pytest.raises(NotContinued, match="does not begin with"):
        tiled(tmp_path, other)
    with pytest.raises(ProofError, match="is of illyria.example"):
        write_tiles(PlainLog(records(0, 300), origin="other.example").as_reader(), tmp_path, signed(other))


def test_a_checkpoint_older_than_the_folder_is_refused(tmp_path: Path) -> None:
    log = PlainLog(records(0, 10))
    older = signed(log)
    log.add(records(10, 20))
    tiled(tmp_path, log)
    with pytest.raises(ProofError, match="holds 20 events"):
        write_tiles(log.as_reader(), tmp_path, older)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear", encoding="utf-8")
    with pytest.raises(LedgerError, match="exists already"):
        tiled(tmp_path, PlainLog(records(0, 3)))
    assert list(files(tmp_path)) == ["letter"]


def test_tiles_are_written_and_checked_by_the_program(desk: Desk) -> None:
    with_key(desk.record())
    checkpoint(desk, "now")
    assert desk.run("export", "--format", "tiles", "--checkpoint", "now", "-o", "public").exit_code == 0
    found = desk.json("verify", "public", "--vkey", VKEYS)
    assert (found["proven"], found["damage"]) == (True, [])
    assert desk.run("verify", "public").exit_code == 4
    bundle = desk.folder / "public" / "tile" / "entries" / "000.p" / "5"
    bundle.write_bytes(bundle.read_bytes().replace(b"Health", b"Wealth"))
    found = desk.json("verify", "public", "--vkey", VKEYS, code=3)
    assert found["damage"][0]["position"] == 2
    refused(desk.run("export", "--format", "tiles", "-o", "x"), "--checkpoint", code=2)


def test_a_ledger_is_held_to_checkpoints_exports_and_tiles_that_were_kept(desk: Desk) -> None:
    with_key(desk.record())
    checkpoint(desk, "first")
    desk.run("export", "-o", "kept.jsonl")
    desk.run("export", "--format", "tiles", "--checkpoint", "first", "-o", "public")
    desk.record(SECOND)
    result = desk.run("verify", "--against", "first", "--against", "kept.jsonl", "--against", "public", "--vkey", VKEYS)
    assert result.exit_code == 0, result.output
    assert 'the 5 events of "first"' in result.stdout
    assert 'the 5 lines of "kept.jsonl"' in result.stdout


def test_an_altered_export_is_told_by_position_and_a_checkpoint_by_the_range(desk: Desk) -> None:
    with_key(desk.record())
    checkpoint(desk, "first")
    desk.record(SECOND)
    checkpoint(desk, "second")
    desk.run("export", "-o", "now.jsonl")
    altered = (desk.folder / "now.jsonl").read_bytes().replace(b"good life", b"poor life")
    desk.write("altered.jsonl", altered)
    found = desk.json("verify", "altered.jsonl", "--against", "now.jsonl", code=3)
    assert 6 in [damage["position"] for damage in found["damage"]]
    found = desk.json("verify", "altered.jsonl", "--against", "first", "--against", "second", code=3)
    assert "something from p6 to p6 was altered" in [damage["found"] for damage in found["damage"]][-1]
    found = desk.json("verify", "--against", "altered.jsonl", code=3)
    assert [damage["position"] for damage in found["damage"]] == [6]


def test_events_that_were_cut_off_are_told(desk: Desk) -> None:
    with_key(desk.record().record(SECOND))
    checkpoint(desk, "now")
    desk.run("export", "-o", "now.jsonl")
    lines = (desk.folder / "now.jsonl").read_bytes().splitlines(keepends=True)
    desk.write("cut.jsonl", b"".join(lines[:5]))
    for kept, said in (("now", "something from p1 on was taken away"), ("now.jsonl", "cut off")):
        found = desk.json("verify", "cut.jsonl", "--against", kept, code=3)
        assert said in found["damage"][-1]["found"]


def test_what_can_hold_nothing_is_refused(desk: Desk) -> None:
    desk.record()
    (desk.folder / "empty").mkdir()
    refused(desk.run("verify", "--against", "empty"), "cannot be held to")
    refused(desk.run("verify", "--against", "nowhere"), "nowhere")


def test_a_part_that_says_something_else_of_its_decision_than_the_first_is_told(desk: Desk) -> None:
    desk.record().run("export", "-o", "log.jsonl")
    lines = (desk.folder / "log.jsonl").read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"Wellbeing needs one home.", b"Wellbeing needs two homes.")
    desk.write("altered.jsonl", b"".join(lines))
    found = desk.json("verify", "altered.jsonl", code=3)
    assert [(damage["position"], damage["kind"]) for damage in found["damage"]] == [(4, "document")]
