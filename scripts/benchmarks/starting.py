"""The wait before anything happens: whole processes, beside Python importing click alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, price
from benchmarks.rounds import in_turn

ROUNDS = 41


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure the help of the program."""
    program = Path(sys.executable).with_name("cluster-ledger")
    ours = [str(program), "--help"] if program.exists() else [sys.executable, "-m", "commands.main", "--help"]
    sides = {"ours": _process(ours), "click": _process([sys.executable, "-c", "import click"])}
    took = in_turn(sides, max(2, round(ROUNDS * size)))
    return [price("cluster-ledger --help", took["ours"], "python -c 'import click'", took["click"], 2)]


def _process(command: list[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
