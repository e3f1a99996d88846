"""Trials between files and servers: ledgers of their own with the same lines after the first, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import servers
from support.command_line import RENAMED, Desk, refused
from support.long_records import peak, retitled

from ledger.application.copying.moving import copy_ledger
from ledger.application.copying.trials import copy_as_trial
from ledger.errors import LedgerDamaged
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store import carrying
from ledger.store.choice import copying
from ledger.store.choice.reading import opened_to_read, stands
from ledger.store.types import Sealed

PLACES: dict[str, Callable[[], str]] = {"file": lambda: "trial.ledger", "server": servers.new_place}


@pytest.fixture(params=PLACES)
def source(full: Desk, request: pytest.FixtureRequest) -> str:
    """Where the ledger is that is tried upon: the file of the desk, or a copy of it on a server."""
    if request.param == "file":
        return "government.ledger"
    there = servers.new_place()
    copy_ledger("government.ledger", there)
    return there


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    """Where the trial is to be."""
    return PLACES[request.param]()


def stored(location: str) -> list[Sealed]:
    with opened_to_read(location) as store:
        return list(store.lines())


def test_a_trial_has_the_lines_of_the_ledger_after_its_own_first_under_a_tree_of_its_own(
    full: Desk, source: str, place: str
) -> None:
    made = full.json("copy", source, place, "--as-trial")
    assert made["trial"] and made["government"] == "TRIAL of Testland" and made["tree_size"] == 10
    ours, theirs = stored(source), stored(place)
    assert theirs[1:] == ours[1:] and theirs[0].line != ours[0].line
    tree = Frontier()
    for row in theirs:
        tree.append(leaf_hash(row.line))
    checked = full.json("--ledger", place, "verify")
    assert checked["ok"] and made["root"] == checked["root"] == f"sha256:{tree.root().hex()}"
    assert full.json("--ledger", place, "views", "check")["ok"]


def test_what_is_recorded_into_it_changes_nothing_where_it_came_from(full: Desk, source: str, place: str) -> None:
    before = stored(source)
    full.run("copy", source, place, "--as-trial")
    recorded = full.run("--ledger", place, "record", "-", input=RENAMED)
    assert recorded.exit_code == 0 and "In the ledger of TRIAL of Testland" in recorded.stdout
    assert full.json("--ledger", place, "verify")["events"] == 11 and stored(source) == before
    assert full.run("--ledger", place, "show", "--effective", "2026-07-01").stderr == ""


@pytest.mark.parametrize("asked", [True, False])
def test_what_opens_personal_texts_comes_along_only_if_asked(full: Desk, source: str, place: str, asked: bool) -> None:
    made = full.json("copy", source, place, "--as-trial", *(["--with-personal"] if asked else []))
    shown = full.run("--ledger", place, "show", "wellbeing", "--effective", "2026-05-02").stdout
    assert ("Ada Example" in shown, "withheld" in shown, made["with_personal"]) == (asked, not asked, asked)
    with opened_to_read(place) as store:
        assert store.personal_kept() == asked


def test_what_stands_at_the_place_is_left(full: Desk, source: str, place: str) -> None:
    full.run("copy", source, place, "--as-trial")
    before = stored(place)
    refused(full.run("copy", source, place, "--as-trial"), "exists already")
    assert stored(place) == before


def test_a_trial_that_is_stopped_leaves_nothing(
    full: Desk, source: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 1)
    monkeypatch.setattr("ledger.store.sqlite.replicas._AT_ONCE", 2)

    def stopped(reached: int) -> None:
        if reached >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_as_trial(source, place, progress=stopped)
    assert not stands(place)
    assert copy_as_trial(source, place).size == 10


def test_an_altered_line_gets_into_no_trial(full: Desk, place: str) -> None:
    with closing(sqlite3.connect(full.ledger)) as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET line = CAST(replace(line, 'Care', 'Core') AS BLOB) WHERE position = 3")
        raw.commit()
    with pytest.raises(LedgerDamaged):
        copy_as_trial("government.ledger", place)
    assert not stands(place)


def test_a_trial_that_reads_otherwise_than_it_was_entered_is_not_called_one(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "opened_to_read", lambda location: opened_to_read("government.ledger"))
    with pytest.raises(LedgerDamaged, match="what was copied to it is not what stands there"):
        copy_as_trial("government.ledger", servers.new_place())


def test_a_trial_of_a_server_in_a_file_is_for_no_other_eyes(full: Desk) -> None:
    there = servers.new_place()
    copy_ledger("government.ledger", there)
    copy_as_trial(there, "trial.ledger")
    assert stat.S_IMODE(os.stat("trial.ledger").st_mode) == 0o600


def test_a_trial_on_a_server_of_a_ledger_four_times_as_long_takes_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "BATCH_EVENTS", 300)

    def held(events: int) -> int:
        folder = tmp_path / str(events)
        folder.mkdir()
        with retitled(folder, events):
            return peak(lambda: copy_as_trial(folder / "long.ledger", servers.new_place()))

    assert held(4_000) < 1.3 * held(1_000)
