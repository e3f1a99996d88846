"""Backups: made while others record, whole or not at all, and restored once every byte of them was checked."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import servers
from support.command_line import FIRST, LEADER, RENAMED, SECOND, Desk, refused

from ledger.application.backups import making
from ledger.application.reader import opened_reader
from ledger.errors import OutputFailed


def lines(name: str) -> list[bytes]:
    with opened_reader(name) as ledger:
        return list(ledger.lines())


def beside(name: str) -> Path:
    return Path(f"{name}.manifest.json")


def test_a_backup_is_the_ledger_and_its_manifest_says_so(full: Desk) -> None:
    made, here = full.json("backup", "-o", "b"), full.json("verify")
    assert (made["tree_size"], made["root"], made["bytes"]) == (here["events"], here["root"], os.stat("b").st_size)
    assert json.loads(beside("b").read_text()) == made
    assert full.json("restore", "b", "again.ledger")["root"] == here["root"]
    assert lines("again.ledger") == lines("b") == lines("government.ledger")
    shown = full.run("--ledger", "again.ledger", "show", "wellbeing", "--effective", "2026-05-02")
    assert "Ada Example" in shown.stdout and shown.stderr == ""
    assert full.run("--ledger", "again.ledger", "record", "-", input=RENAMED).exit_code == 0


def test_a_backup_in_a_folder_is_named_for_the_ledger_and_the_time(full: Desk) -> None:
    Path("kept").mkdir()
    for _ in range(2):
        assert full.run("backup", "-o", "kept").exit_code == 0
    found = sorted(path.name for path in Path("kept").iterdir())
    assert len(found) == 4 and all(name.startswith("government-20") for name in found)
    assert [name.partition(".ledger")[2] for name in found] == ["", ".manifest.json"] * 2


def test_reading_a_backup_does_not_alter_it(full: Desk) -> None:
    full.run("backup", "-o", "b")
    for command in (("verify",), ("show",), ("doctor",)):
        full.run("--ledger", "b", *command)
    assert full.run("restore", "b", "again.ledger").exit_code == 0


def test_a_backup_holds_what_stands_in_the_log_alone(full: Desk) -> None:
    with closing(sqlite3.connect(full.ledger)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()  # so that nothing is folded in
        full.record(RENAMED)
        assert Path(f"{full.ledger}-wal").stat().st_size
        assert full.json("backup", "-o", "b")["root"] == full.json("verify")["root"]


@pytest.mark.parametrize("place", ["b", "b.manifest.json", "government.ledger"])
def test_nothing_that_stands_is_overwritten(full: Desk, place: str) -> None:
    if place != "government.ledger":
        full.write(place, "mine")
    before = Path(place).read_bytes()
    refused(full.run("backup", "-o", place.removesuffix(".manifest.json")), "exists already")
    assert Path(place).read_bytes() == before and sorted(os.listdir()) == sorted({"government.ledger", place})


def test_a_ledger_is_never_restored_over_anything(full: Desk) -> None:
    full.run("backup", "-o", "b")
    before = full.ledger.read_bytes()
    refused(full.run("restore", "b", "government.ledger"), "exists already")
    refused(full.run("restore", "b", "b"), "exists already")
    assert full.ledger.read_bytes() == before
    refused(full.run("restore", "b"), "Give the place of the ledger, once", code=2)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def grown(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-50] ^= 1
    path.write_bytes(raw)


def foreign(path: Path) -> None:
    path.write_text("a text")


def recorded_into(path: Path) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(b"frames")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (cut, "is cut off: it has"),
        (grown, "has grown: it has"),
        (flipped, "was altered: its SHA-256 is"),
        (foreign, "is cut off"),
        (recorded_into, "was recorded into since it was made"),
    ],
)
def test_a_backup_that_is_not_what_was_made_is_refused_by_what_is_wrong(
    full: Desk, spoil: Callable[[Path], None], word: str
) -> None:
    full.run("backup", "-o", "b")
    spoil(Path("b"))
    refused(full.run("restore", "b", "again.ledger"), word, "Nothing was restored.", code=3)
    assert not Path("again.ledger").exists()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (None, "has no manifest"),
        ("{", "is not as it was written"),
        ("{}", "is not as it was written"),
        ('{"format": 9}', "is not as it was written"),
        ("[" * 10_000, "is not as it was written"),
    ],
)
def test_a_backup_without_a_manifest_that_can_be_read_is_refused(full: Desk, text: str | None, word: str) -> None:
    full.run("backup", "-o", "b")
    if text is None:
        beside("b").unlink()
    else:
        beside("b").write_text(text)
    refused(full.run("restore", "b", "again.ledger"), "is not a backup that can be restored", word)
    assert not Path("again.ledger").exists()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("root", "sha256:" + 64 * "0", "does not hold the 10 events"),
        ("tree_size", 5, "does not hold the 5 events"),
        ("ledger_id", 32 * "0", "and its manifest is of ledger 0000"),
    ],
)
def test_a_manifest_of_other_content_is_found_by_what_the_backup_holds(
    full: Desk, field: str, value: object, word: str
) -> None:
    made = full.json("backup", "-o", "b")
    beside("b").write_text(json.dumps({**made, field: value}))
    refused(full.run("restore", "b", "again.ledger"), word, code=3)


def test_a_manifest_of_a_newer_version_says_so(full: Desk) -> None:
    made = full.json("backup", "-o", "b")
    beside("b").write_text(json.dumps({**made, "format": 2}))
    refused(full.run("restore", "b", "again.ledger"), "a newer version of cluster-ledger made it")


def test_what_was_seen_after_a_backup_is_said(full: Desk) -> None:
    full.run("backup", "-o", "b")
    full.record(RENAMED)
    result = full.run("restore", "b", "again.ledger")
    assert result.exit_code == 3 and "This backup ends at 10; you saw 11 events at" in result.stderr
    assert Path("again.ledger").exists()
    found = full.json("restore", "b", "third.ledger", code=3)
    assert [one["tree_size"] for one in found["missing"]] == [11]


def test_receipts_that_a_backup_does_not_hold_are_said(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full.run("backup", "-o", "b")
    receipt = full.run("record", "-", input=RENAMED).stdout
    full.write("printed", receipt)
    full.write("as.json", full.run("show", "--format", "json").stdout)
    assert full.run("key", "make", "-o", "a.key", "--no-passphrase").exit_code == 0
    assert full.run("checkpoint", "--key", "a.key", "-o", "signed").exit_code == 0
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(full.folder / "nobody"))
    for place, name in enumerate(("printed", "as.json", "signed")):
        monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(full.folder / f"nobody{place}"))
        result = full.run("restore", "b", f"{name}.ledger", "--receipt", name)
        assert result.exit_code == 3 and f'the receipt "{name}" ends at 11' in result.stderr, result.output
    refused(full.run("restore", "b", "x.ledger", "--receipt", full.write("none", "text")), "There is no size and root")


def test_a_receipt_that_a_backup_contradicts_is_refused(full: Desk) -> None:
    full.run("backup", "-o", "b")
    other = ("--size", "3", "--root", "sha256:" + 64 * "1")
    refused(full.run("restore", "b", "again.ledger", *other), "is another history: at size 3", code=3)
    assert not Path("again.ledger").exists()
    root = full.json("show", "--known", "p1")["context"]["root"]
    assert full.run("restore", "b", "again.ledger", "--size", "1", "--root", root).exit_code == 0


def test_a_backup_of_a_damaged_ledger_is_not_made(full: Desk) -> None:
    with closing(sqlite3.connect(full.ledger)) as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET line = CAST(replace(line, 'Care', 'Core') AS BLOB) WHERE position = 3")
        raw.commit()
    refused(full.run("backup", "-o", "b"), "damage", code=3)
    assert sorted(path.name for path in full.folder.iterdir()) == ["government.ledger"]


def test_a_backup_whose_manifest_cannot_be_written_leaves_nothing(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OutputFailed("b.manifest.json", OSError(28, "No space left on device"))

    monkeypatch.setattr(making, "new_file", failing)
    refused(full.run("backup", "-o", "b"), "No space left on device")
    assert sorted(path.name for path in full.folder.iterdir()) == ["government.ledger"]


KILLED = """
import os, signal, sys
from commands.main import main
at = sys.argv.pop(1)
def trace(frame, event, argument):
    if event == "call" and f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}" == at:
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(trace)
main(sys.argv[1:], prog_name="cluster-ledger")
"""
STEPS = (
    "ledger.application.backups.making.finish",
    "ledger.files.outputs._put",
    "ledger.store.sqlite.making._put",
    "ledger.application.backups.last.remember",
)


def test_a_backup_that_is_killed_leaves_no_half_file_under_its_name(full: Desk) -> None:
    full.write("killed.py", KILLED)
    for step in STEPS:
        command = [sys.executable, "killed.py", step, "backup", "-o", "b"]
        ended = subprocess.run(command, env=full.environment(), capture_output=True, text=True, timeout=60)
        assert ended.returncode == -signal.SIGKILL, (step, ended.stderr)
        assert Path("b").exists() == (step == STEPS[-1]), step
    assert full.run("restore", "b", "again.ledger").exit_code == 0
    Path("b").unlink()
    assert full.run("backup", "-o", "b").exit_code == 0
    assert full.run("restore", "b", "third.ledger").exit_code == 0
    assert not list(Path().glob(".*"))


@pytest.mark.parametrize("number", [4, 600])
def test_a_ledger_on_a_server_is_backed_up_to_a_file_and_restored_to_a_server(
    bare: Desk, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    place, again = servers.new_place(), servers.new_place()
    monkeypatch.setenv("CLUSTER_LEDGER", place)
    assert bare.run("init", "--government", "Testland", "--recorder", "office").exit_code == 0
    changes = "".join(f"\n  - {{change: establish-cluster, cluster: c-{n}, title: C {n}}}" for n in range(number))
    bare.record(f"authority: A\nreference: 1\neffective: 2026-04-01\nchanges:{changes}\n").record(FIRST).record(LEADER)
    made = bare.json("backup", "-o", "b")
    assert made["root"] == bare.json("verify")["root"] and os.stat("b").st_mode & 0o077 == 0
    assert bare.json("restore", "b", again)["root"] == made["root"]
    assert (
        bare.json("--ledger", again, "verify")["root"] == made["root"] and bare.json("--ledger", again, "doctor")["ok"]
    )
    assert bare.json("restore", "b", "f.ledger")["root"] == made["root"]
    assert lines("f.ledger") == lines("b")
    refused(bare.run("restore", "b", again), "exists already")
    shown = bare.run("--ledger", again, "show", "wellbeing", "--effective", "2026-05-02")
    assert "Ada Example" in shown.stdout, shown.output
    assert bare.run("--ledger", again, "record", "-", "--recorder", "o", input=SECOND).exit_code == 0
