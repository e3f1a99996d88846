"""What the repository promises about itself: exact pins, and scripts that fail when they should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from shared_files import VARIABLE, shared

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"([A-Za-z0-9._-]+)==[0-9][0-9A-Za-z.+]*")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def test_the_constraints_are_exact_versions_and_nothing_else() -> None:
    assert [line for line in pins() if not PIN.fullmatch(line)] == []


def test_every_requirement_of_the_program_and_its_tools_is_pinned(project: dict[str, Any]) -> None:
    asked = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    names = {normal(re.split(r"[<>=\[ ]", line)[0]) for line in asked}
    assert names - {normal(line.partition("==")[0]) for line in pins()} == set()


def test_the_scripts_can_be_run_as_they_are() -> None:
    assert [name for name in ("scripts/test", "scripts/check", ".ci/run") if not os.access(ROOT / name, os.X_OK)] == []


@pytest.mark.parametrize(("tool", "answer"), [("pytest", 5), ("pytest", 1), ("mypy", 1), ("lint-imports", 1)])
def test_ci_fails_when_any_tool_fails_or_no_test_is_collected(tmp_path: Path, tool: str, answer: int) -> None:
    """The real scripts run over stand-ins for the tools, of which one gives `answer`."""
    for name in (
        "scripts/_environment",
        "scripts/test",
        "scripts/check",
        ".ci/run",
        "pyproject.toml",
        "constraints.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)

    def run(failing: str, code: int) -> subprocess.CompletedProcess[str]:
        stand_ins(tmp_path / ".venv/bin", failing, code)
        return subprocess.run([".ci/run"], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    assert run("none", 0).returncode == 0
    assert run(tool, answer).returncode == 1


def stand_ins(folder: Path, failing: str, code: int) -> None:
    """Tools that do nothing, in an environment that the scripts take for finished."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ruff", "mypy", "lint-imports", "python"):
        fails = f'[ "{name}" = "{failing}" ] && exit {code}'
        if name == "python":
            fails = f'[ "$2" = "{failing}" ] && exit {code}'
        (folder / name).write_text(f"#!/bin/sh\n{fails}\nexit 0\n")
        (folder / name).chmod(0o755)
    top = folder.parents[1]
    files = " ".join(("pyproject.toml", "constraints.txt", "scripts/_environment"))
    stamp = f'{{ pwd; printf "%s\\n" "${{PYTHON:-}}"; cat {files}; }} | cksum > .venv/stamp'
    subprocess.run(["sh", "-c", stamp], cwd=top, check=True)


def test_shared_files_are_found_by_the_variable_and_skipped_with_a_reason_where_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.json").write_text("{}")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert shared("here.json") == tmp_path / "here.json"
    with pytest.raises(pytest.skip.Exception, match=rf"absent\.json is not here; set \${VARIABLE}"):
        shared("absent.json")
