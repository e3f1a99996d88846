"""Completion: ids by kind, references and names of rules, from views that are filled already, and never a word more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from support.command_line import ROOT, Desk

from commands.keep.completion import BASH
from commands.main import cli
from commands.record.completion import completion_of
from commands.record.verbs import COMMANDS
from commands.session import Session
from ledger.names import KINDS
from projections.views.queries.completions import ANSWERS_MAX

MANY = 1_000
THINGS = ("ageing", "government", "places", "sleep-well", "sleep-well/hours", "wellbeing", "wellbeing/care")
BASH_THERE = shutil.which("bash")


def completed(*words: str) -> list[str]:
    """The answers of the program itself to a line; its last word is what is completed."""
    found = ShellComplete(cli, {"obj": Session()}, "cluster-ledger", "_X").get_completions([*words[:-1]], words[-1])
    return [one.value for one in found]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with the first decisions, an objective, a scale and a signal, and its views filled."""
    desk.record().record("""
        authority: Parliament (illustrative)
        reference: P 2026/2
        effective: 2026-05-01
        changes:
          - {change: establish-cluster, cluster: places, title: Places}
          - {change: observe-signal, signal: ageing, kind: trend, description: People live longer.}
          - {change: define-scale, scale: execution, version: "1", grades: [poor, good]}
          - {change: set-objective, objective: sleep-well/hours, indicator: Hours, definition: Of sleep.}
    """)
    assert desk.run("show").exit_code == 0
    return desk


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        (("show", ""), [*THINGS, "CM-1", "P 2026/2", "constitution"]),
        (("show", "well"), ["wellbeing", "wellbeing/care"]),
        (("why", "wellbeing/"), ["wellbeing/care"]),
        (("history", "P"), ["P 2026/2"]),
        (("matrix", ""), ["places", "wellbeing"]),
        (("cluster", "retitle", ""), ["places", "wellbeing"]),
        (("cluster", "establish", ""), []),
        (("segment", "transfer", ""), ["wellbeing/care"]),
        (("segment", "transfer", "wellbeing/care", "--to", ""), ["places", "wellbeing"]),
        (("mission", "launch", "new", "--segment", "w"), ["wellbeing/care"]),
        (("draft", "add", "mission", "pause", "s"), ["sleep-well"]),
        (("measure", ""), ["sleep-well/hours"]),
        (("assess", "mission", "sleep-well", "--scale", ""), ["execution/1"]),
        (("cluster", "dissolve", "places", "--responds-to", ""), ["ageing"]),
        (("cluster", "merge", "places", "--into", ""), ["places", "wellbeing"]),
        (("rescind", ""), ["CM-1", "P 2026/2", "constitution"]),
        (("strike", "cluster:places@"), ["cluster:places@1"]),
        (("log", "--reference", "C"), ["CM-1"]),
        (("log", "--authority", "Par"), ["Parliament (illustrative)"]),
        (("log", "--thing", "pl"), ["places"]),
        (("overrides", "--rule", "segment-"), ["segment-retired-with-missions"]),
        (("cluster", "dissolve", "x", "--accept", "segment-"), ["segment-retired-with-missions:"]),
        (("show", "zz"), []),
        (("show", "'; DROP TABLE rows; --"), []),
        (("show", "%"), []),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_line_goes_on_with_what_there_is(filled: Desk, line: tuple[str, ...], answers: list[str]) -> None:
    found = completed(*line)
    assert found == answers


def test_another_ledger_on_the_line_is_asked(filled: Desk) -> None:
    assert filled.run("--ledger", "other.ledger", "init", "--government", "Otherland").exit_code == 0
    assert completed("--ledger", "other.ledger", "show", "w") == []
    assert completed("--ledger", "government.ledger", "show", "w") == ["wellbeing", "wellbeing/care"]


def test_drafts_are_completed_and_files_are_left_to_the_shell(filled: Desk) -> None:
    assert filled.run("draft", "new", "--authority", "Council", "--reference", "CM-9").exit_code == 0
    for line in (("record", "c"), ("plan", ""), ("draft", "show", ""), ("draft", "drop", "1", "--draft", "")):
        assert completed(*line) == ["cm-9"]
    [file] = ShellComplete(cli, {"obj": Session()}, "cluster-ledger", "_X").get_completions(["record"], "x")
    assert file.type == "file"


def test_views_that_are_not_filled_stay_so_and_nothing_is_made(desk: Desk) -> None:
    desk.record()
    folder = Path(os.environ["CLUSTER_LEDGER_VIEWS"])
    before = {file.name: file.stat().st_mtime_ns for file in folder.rglob("*")}
    assert completed("show", "w") == []
    assert {file.name: file.stat().st_mtime_ns for file in folder.rglob("*")} == before


def test_views_that_were_altered_answer_nothing_and_are_left_as_they_are(filled: Desk) -> None:
    [views] = Path(os.environ["CLUSTER_LEDGER_VIEWS"]).glob("*.views")
    with views.open("r+b") as file:
        file.seek(5_000)
        file.write(b"\xff" * 100)
    altered = views.read_bytes()
    assert completed("show", "w") == []
    assert views.read_bytes() == altered


@pytest.mark.parametrize("content", [None, b"", b"no ledger", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_where_there_is_no_ledger_nothing_is_said(bare: Desk, content: bytes | None) -> None:
    if content is not None:
        bare.write("government.ledger", content)
    environment = {**bare.environment(), "_CLUSTER_LEDGER_COMPLETE": "zsh_complete"}
    line = {"COMP_WORDS": "cluster-ledger show w", "COMP_CWORD": "2"}
    program = [sys.executable, "-m", "commands.main"]
    answer = subprocess.run(program, cwd=bare.folder, env=environment | line, capture_output=True, check=False)
    assert (answer.stdout, answer.stderr) == (b"\n", b"")
    assert sorted(file.name for file in bare.folder.iterdir()) == ["government.ledger"] * (content is not None)


def test_of_very_many_ids_some_hundred_are_answered(filled: Desk) -> None:
    changes = [{"change": "launch-mission", "mission": f"m-{n:04}", "title": f"M {n}"} for n in range(MANY)]
    many = {"authority": "Council", "reference": "MANY", "effective": "2026-06-01", "changes": changes}
    assert filled.record(json.dumps(many)).run("show").exit_code == 0
    found = completed("show", "m-")
    assert len(found) == ANSWERS_MAX and found == sorted(found)
    assert completed("mission", "pause", "m-0999") == ["m-0999"]
    assert completed("cluster", "retitle", "") == ["places", "wellbeing"]


def test_what_a_read_completes_is_found_without_the_models(filled: Desk) -> None:
    program = """
import contextlib, io, os, sys
from commands.main import main
with contextlib.suppress(SystemExit):
    main(prog_name="cluster-ledger")
print(sum(name == "pydantic" or name.startswith("eventsourcing") for name in sys.modules), "pydantic")
"""
    line = {
        "COMP_WORDS": "cluster-ledger show wellbeing/",
        "COMP_CWORD": "2",
        "_CLUSTER_LEDGER_COMPLETE": "zsh_complete",
    }
    environment = filled.environment() | line
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=filled.folder, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines() == ["plain", "wellbeing/care", "Care", "0 pydantic"]


def test_every_field_that_names_a_thing_is_completed() -> None:
    """What the models say that a change refers to, and its subject where that is there before."""
    missing = [
        (change.NAME, field)
        for change in COMMANDS.changes
        for field in (*(name for name, _ in change.REFERS), *([change.SUBJECT] if change.LIFE != "begins" else []))
        if field and completion_of(change, field) is None
    ]
    assert missing == [] and len(KINDS) == 8


@pytest.mark.skipif(BASH_THERE is None, reason="there is no bash on this machine")
@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        (["show", "wellbeing/"], ["wellbeing/care"]),
        (["strike", "cluster", ":", "places@"], ["places@1"]),
        (["log", "--reference", "P"], ["P\\ 2026/2"]),
        (["log", "--reference", '"P'], ["P 2026/2"]),
        (["log", "--reference", "=", "P"], ["P\\ 2026/2"]),
        (["dra"], ["draft"]),
        (["show", "zz"], []),
    ],
    ids=" ".join,
)
def test_bash_completes_as_it_is_typed(filled: Desk, tmp_path: Path, typed: list[str], answers: list[str]) -> None:
    """Bash takes a colon and an equals sign for words of their own, and a space for the end of one."""
    program = tmp_path / "cluster-ledger"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m commands.main "$@"\n')
    program.chmod(0o755)
    script = 'eval "$(cluster-ledger completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
    script += '_cluster_ledger_completion cluster-ledger; for one in "${COMPREPLY[@]}"; do echo "$one"; done'
    environment = filled.environment() | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [str(BASH_THERE), "-c", script, "bash", "cluster-ledger", *typed],
        cwd=filled.folder, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (answer.stdout.splitlines(), answer.stderr) == (answers, "")


def test_the_script_of_each_shell_is_printed(bare: Desk) -> None:
    assert bare.run("completion", "bash").stdout == f"{BASH}\n"
    for shell, word in (("zsh", "#compdef cluster-ledger"), ("fish", "complete --no-files --command cluster-ledger")):
        assert word in bare.run("completion", shell).stdout
