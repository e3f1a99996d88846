"""Sides that are whole processes: commands of the program, and Python beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.figures import Cost
from benchmarks.rounds import Side

ROOT = Path(__file__).resolve().parents[2]
_PROBE = Path(__file__).with_name("probe.py")
_OURS = ("CLUSTER_LEDGER", "XDG_", "PYTHONDONTWRITEBYTECODE")  # a start that compiles every module is not measured


def python(*arguments: str, checkout: Path = ROOT, more: Mapping[str, str] | None = None) -> Side:
    """Return a side that runs Python on `arguments`, with a checkout of the project on its path.

    It raises `RuntimeError` where the process ends with another exit code than 0, with what it said.
    """
    return lambda: run([sys.executable, *arguments], environment_of(checkout, more or {}), checkout)


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Cost:
    """Run a command to its end in a folder, where `python -m` looks first; return what it took."""
    with TemporaryDirectory(prefix="cluster-ledger-probe-") as apart:
        answer, said = Path(apart, "answer"), Path(apart, "said")
        probe = [sys.executable, "-S", "-E", str(_PROBE), str(answer), *command]
        with said.open("wb") as errors:
            subprocess.run(probe, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=errors)
        found = json.loads(answer.read_text())
        if found["code"]:
            raise RuntimeError(f"{' '.join(command[1:])} ended with {found['code']}: {said.read_text()[-2000:]}")
        return Cost(**found["took"])


def environment_of(checkout: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process that runs code of a checkout: nothing of whoever runs the benchmark."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    path = os.pathsep.join((str(checkout), str(checkout / "scripts")))
    return {**kept, "PYTHONPATH": path, **more}


class Desk(NamedTuple):
    """A ledger and the folder of its views, and the program that is asked about it."""

    ledger: Path
    views: Path
    checkout: Path = ROOT

    def asks(self, *arguments: str) -> Side:
        """Return a side that runs one command of the program."""
        return python("-m", "commands.main", *arguments, checkout=self.checkout, more=self.variables)

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which the program finds both, and nothing of whoever runs the benchmark."""
        home = str(self.views)
        return {
            "CLUSTER_LEDGER": str(self.ledger),
            "CLUSTER_LEDGER_VIEWS": home,
            "CLUSTER_LEDGER_STATE": home,
            "CLUSTER_LEDGER_RECORDER": "desk",
            "XDG_CONFIG_HOME": home,
            "XDG_CACHE_HOME": home,
        }
