"""A ledger that does not hold what was last read of it here: told by every command, until it does or is accepted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.command_line import FIRST, Desk, refused

SECOND = FIRST.replace("CM-1", "CM-2").replace("wellbeing", "learning").replace("sleep-well", "read-well")
OTHER = SECOND.replace("Health", "Another title")
COMMANDS = (["show"], ["log"], ["verify"], ["notices"], ["export", "-o", "-"], ["views", "status"], ["doctor"])
TOLD = "This is not the ledger as it was last read here"


@pytest.fixture
def older(desk: Desk) -> Desk:
    """A desk on which an older copy stands in the place of the ledger, which lies beside it."""
    desk.record()
    shutil.copy(desk.ledger, desk.folder / "older")
    desk.record(SECOND)
    assert desk.run("show").exit_code == 0
    shutil.copy(desk.ledger, desk.folder / "newer")
    put(desk, "older")
    return desk


def put(desk: Desk, name: str) -> None:
    for beside in desk.folder.glob("government.ledger-*"):
        beside.unlink()
    shutil.copy(desk.folder / name, desk.ledger)


def seen_of(desk: Desk) -> Path:
    return Path(next((desk.folder.parent / "views").glob("*.seen")))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_older_copy_is_told_by_every_command_and_every_time(older: Desk, command: list[str]) -> None:
    shown = older.json("verify")["root"]
    for _ in range(2):
        (said,) = [line for line in older.run(*command).stderr.splitlines() if TOLD in line]
        assert "position 5" in said and "position 9" in said and shown in said
        assert said.count("recorded 20") == 2 and said.count("sha256:") == 2


def test_it_is_told_where_views_were_never_filled(desk: Desk) -> None:
    desk.record()
    shutil.copy(desk.ledger, desk.folder / "older")
    desk.record(SECOND)
    put(desk, "older")
    assert TOLD in desk.run("log").stderr


def test_the_ledger_put_back_is_told_of_no_more(older: Desk) -> None:
    assert TOLD in older.run("show").stderr
    put(older, "newer")
    assert TOLD not in older.run("show").stderr
    assert older.run("show").stderr == ""


def test_another_history_of_the_same_length_or_longer_is_told(older: Desk) -> None:
    longer = OTHER.replace("CM-2", "CM-3").replace("learning", "moving").replace("read-well", "move-well")
    for text in (OTHER, longer):
        result = older.run("record", "-", input=text)
        assert result.exit_code == 0 and TOLD in result.stderr
        assert "it has another root now" in older.run("show").stderr


def test_what_is_accepted_is_told_no_more_and_the_reason_is_kept(older: Desk) -> None:
    result = older.run("views", "accept", "--because", "The newer one was a trial.")
    assert result.exit_code == 0 and result.stdout.startswith("Accepted: the ledger that ends at position 5")
    assert TOLD not in older.run("show").stderr
    assert "The newer one was a trial." in seen_of(older).read_text()
    older.record(OTHER)
    assert older.run("show").stderr == ""
    put(older, "older")
    assert TOLD in older.run("show").stderr


def test_there_is_nothing_to_accept_where_the_ledger_only_grew(desk: Desk) -> None:
    desk.record()
    result = desk.run("views", "accept", "--because", "Just so.")
    assert result.exit_code == 0 and "nothing to accept" in result.stdout


def test_an_acceptance_needs_a_reason(older: Desk) -> None:
    refused(older.run("views", "accept", "--because", "  "), "reason", code=2)
    assert TOLD in older.run("show").stderr


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"size": -1}', b"\xff\xfe", b"[" * 100_000])
def test_what_was_seen_is_seen_anew_where_it_cannot_be_read(desk: Desk, text: bytes) -> None:
    desk.record()
    before = seen_of(desk).read_bytes()
    seen_of(desk).write_bytes(text)
    assert desk.run("show").exit_code == 0
    assert seen_of(desk).read_bytes() == before


def test_a_command_that_is_refused_tells_it_too(older: Desk) -> None:
    assert TOLD in refused(older.run("why", "nobody"))


def test_what_a_killed_import_left_is_taken_away_by_the_next_though_that_takes_nothing_in(bare: Desk) -> None:
    document = {"authority": "C", "reference": "R", "effective": "2026", "recorded_at": "2026-03-03T00:00:00Z"}
    change = {"change": "establish-cluster", "cluster": "c", "title": "T"}
    bare.write("old.jsonl", json.dumps({**document, "changes": [change]}) + "\n")
    line = ("import", "old.jsonl", "--government", "Testland")
    assert bare.run(*line).exit_code == 0
    kept = seen_of(bare)
    kept.rename(kept.with_suffix(".seen.killed.part"))
    refused(bare.run(*line), "holds the whole of old.jsonl")
    assert seen_of(bare) == kept and not list(kept.parent.glob("*.part"))
