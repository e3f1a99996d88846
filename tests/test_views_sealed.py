"""The views file: read only as it was left, thrown away else, and done without where none can be kept."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from campaigns import views as campaign_views
from support.command_line import FIRST, Desk, refused
from support.mutated_views import MUTATIONS
from support.views_children import CALLS, TIMES, answered_when, answers, left

from projections.views import guard as views_sealed
from projections.views import seal as views_seal
from projections.views.errors import ViewsError
from projections.views.file import ViewsFile
from projections.views.schema import NAMES

SECOND = """\
authority: Council of Ministers
reference: CM-2
effective: 2026-05-01
changes:
  - {change: retitle-cluster, cluster: wellbeing, title: Wellbeing}
"""
THIRD = """\
authority: Council of Ministers
reference: CM-3
effective: 2026-06-01
changes:
  - {change: correct, target: "mission:sleep-well@1", data: {title: Sleep better}, because: It was misheard.}
  - {change: appoint-leader, of: wellbeing, office: Minister, holder: Office-holder A (fictitious)}
"""


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with three decisions and views that are filled."""
    desk.record().record(SECOND).record(THIRD)
    answers(desk)
    return desk


def views_of(desk: Desk) -> Path:
    return Path(next((desk.folder.parent / "views").glob("*.views")))


def altered(desk: Desk, *statements: str) -> None:
    with closing(sqlite3.connect(views_of(desk), isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


# Changed by somebody else


@pytest.mark.parametrize("table", NAMES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {column} = {column} || 'x'", "DROP TABLE {}"])
def test_views_that_were_changed_are_thrown_away_before_an_answer_is_given(
    filled: Desk, table: str, statement: str
) -> None:
    before = answers(filled)
    with closing(sqlite3.connect(views_of(filled))) as db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    try:
        altered(filled, statement.format(table, column=columns[-1]))
    except sqlite3.IntegrityError:  # an index of numbers takes no text
        altered(filled, f"UPDATE {table} SET {columns[-1]} = {columns[-1]} + 1")
    result = filled.run("show", "--effective", "2026-11-01")
    assert result.exit_code == 0 and result.stdout == before[0]
    assert "The views of the ledger were filled anew: " in result.stderr
    assert answers(filled) == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER rewriting AFTER UPDATE ON filled BEGIN UPDATE rows SET value = 'null'; END",
        "CREATE VIEW shadow AS SELECT 1",
        "CREATE TABLE foreign_one (value)",
        "DROP INDEX rows_by_key",
        "CREATE INDEX another ON rows (value)",
        "PRAGMA user_version = 8000",
        "PRAGMA application_id = 1",
        "PRAGMA journal_mode = WAL",
        "VACUUM",
    ],
)
def test_a_schema_or_a_setting_that_is_not_ours_is_never_used(filled: Desk, statement: str) -> None:
    before = answers(filled)
    altered(filled, statement)
    result = filled.run("show", "--effective", "2026-11-01")
    assert (result.exit_code, result.stdout) == (0, before[0])
    assert "filled anew" in result.stderr
    assert filled.run("show", "--effective", "2026-11-01").stderr == ""
    assert left() == {"views", "seal"}


def test_a_table_that_never_ends_is_not_read(filled: Desk) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'a', 'b', 'c' FROM n"
    before = answers(filled)
    altered(filled, "DROP TABLE mentions", f"CREATE VIEW mentions AS {endless}")
    assert filled.run("views", "check").exit_code == 3
    assert answers(filled) == before


@pytest.mark.parametrize("size", [0, 1, 99, 100, 4096, 20_000])
def test_a_views_file_cut_short_is_thrown_away(filled: Desk, size: int) -> None:
    before = answers(filled)
    os.truncate(views_of(filled), size)
    assert answers(filled) == before


def test_a_time_of_change_put_back_betrays_a_change_all_the_same(filled: Desk) -> None:
    before, path = answers(filled), views_of(filled)
    then = path.stat()
    altered(filled, "UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert answers(filled) == before


def test_a_log_beside_the_file_is_not_read_with_it(filled: Desk, tmp_path: Path) -> None:
    """A journal of another state, or a log with changes: SQLite would take both for what it left itself."""
    before, path = answers(filled), views_of(filled)
    other = tmp_path / "other.views"
    for suffix, mode in (("-wal", "WAL"), ("-journal", "DELETE")):
        shutil.copy(path, other)
        with closing(sqlite3.connect(other, isolation_level=None)) as db:
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.execute("BEGIN")
            db.execute("UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
            if suffix == "-wal":
                db.execute("COMMIT")
            shutil.copy(f"{other}{suffix}", f"{path}{suffix}")
        assert answers(filled) == before
        assert left() == {"views", "seal"}


def test_views_of_another_ledger_with_their_seal_are_not_taken_for_this_one(filled: Desk, tmp_path: Path) -> None:
    before, path = answers(filled), views_of(filled)
    other = filled.folder / "other.ledger"
    assert filled.run("--ledger", str(other), "init", "--government", "Elsewhere").exit_code == 0
    filled.run("--ledger", str(other), "record", "-", input=FIRST.replace("Health", "Sickness"))
    filled.run("--ledger", str(other), "show")
    theirs = next(one for one in path.parent.glob("*.views") if one != path)
    os.replace(theirs, path)
    os.replace(theirs.with_suffix(".seal"), path.with_suffix(".seal"))
    assert answers(filled) == before


@pytest.mark.parametrize(
    "text", [None, b"", b"{}", b'{"state":"sealed","file":[1,2,3,4],"digest":"00"}\n', b"\xff" * 5000]
)
def test_views_without_a_sound_seal_are_filled_anew(filled: Desk, text: bytes | None) -> None:
    before, seal = answers(filled), views_of(filled).with_suffix(".seal")
    if text is None:
        seal.unlink()
    else:
        seal.write_bytes(text)
    assert answers(filled) == before


def test_a_file_that_is_replaced_while_it_is_read_is_refused_or_read_as_it_was(filled: Desk, tmp_path: Path) -> None:
    from ledger.application import Ledger
    from projections.views.read_model import Views

    with Ledger.open(filled.ledger, read_only=True) as ledger, Views(ledger, filled.folder.parent / "views") as views:
        before = views.structure(740_000, 7)
        path = views_of(filled)
        for change in (lambda: os.truncate(path, 4096), path.unlink, lambda: path.write_bytes(b"other")):
            change()
            with pytest.raises(ViewsError):
                views.streams_of("wellbeing")  # asks the file without catching up first
            assert views.structure(740_000, 7) == before
        assert views.notice is not None


# Where none can be kept


def test_views_that_belong_to_somebody_else_are_not_answered_from(filled: Desk) -> None:
    before = answers(filled)
    with patch.object(os, "geteuid", return_value=os.geteuid() + 1):
        result = filled.run("show", "--effective", "2026-11-01")
        assert result.stdout == before[0] and "it belongs to somebody else" in result.stderr
        assert answers(filled) == before
    assert filled.run("show").stderr == ""


@pytest.mark.parametrize("obstacle", ["folder", "link", "pipe"])
def test_what_is_no_ordinary_file_is_left_alone(filled: Desk, tmp_path: Path, obstacle: str) -> None:
    before, path = answers(filled), views_of(filled)
    os.replace(path, tmp_path / "kept")
    make: dict[str, Callable[[], object]] = {
        "folder": path.mkdir, "link": lambda: path.symlink_to(tmp_path / "kept"), "pipe": lambda: os.mkfifo(path)
    }  # fmt: skip
    make[obstacle]()
    result = filled.run("show", "--effective", "2026-11-01")
    assert result.stdout == before[0] and "no ordinary file" in result.stderr and "answer alone" in result.stderr
    assert not path.is_file() or path.is_symlink()


def test_a_folder_that_cannot_be_made_is_done_without(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(filled)
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(filled.ledger / "views"))  # below a file
    result = filled.run("show", "--effective", "2026-11-01")
    assert result.stdout == before[0] and "The views could not be kept" in result.stderr
    assert answers(filled) == before


# Cut short


@pytest.mark.parametrize("task", ["killed", "full", "many"])
def test_children_that_are_killed_or_find_no_room_or_are_many_leave_every_answer_right(filled: Desk, task: str) -> None:
    for number in range(4, 9):
        filled.record(SECOND.replace("CM-2", f"CM-{number}").replace("Wellbeing", f"Title {number}"))
    options = {"env": filled.environment(), "cwd": filled.folder, "capture_output": True, "text": True, "timeout": 300}
    result = subprocess.run([sys.executable, "-m", "support.views_children", task], **options)  # type: ignore[call-overload]
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", TIMES)
def test_a_step_of_a_fill_that_fails_leaves_the_answer_right(filled: Desk, call: str, number: int) -> None:
    before = answers(filled)
    shutil.rmtree(filled.folder.parent / "views")

    def failing() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    answered_when(filled, call, number, failing)
    assert answers(filled) == before
    assert left() == {"views", "seal"}


def test_a_fill_stopped_between_its_rows_and_its_seal_is_told_and_begun_anew(filled: Desk) -> None:
    filled.record(SECOND.replace("CM-2", "CM-4").replace("Wellbeing", "Being well"))
    with patch.object(views_seal.Seal, "close", side_effect=MemoryError), suppress(MemoryError):
        filled.run("show")
    result = filled.run("show", "--effective", "2026-11-01")
    assert "the program that was filling them was stopped" in result.stderr
    assert "Being well" in result.stdout and filled.run("views", "check").exit_code == 0


# Checked


def test_a_check_names_what_a_change_did_and_leaves_it_there(filled: Desk) -> None:
    assert filled.json("views", "check")["ok"] is True
    altered(filled, "UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title' AND id = 'wellbeing'")
    for _ in range(2):
        found = filled.json("views", "check", code=3)
        assert any("Forged" in damage["found"] for damage in found["damage"])
    assert "Forged" not in filled.run("show").stdout


def test_a_check_stands_at_one_position_while_the_ledger_grows(filled: Desk) -> None:
    from ledger.application import Ledger
    from projections.views.read_model import Views

    with Ledger.open(filled.ledger, read_only=True) as ledger, Views(ledger, filled.folder.parent / "views") as views:
        numbers = iter(range(4, 10))

        def record_one(_: int = 0) -> None:
            number = next(numbers, None)
            if number is not None:
                filled.record(SECOND.replace("CM-2", f"CM-{number}").replace("Wellbeing", f"Title {number}"))
                filled.run("show")  # another program catches up

        assert list(_each(views.check(record_one), record_one)) == []
        assert ledger.head().position > 8


def _each(found: Iterator[object], then: Callable[[], object]) -> Iterator[object]:
    then()
    for one in found:
        then()
        yield one


def test_what_was_touched_and_not_changed_is_no_damage(filled: Desk) -> None:
    os.utime(views_of(filled))
    assert filled.json("views", "check") == {"ok": True, "damage": []}


# Lines that were altered


def test_an_altered_line_is_refused_by_its_position_and_no_views_are_filled_from_it(filled: Desk) -> None:
    shutil.rmtree(filled.folder.parent / "views")
    with closing(sqlite3.connect(filled.ledger, isolation_level=None)) as db:
        guards = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(
            "UPDATE events SET line = CAST(replace(CAST(line AS TEXT), 'Health', 'Wealth') AS BLOB) WHERE position = 2"
        )
    for command in (["show"], ["why", "wellbeing"], ["snapshot", "-o", "s.json"], ["notices"]):
        refused(filled.run(*command), "position 2", code=3)
    assert not (filled.folder / "s.json").exists()
    status = json.loads(filled.run("views", "status", "--format", "json").stdout)
    assert status["position"] == 0


# All kinds of mutations


def test_no_mutation_of_the_views_hangs_leaves_a_trace_or_changes_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", "")  # the campaign sets it, and it is as before afterwards
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "")
    counted = campaign_views.campaign(1, range(38), told=lambda said: None)
    assert sum(counted.values()) == 38 and {kind for kind, _ in counted} == set(MUTATIONS)


def test_the_campaign_sees_an_answer_that_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where views are read whatever became of their file, which they once were, it says so."""
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", "")
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "")

    def forged(path: Path, random: Random) -> str:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE rows SET value = '\"Forged\"' WHERE attribute = 'title'")
        return "every title forged"

    with (
        patch.object(views_sealed.SealedFile, "_fault", lambda _: ""),
        pytest.raises(AssertionError, match="is another: .* became .*Forged"),
    ):
        campaign_views.campaign(1, range(1), {"forged": forged}, told=lambda said: None)


def test_pages_that_rot_unseen_are_noticed_when_they_cannot_be_read(filled: Desk) -> None:
    """Bytes that change and move no time: the file is sealed, and yet it cannot be read to its end."""
    before, path = answers(filled), views_of(filled)
    with closing(ViewsFile(path, path.stem)) as file:
        contents = file.contents()
    with path.open("r+b") as raw:
        raw.seek(4096 * 2)  # the pages after those of the schema and of how far it is filled
        raw.write(b"\xff" * 4096 * 6)
    views_seal.Seal(path).close(path.stat().st_ino, contents)
    first = filled.run("show", "--effective", "2026-11-01")
    assert (first.exit_code, first.stdout) == (0, before[0]) and "filled anew" in first.stderr
    assert answers(filled) == before
    assert filled.run("views", "check").exit_code == 0
