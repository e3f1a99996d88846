"""Copies of a ledger: the same one at another place, and trials, which are ledgers of their own."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from support.command_line import RENAMED, Desk, refused
from support.long_records import peak, retitled

from ledger.application.copying.trials import copy_as_trial
from ledger.application.reader import opened_reader
from ledger.events.text import TITLE_CHARS
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.store.sqlite import replicas


def lines(name: str) -> list[bytes]:
    with opened_reader(name) as ledger:
        return list(ledger.lines())


def rows(name: str, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(name)) as raw:
        return raw.execute(f"SELECT * FROM {table}").fetchall()


def test_a_plain_copy_is_the_same_ledger(full: Desk) -> None:
    made = full.json("copy", "plain.ledger")
    here = full.json("verify")
    assert (made["tree_size"], made["root"], made["trial"]) == (here["events"], here["root"], False)
    assert full.json("--ledger", "plain.ledger", "verify") == here
    for table in ("events", "personal"):
        assert rows("plain.ledger", table) == rows("government.ledger", table)
    assert full.run("--ledger", "plain.ledger", "show").stderr == ""
    assert not list(full.folder.glob(".*"))


def test_a_plain_copy_has_what_stands_in_the_log_alone(full: Desk) -> None:
    with closing(sqlite3.connect(full.ledger)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()  # so that nothing is folded in
        full.record(RENAMED)
        assert Path(f"{full.ledger}-wal").stat().st_size
        assert full.json("copy", "plain.ledger")["root"] == full.json("verify")["root"]
    assert lines("plain.ledger") == lines("government.ledger")


def test_a_trial_is_a_ledger_of_its_own_with_the_same_lines_after_the_first(full: Desk) -> None:
    made = full.json("copy", "trial.ledger", "--as-trial")
    assert made["trial"] and made["government"] == "TRIAL of Testland" and not made["with_personal"]
    assert len(made["ledger_id"]) == 32 and made["origin"] == f"cluster-ledger/{made['ledger_id']}"
    ours, theirs = lines("government.ledger"), lines("trial.ledger")
    assert theirs[1:] == ours[1:] and theirs[0] != ours[0] and made["tree_size"] == len(ours)
    tree = Frontier()
    nodes = [b"".join(tree.append(leaf_hash(line))) for line in theirs]
    assert [row[8] for row in rows("trial.ledger", "events")] == nodes
    checked = full.json("--ledger", "trial.ledger", "verify")
    assert checked["ok"] and checked["root"] == made["root"] != full.json("verify")["root"]
    assert full.json("copy", "another.ledger", "--as-trial")["ledger_id"] != made["ledger_id"]


def test_what_is_recorded_into_a_trial_changes_nothing_elsewhere_and_is_no_fork(full: Desk) -> None:
    before = full.json("verify")
    full.run("copy", "trial.ledger", "--as-trial")
    recorded = full.run("--ledger", "trial.ledger", "record", "-", input=RENAMED)
    assert recorded.exit_code == 0 and "In the ledger of TRIAL of Testland" in recorded.stdout
    assert full.json("--ledger", "trial.ledger", "verify")["ok"]
    assert full.run("--ledger", "trial.ledger", "views", "check").exit_code == 0
    assert full.json("verify") == before
    assert full.run("show").stderr == full.run("--ledger", "trial.ledger", "show").stderr == ""


def test_every_answer_of_a_trial_says_that_it_is_one_also_where_the_government_was_renamed(full: Desk) -> None:
    full.record(RENAMED)
    full.run("copy", "trial.ledger", "--as-trial")
    for day, name in (("2026-05-15", "TRIAL of Testland"), ("2026-07-01", "TRIAL of New Testland")):
        asked = ("--ledger", "trial.ledger", "show", "--effective", day)
        assert full.json(*asked)["context"]["government"] == name
        assert f"\n{name}. On {day}" in full.run(*asked).stdout
    report = full.run("--ledger", "trial.ledger", "report", "--effective", "2026-07-01", "-o", "r.html")
    assert report.exit_code == 0 and "TRIAL of New Testland" in Path("r.html").read_text()
    kept = full.run("--ledger", "trial.ledger", "snapshot", "--effective", "2026-07-01", "-o", "s.json")
    assert kept.exit_code == 0 and "TRIAL of New Testland" in Path("s.json").read_text()
    assert full.run("--ledger", "trial.ledger", "verify", "s.json").exit_code == 0
    assert "TRIAL of" in full.run("--ledger", "trial.ledger", "doctor").stdout


def test_a_trial_of_a_trial_is_called_a_trial_once(full: Desk) -> None:
    full.run("copy", "trial.ledger", "--as-trial")
    made = full.json("--ledger", "trial.ledger", "copy", "second.ledger", "--as-trial")
    assert made["government"] == "TRIAL of Testland"


def test_a_name_as_long_as_any_may_be_is_cut_in_a_trial(bare: Desk) -> None:
    assert bare.run("init", "--government", "T" * TITLE_CHARS).exit_code == 0
    made = bare.json("copy", "trial.ledger", "--as-trial")
    assert made["government"] == "TRIAL of " + "T" * (TITLE_CHARS - 9)
    assert bare.json("--ledger", "trial.ledger", "verify")["ok"]


@pytest.mark.parametrize("asked", [True, False])
def test_personal_texts_come_into_a_trial_only_if_asked(full: Desk, asked: bool) -> None:
    full.run("copy", "trial.ledger", "--as-trial", *(["--with-personal"] if asked else []))
    shown = full.run("--ledger", "trial.ledger", "show", "wellbeing", "--effective", "2026-05-02").stdout
    assert ("Ada Example" in shown, "withheld" in shown) == (asked, not asked)
    assert (b"Ada Example" in Path("trial.ledger").read_bytes()) == asked
    assert full.json("--ledger", "trial.ledger", "verify")["ok"]


def test_a_plain_copy_is_not_asked_for_what_it_has_anyway(full: Desk) -> None:
    refused(full.run("copy", "plain.ledger", "--with-personal"), "A plain copy has all", code=2)


@pytest.mark.parametrize("how", [[], ["--as-trial"]], ids=["plain", "trial"])
def test_what_stands_at_the_place_is_never_touched(full: Desk, how: list[str]) -> None:
    full.write("there", "mine")
    refused(full.run("copy", "there", *how), "exists already")
    assert Path("there").read_text() == "mine"
    refused(full.run("copy", str(full.ledger), *how), "exists already")
    refused(full.run("copy", "nowhere/there", *how), "No ledger can be made")


@pytest.mark.parametrize("how", [[], ["--as-trial"]], ids=["plain", "trial"])
def test_who_may_not_read_the_ledger_may_not_read_its_copy(full: Desk, how: list[str]) -> None:
    full.ledger.chmod(0o600)
    assert full.run("copy", "there", *how).exit_code == 0
    assert stat.S_IMODE(os.stat("there").st_mode) == 0o600


@pytest.mark.parametrize("how", [[], ["--as-trial"]], ids=["plain", "trial"])
def test_a_copy_that_fails_leaves_nothing(full: Desk, monkeypatch: pytest.MonkeyPatch, how: list[str]) -> None:
    before = {path.name for path in full.folder.iterdir()}

    def failing(*_: object) -> Iterator[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replicas, "_open_to_the_same", failing)
    result = full.run("copy", "there", *how)
    assert result.exit_code == 1 and not Path("there").exists()
    assert {path.name for path in full.folder.iterdir()} - before <= {"there-queue"}


def test_an_altered_line_does_not_get_into_a_trial(full: Desk) -> None:
    with closing(sqlite3.connect(full.ledger)) as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("UPDATE events SET line = CAST(replace(line, 'Care', 'Core') AS BLOB) WHERE position = 3")
        raw.commit()
    refused(full.run("copy", "trial.ledger", "--as-trial"), "damaged", code=3)
    assert not Path("trial.ledger").exists()


def test_a_trial_of_a_ledger_four_times_as_long_takes_no_more_memory(tmp_path: Path) -> None:
    def held(events: int) -> int:
        folder, names = tmp_path / str(events), count()
        folder.mkdir()
        with retitled(folder, events):
            return peak(lambda: copy_as_trial(folder / "long.ledger", folder / f"{next(names)}.ledger"))

    assert held(4_000) < 1.3 * held(1_000)


def test_a_copy_in_the_place_of_a_ledger_that_was_seen_says_so(full: Desk) -> None:
    full.ledger.rename("moved.ledger")
    made = full.run("--ledger", "moved.ledger", "copy", "government.ledger", "--as-trial")
    assert made.exit_code == 0 and "was rebuilt" in made.stderr
    refused(full.run("show"), "was rebuilt", code=3)
