"""The doctor's look around a ledger: each thing that may be wrong is named once, with what to do and an exit code."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from freezegun import freeze_time
from support.command_line import FIRST, Desk, refused
from support.witnessing import WITNESS_KEY, Log

from commands.keep.health import surroundings


def told(found: Any, what: str) -> Any:
    (one,) = (one for one in found["findings"] if one["what"] == what)
    return one


def test_all_is_well_of_a_new_ledger_and_nothing_is_asked_of_backups(desk: Desk) -> None:
    found = desk.record().json("doctor")
    assert found["ok"] and "format 1" in told(found, "program")["found"]
    for what in ("permissions", "log", "disk", "file system", "backup", "checkpoint", "cosignature"):
        assert told(found, what)["ok"], what


@pytest.mark.parametrize("what", ["backup", "checkpoint", "cosignature"])
def test_an_age_that_cannot_be_told_is_not_proven(desk: Desk, what: str) -> None:
    found = desk.json("doctor", f"--{what}-age", "1d", code=4)
    assert not found["ok"] and told(found, what)["to_do"]


def test_a_backup_is_remembered_and_found_to_be_too_old(desk: Desk) -> None:
    assert desk.run("backup", "-o", "b").exit_code == 0
    assert desk.json("doctor", "--backup-age", "1d")["ok"]
    desk.record()
    assert ", 4 events since" in told(desk.json("doctor"), "backup")["found"]
    with freeze_time("2099-01-01"):
        found = desk.json("doctor", "--backup-age", "2w", code=3)
    assert told(found, "backup")["to_do"] == "Make one: cluster-ledger backup -o FOLDER."


def test_a_checkpoint_is_found_to_be_too_old(desk: Desk) -> None:
    assert desk.run("key", "make", "-o", "a.key", "--no-passphrase").exit_code == 0
    assert desk.run("checkpoint", "--key", "a.key", "-o", "signed").exit_code == 0
    desk.write("cluster-ledger.toml", 'checkpoint = "signed"\n')
    found = desk.json("doctor", "--checkpoint-age", "1d")
    assert "size 1, of " in told(found, "checkpoint")["found"] and "no policy" in told(found, "cosignature")["found"]
    os.utime("signed", (0, 0))
    assert told(desk.json("doctor", "--checkpoint-age", "1d", code=3), "checkpoint")["to_do"].startswith("Sign one")


def test_a_cosignature_is_found_to_be_too_old_or_lacking(desk: Desk) -> None:
    """Its age is that of the witness's own time, and not of the file."""
    signed = Log(1).signed(1)
    line = WITNESS_KEY.signers[0].sign(signed.note.text, 4070952000)  # 2099-01-01T12:00:00Z
    Path("signed").write_bytes(bytes(signed._replace(note=signed.note.with_signatures([line]))))
    desk.write("policy", f"witness w {WITNESS_KEY.vkeys[0]}\nquorum w\n")
    desk.write("cluster-ledger.toml", 'checkpoint = "signed"\npolicy = "policy"\n')
    asked = ("doctor", "--cosignature-age", "1d")
    with freeze_time("2099-01-02T11:59:59Z"):
        found = told(desk.json(*asked), "cosignature")
    assert found["ok"] and "size 1, of 2099-01-01T12:00:00" in found["found"]
    with freeze_time("2099-01-02T12:00:01Z"):
        old = told(desk.json(*asked, code=3), "cosignature")
        assert told(desk.json("doctor"), "cosignature")["ok"]
    assert old["to_do"] == "Ask witnesses: cluster-ledger checkpoint --witness URL."
    Path("signed").write_bytes(bytes(signed))
    lacking = told(desk.json(*asked, code=3), "cosignature")
    assert lacking["found"].startswith("fewer witnesses") and lacking["to_do"] == old["to_do"]


def test_a_key_that_others_may_read_is_told(desk: Desk) -> None:
    assert desk.run("key", "make", "-o", "a.key", "--no-passphrase").exit_code == 0
    assert told(desk.json("doctor"), "key")["ok"]
    Path("a.key").chmod(0o640)
    assert "0640" in told(desk.json("doctor", code=3), "key")["found"]
    Path("a.key").unlink()
    assert "No such file" in told(desk.json("doctor", "--key", "a.key", code=3), "key")["found"]


def open_to_all(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    desk.ledger.chmod(0o666)


def without_room(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(surroundings.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))


def on_a_network(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(surroundings, "_kind_of", lambda _: "nfs4")


@pytest.mark.parametrize(
    ("spoil", "what", "word"),
    [
        (open_to_all, "permissions", "chmod o-w"),
        (without_room, "disk", "Free some space"),
        (on_a_network, "file system", "Locks do not hold there"),
    ],
)
def test_what_is_wrong_around_a_ledger_is_told_with_what_to_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Desk, pytest.MonkeyPatch], None], what: str, word: str
) -> None:
    spoil(desk, monkeypatch)
    assert word in told(desk.json("doctor", code=3), what)["to_do"]
    assert f"!! {what}: " in desk.run("doctor").stdout


def test_a_log_that_was_left_long_ago_is_told(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.ledger)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()  # so that nothing is folded in
        desk.record()
        assert told(desk.json("doctor"), "log")["ok"]
        os.utime(f"{desk.ledger}-wal", (0, 0))
        assert "Never copy the file without it" in told(desk.json("doctor", code=3), "log")["to_do"]


def test_a_clock_that_ran_backwards_is_told_and_a_decision_is_recorded_all_the_same(desk: Desk) -> None:
    desk.record()
    with freeze_time("2020-01-01"):
        assert told(desk.json("doctor", code=3), "clock")["to_do"] == "Set the clock of this machine."
        second = FIRST.replace("CM-1", "CM-2").replace("wellbeing", "other").replace("sleep-well", "rest-well")
        assert desk.run("record", "-", input=second).exit_code == 0
    times = [event["recorded_at"] for event in desk.json("log")["events"]]
    assert times == sorted(times) and times[-1][:4] != "2020" and desk.json("verify")["ok"]


def test_a_clock_that_jumped_ahead_and_back_is_told(desk: Desk) -> None:
    with freeze_time("2099-01-01"):
        desk.record()
    found = desk.json("doctor", code=3)
    assert told(found, "clock")["to_do"] == "Set the clock of this machine."


@pytest.mark.parametrize("span", ["1", "d", "0d", "1y", "-1d", "999999d", "١d"])
def test_a_span_that_is_none_is_a_usage_error(desk: Desk, span: str) -> None:
    refused(desk.run("doctor", f"--backup-age={span}"), "such as 90m, 12h, 1d or 2w", code=2)
