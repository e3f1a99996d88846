"""Hard days: whatever disk, folder or reader of an answer do, one sentence says it, and nothing is half done."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.command_line import SECOND, Desk, refused


def written(desk: Desk) -> set[str]:
    """The names on a desk, without what ends with the program that has the ledger open."""
    return {path.name for path in desk.folder.iterdir() if not path.name.endswith(("-wal", "-shm", "-queue"))}


@pytest.mark.parametrize("with_log", [True, False])
def test_a_file_copied_while_it_is_written_is_whole_with_its_log_and_older_without(desk: Desk, with_log: bool) -> None:
    desk.record()
    with closing(sqlite3.connect(desk.ledger)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()  # so that nothing is folded in
        desk.record(SECOND)
        shutil.copy(desk.ledger, "taken.ledger")
        if with_log:
            shutil.copy(f"{desk.ledger}-wal", "taken.ledger-wal")
    result = desk.run("--ledger", "taken.ledger", "verify")
    assert result.exit_code == 0 and ("9 events" if with_log else "5 events") in result.stdout
    told = desk.run("--ledger", "taken.ledger", "show").stderr
    assert ("This is an older copy of the ledger" in told) == (not with_log)


@pytest.mark.parametrize("words", [("doctor",), ("show",), ("log",), ("backup", "-o", "b"), ("restore", "a", "r")])
def test_an_output_that_takes_nothing_is_said_once_and_what_was_made_stands_whole(
    desk: Desk, words: tuple[str, ...]
) -> None:
    assert desk.record().run("backup", "-o", "a").exit_code == 0
    with open("/dev/full", "w") as full:
        ended = desk.process(*words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 1 and "The answer could not be printed" in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr
    if words[0] in ("backup", "restore"):
        made = words[-1]
        assert f'"{made}" is' in ended.stderr and desk.json("--ledger", made, "verify")["ok"]
    assert not [name for name in written(desk) if name.startswith(".")]


@pytest.mark.parametrize("words", [("doctor",), ("backup", "-o", "b")])
def test_a_reader_that_went_away_is_no_fault(desk: Desk, words: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = desk.process(*words, capture_output=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert ended.returncode == 141 and "Traceback" not in ended.stderr


@pytest.mark.parametrize("words", [("backup", "-o", "gone/b"), ("restore", "b", "gone/r"), ("backup", "-o", "gone/")])
def test_a_folder_that_is_not_there_is_named_and_nothing_is_made(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run("backup", "-o", "b").exit_code == 0
    before = written(desk)
    refused(desk.run(*words), "gone/", "No such file or directory")
    assert written(desk) == before


def test_a_working_folder_that_has_gone_is_said(desk: Desk) -> None:
    gone = desk.folder / "gone"
    gone.mkdir()
    program = "import os, sys; os.rmdir(os.getcwd()); from commands.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "--ledger", "a.ledger", "backup", "-o", "b"]
    ended = subprocess.run(command, cwd=gone, env=desk.environment(), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr and "fault of" not in ended.stderr, ended.stderr


def test_a_folder_that_may_not_be_written_is_said_to_an_ordinary_user(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.record().run("backup", "-o", "b").exit_code == 0
    assert desk.run("restore", "b", "warm.ledger").exit_code == 0  # so that all is loaded that a user may not read
    with TemporaryDirectory() as name:
        for one in ("b", "b.manifest.json", "government.ledger"):
            shutil.copy(one, name)
        monkeypatch.chdir(name)
        monkeypatch.setenv("CLUSTER_LEDGER_STATE", f"{name}/nowhere/state")
        Path("shut").mkdir()
        Path("shut").chmod(0o555)
        Path(name).chmod(0o755)
        for words in (("backup", "-o", "shut/x"), ("restore", "b", "shut/r")):
            said = as_nobody(desk, *words)
            assert said.startswith("1 ") and "Permission denied" in said and "fault of" not in said, said
            assert list(Path("shut").iterdir()) == []


def as_nobody(desk: Desk, *words: str) -> str:
    """Run the program in a child of this process that is no superuser; return its exit code and what it said."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setuid(pwd.getpwnam("nobody").pw_uid)
            result = desk.run(*words)
            os.write(write, f"{result.exit_code} {result.output}".encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with open(read) as answer:
        return answer.read()
