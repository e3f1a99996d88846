"""Copies of the house with something added to it, and its commands run there as a person would run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from support.command_line import ROOT

PACKAGES = ("ledger", "projections", "commands")
_RUNS = """
import json, sys
from click.testing import CliRunner
from commands.main import cli
answers = []
for arguments in json.load(sys.stdin):
    result = CliRunner().invoke(cli, arguments, prog_name="cluster-ledger")
    answers.append([result.exit_code, result.output + (repr(result.exception) if result.exit_code == 70 else "")])
print(json.dumps(answers))
"""


class Printed(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    text: str


def house(folder: Path, additions: Mapping[str, str]) -> Path:
    """Return the folder of a copy of the packages, with each text of `additions` added to the file of its path.

    A file that is not there is made.
    """
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    for path, text in additions.items():
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(text)
    return folder


def put(copy: Path, path: str, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which stands once in a file of a copy."""
    text = (copy / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} has {text.count(old)} times {old}"
    (copy / path).write_text(text.replace(old, new), encoding="utf-8")


def python(copy: Path, script: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Return how a script ended that ran on a copy, in a folder of its own."""
    place = copy / "work"
    place.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTER_LEDGER")}
    environment |= {"PYTHONPATH": str(copy), "HOME": str(place), "CLUSTER_LEDGER_VIEWS": str(place / "views")}
    environment |= {"CLUSTER_LEDGER_STATE": str(place / "state")}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=place, env=environment, input=given, capture_output=True, text=True
    )


def run(copy: Path, commands: Sequence[Sequence[str]]) -> list[Printed]:
    """Return what each command printed on a copy, in one process and in order."""
    done = python(copy, _RUNS, json.dumps([list(arguments) for arguments in commands]))
    assert done.returncode == 0, done.stderr
    return [Printed(code, text) for code, text in json.loads(done.stdout)]
