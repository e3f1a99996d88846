"""A ledger that is not the one last seen: no command answers from it, or records into it, until it is accepted."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from support.command_line import FIRST, SECOND, Desk, refused

OTHER = SECOND.replace("Health", "Another title")
THIRD = SECOND.replace("CM-2", "CM-3").replace("learning", "moving").replace("read-well", "move-well")
TOLD = "This is not the ledger that was last seen"
COMMANDS = (
    ["show"], ["log"], ["notices"], ["export", "-o", "-"], ["views", "status"], ["views", "check"], ["plan", "-"],
    ["record", "-"], ["snapshot", "-o", "s.json"], ["report", "-o", "r.html"], ["views", "rebuild"],
)  # fmt: skip


@pytest.fixture
def older(desk: Desk) -> Desk:
    """A desk on which an older copy stands in the place of the ledger, which lies beside it."""
    desk.record()
    shutil.copy(desk.ledger, desk.folder / "older")
    desk.record(SECOND)
    assert desk.run("show").stderr == ""
    shutil.copy(desk.ledger, desk.folder / "newer")
    put(desk, "older")
    return desk


def put(desk: Desk, name: str) -> None:
    """Put a file in the place of the ledger."""
    for beside in desk.folder.glob("government.ledger-*"):
        beside.unlink()
    shutil.copy(desk.folder / name, desk.ledger)


def state() -> Path:
    return Path(os.environ["CLUSTER_LEDGER_STATE"], "seen.json")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_older_copy_is_named_and_neither_read_nor_recorded_into(older: Desk, command: list[str]) -> None:
    before = (older.folder / "older").read_bytes()
    for _ in range(2):
        result = older.run(*command, input=SECOND)
        said = refused(result, TOLD, "was rolled back", "position 9", "position 5", "accept --because", code=3)
        assert said.count("recorded 20") == said.count("seen 20") == said.count("root sha256:") == 2
        assert result.stdout == "" and "Nothing was answered or recorded." in said
    assert older.ledger.read_bytes() == before
    assert not any((older.folder / name).exists() for name in ("s.json", "r.html"))


def test_it_is_named_where_views_were_never_filled(desk: Desk) -> None:
    desk.record()
    shutil.copy(desk.ledger, desk.folder / "older")
    desk.record(SECOND)
    put(desk, "older")
    refused(desk.run("log"), "was rolled back", code=3)


def test_verify_looks_all_the_same_and_ends_with_3(older: Desk) -> None:
    result = older.run("verify")
    assert result.exit_code == 3 and TOLD in result.stderr and "Nothing was answered" not in result.stderr
    assert "5 events, root" in result.stdout and "All checks passed" not in result.stdout
    found = older.json("verify", code=3)
    assert not found["ok"] and [one["kind"] for one in found["damage"]] == ["rolled-back"]


def test_a_snapshot_is_held_to_a_replaced_ledger_and_that_is_told(older: Desk) -> None:
    put(older, "newer")
    assert older.run("snapshot", "--effective", "2026-05-01", "--known", "p5", "-o", "s.json").exit_code == 0
    put(older, "older")
    result = older.run("verify", "s.json")
    assert result.exit_code == 3 and TOLD in result.stderr and "All checks passed" in result.stdout


def test_the_doctor_tells_it_and_what_is_to_be_done(older: Desk) -> None:
    found = older.json("doctor", code=3)
    (bad,) = [one for one in found["findings"] if not one["ok"]]
    assert (bad["what"], bad["found"]) == ("replaced", "rolled-back") and "accept --because" in bad["to_do"]


def test_the_ledger_put_back_is_used_as_before(older: Desk) -> None:
    refused(older.run("show"), TOLD, code=3)
    put(older, "newer")
    result = older.run("show")
    assert result.exit_code == 0 and result.stderr == ""


def test_a_fork_is_named_with_the_last_position_known_to_be_the_same(older: Desk) -> None:
    with_state(older, "theirs", "record", "-", input=OTHER)
    refused(older.run("show"), "was forked: what stands after position 5 is another history", code=3)
    with_state(older, "theirs", "record", "-", input=THIRD)
    refused(older.run("show"), "was forked", "position 13", code=3)


def test_a_ledger_rebuilt_under_another_id_is_named(desk: Desk) -> None:
    desk.record()
    seen = desk.json("verify")["root"]
    desk.ledger.unlink()
    made = desk.run("init", "--government", "Testland")
    assert made.exit_code == 0 and "was rebuilt" in made.stderr and seen in made.stderr
    refused(desk.run("record", "-", input=FIRST), "was rebuilt", "in place of ledger", seen, code=3)
    assert desk.run("accept", "--because", "Begun anew.").exit_code == 0
    assert desk.record().run("show").stderr == ""


def test_another_ledger_of_the_same_origin_is_named(bare: Desk) -> None:
    for name in ("one.ledger", "two.ledger"):
        made = bare.run("--ledger", name, "init", "--government", "Testland", "--origin", "example.gov/ledger")
        assert made.exit_code == 0
    refused(bare.run("--ledger", "two.ledger", "show"), "has the origin example.gov/ledger of another", code=3)
    assert bare.run("--ledger", "one.ledger", "show").exit_code == 0


def test_an_import_goes_on_with_no_ledger_but_the_one_that_was_seen(bare: Desk) -> None:
    document = {"authority": "C", "reference": "R", "effective": "2026", "recorded_at": "2026-03-03T00:00:00Z"}
    change = {"change": "establish-cluster", "cluster": "c", "title": "T"}
    bare.write("old.jsonl", json.dumps({**document, "changes": [change]}) + "\n")
    line = ("import", "old.jsonl", "--government", "Testland")
    assert bare.run(*line).exit_code == 0
    bare.ledger.unlink()
    bare.init()
    refused(bare.run(*line), "was rebuilt", code=3)
    bare.ledger.unlink()
    made = bare.run(*line)
    assert made.exit_code == 0 and "was rebuilt" in made.stderr


def test_a_ledger_that_was_moved_or_copied_is_no_alarm(desk: Desk) -> None:
    desk.record()
    desk.ledger.rename("moved.ledger")
    for name in ("moved.ledger", "copied.ledger"):
        result = desk.run("--ledger", name, "show")
        assert (result.exit_code, result.stderr.count("not the ledger"), "older" in result.stderr) == (0, 0, False)
        shutil.copy("moved.ledger", "copied.ledger")
    assert desk.run("--ledger", "copied.ledger", "record", "-", input=SECOND).exit_code == 0
    assert desk.run("--ledger", "copied.ledger", "show").stderr == ""


def test_an_older_copy_elsewhere_is_told_and_used(older: Desk) -> None:
    put(older, "newer")
    result = older.run("--ledger", "older", "show")
    assert result.exit_code == 0 and "wellbeing" in result.stdout
    assert result.stderr.startswith("This is an older copy of the ledger that was seen at ")
    assert "position 9" in result.stderr and "position 5" in result.stderr
    assert older.run("show").exit_code == 0


def test_what_is_accepted_is_used_and_the_reason_is_kept_and_listed(older: Desk) -> None:
    result = older.run("accept", "--because", "The newer one was a trial.")
    assert result.exit_code == 0 and result.stdout.startswith("Accepted: position 5 (recorded 20")
    assert "in place of position 9 (recorded 20" in result.stdout and result.stderr == ""
    assert TOLD not in older.run("show").stderr
    (listed,) = [one for one in older.json("doctor")["findings"] if one["what"] == "accepted"]
    assert "The newer one was a trial." in listed["found"] and listed["found"].count("root sha256:") == 2
    older.record(OTHER)
    assert older.run("show").stderr == ""
    put(older, "older")
    refused(older.run("show"), "was rolled back", code=3)


def test_there_is_nothing_to_accept_where_the_ledger_only_grew(desk: Desk) -> None:
    desk.record()
    result = desk.run("accept", "--because", "Just so.")
    assert result.exit_code == 0 and "nothing to accept" in result.stdout


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001], ids=len)
def test_an_acceptance_needs_a_reason_of_a_length(older: Desk, reason: str) -> None:
    refused(older.run("accept", "--because", reason), "reason", code=2)
    refused(older.run("show"), TOLD, code=3)


def test_a_file_of_what_was_seen_is_for_its_owners_eyes(desk: Desk) -> None:
    assert stat.S_IMODE(state().stat().st_mode) == 0o600
    assert stat.S_IMODE(state().parent.stat().st_mode) == 0o700


UNREADABLE = (b"", b"{", b"[]", b'{"format": 2}', b'{"format": 1, "sightings": [{}]}', b"\xff\xfe", b"[" * 100_000)


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: repr(text[:20]))
def test_what_was_seen_and_cannot_be_read_is_told_each_time_and_left_alone(desk: Desk, text: bytes) -> None:
    desk.record()
    state().write_bytes(text)
    for command in (["show"], ["record", "-"], ["verify"]):
        result = desk.run(*command, input=SECOND)
        assert result.exit_code == 0, result.output
        assert "cannot be told whether this ledger was replaced" in result.stderr and "Traceback" not in result.stderr
        assert result.stderr.count("seen.json") == 1
    assert state().read_bytes() == text
    refused(desk.run("accept", "--because", "So it is."), "seen.json", code=1)
    assert "seen.json" in desk.run("doctor").stdout


def test_a_folder_in_place_of_the_file_is_told_too(desk: Desk) -> None:
    state().unlink()
    state().mkdir()
    result = desk.record().run("show")
    assert result.exit_code == 0 and "is a folder" in result.stderr and "cannot be told" in result.stderr


def test_where_nothing_can_be_kept_that_is_told_once_and_the_command_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(desk.ledger / "below-a-file"))
    result = desk.run("record", "-", input=FIRST)
    assert result.exit_code == 0
    assert result.stderr.count("What was seen of this ledger could not be kept.") == 1


def test_a_command_that_sees_nothing_new_writes_nothing(desk: Desk) -> None:
    desk.record().run("show")
    before = state().stat()
    desk.run("show")
    assert (state().stat().st_ino, state().stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def with_state(desk: Desk, name: str, *command: str, input: str) -> None:
    """Run a command as somebody else, who saw nothing of the ledger before."""
    mine = os.environ["CLUSTER_LEDGER_STATE"]
    os.environ["CLUSTER_LEDGER_STATE"] = str(desk.folder / name)
    try:
        assert desk.run(*command, input=input).exit_code == 0
    finally:
        os.environ["CLUSTER_LEDGER_STATE"] = mine
