"""The start of a command: what it loads, by what it needs. Modules are counted, and never time."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.command_line import Desk

MODELS, EVENT_STORE, DOCUMENTS, TABLES = "pydantic", "eventsourcing", "yaml", "rich"
# By command: what it must not load, and how many modules of ours it may. A number that grows says that a module was
# given to everybody which only some need: look for the import, and put what the command needs in a room of its own.
LOADED = {
    ("--help",): ((MODELS, EVENT_STORE, DOCUMENTS, TABLES), 12),
    ("show",): ((MODELS, EVENT_STORE, DOCUMENTS, TABLES), 111),
    ("show", "wellbeing"): ((MODELS, EVENT_STORE, DOCUMENTS, TABLES), 111),
    ("why", "wellbeing"): ((MODELS, EVENT_STORE, DOCUMENTS, TABLES), 110),
    ("history", "wellbeing"): ((EVENT_STORE, DOCUMENTS, TABLES), 200),
    ("log",): ((EVENT_STORE, DOCUMENTS, TABLES), 199),
    ("matrix",): ((EVENT_STORE, DOCUMENTS, TABLES), 204),
    ("agility",): ((EVENT_STORE, DOCUMENTS, TABLES), 230),
    ("notices",): ((EVENT_STORE, DOCUMENTS, TABLES), 199),
    ("verify",): ((EVENT_STORE, DOCUMENTS, TABLES), 199),
}
PROGRAM = """
import contextlib, io, json, sys
from commands.main import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:], prog_name="cluster-ledger")
print(json.dumps(sorted(sys.modules)))
"""
RETITLE = ("cluster", "retitle", "wellbeing", "--title", "Living well", "--authority", "Council", "--reference", "CO-9")
# The header and change of the decision, and who records it: what is read of the ledger is read without models.
BUILT = {"Header", "Recorder", "RetitleCluster"}
BUILDING = (
    PROGRAM
    + """
from ledger.events.types import Model
models = [Model]
for model in models:
    models += model.__subclasses__()
print(json.dumps([model.__name__ for model in models if model.__pydantic_complete__]))
"""
)


def modules(desk: Desk, *command: str) -> set[str]:
    """Return the modules that a command loaded in a process of its own."""
    return set(json.loads(lines(desk, PROGRAM, *command)[-1]))


def lines(desk: Desk, program: str, *command: str) -> list[str]:
    """Return what a program of Python, given a command, says in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=desk.folder,
        env=desk.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.splitlines()


@pytest.mark.parametrize("command", LOADED, ids=" ".join)
def test_a_command_loads_no_more_than_it_needs(desk: Desk, command: tuple[str, ...]) -> None:
    assert desk.record().run("views", "check").exit_code == 0  # they are filled
    forbidden, most = LOADED[command]
    found = modules(desk, *command)
    assert "click" in found  # it ran at all
    assert found.intersection(forbidden) == set()
    ours = [name for name in found if name.partition(".")[0] in ("ledger", "projections", "commands")]
    assert len(ours) <= most, sorted(ours)


def test_a_decision_builds_no_model_but_its_own(desk: Desk) -> None:
    assert desk.record().run("views", "check").exit_code == 0
    built = json.loads(lines(desk, BUILDING, *RETITLE, "--effective", "2026-05-01")[-1])
    assert set(built) == BUILT
    assert "Living well" in desk.run("show", "wellbeing", "--effective", "2026-06-01").stdout


def test_views_that_are_behind_are_filled_by_what_is_loaded_then(desk: Desk) -> None:
    assert desk.record().run("views", "check").exit_code == 0
    desk.record("""
        authority: Cabinet Office
        reference: CO-2
        effective: 2026-05-01
        changes: [{change: retitle-cluster, cluster: wellbeing, title: Wellbeing for all}]
    """)
    assert MODELS in modules(desk, "show", "wellbeing")
    assert MODELS not in modules(desk, "show", "wellbeing")
    assert "Wellbeing for all" in desk.run("show", "wellbeing").stdout


def test_what_is_recorded_once_the_views_were_found_filled_is_answered_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program may record between that look and the question."""
    assert desk.record().run("views", "check").exit_code == 0
    desk.record("""
        authority: Cabinet Office
        reference: CO-2
        effective: 2026-05-01
        changes: [{change: retitle-cluster, cluster: wellbeing, title: Wellbeing for all}]
    """)
    monkeypatch.setattr("projections.views.filled.are_filled", lambda file, head: True)
    for command in ("show", "why"):
        assert "Wellbeing for all" in desk.run(command, "wellbeing", "--effective", "2026-06-01").stdout
