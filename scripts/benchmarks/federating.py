"""A federated snapshot, as one process: `python -m benchmarks.federating TREE ENGINE MEMORY FILE DIR...`.

It verifies archives, begins an engine, asks twice for the structure of all, each time into FILE, and prints after each
step how many rows it found, and what all processes below TREE took. ENGINE is duckdb, or the master of a cluster.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Cost
from benchmarks.processes import ROOT, environment_of
from benchmarks.trees import Reading, reading
from projections.archive.federation.answer import write_federated
from projections.archive.federation.engines import DuckEngine
from projections.archive.federation.sources import sources
from projections.archive.federation.spark import SparkEngine
from projections.archive.federation.statements import FederatedQuestion

DUCKDB = "duckdb"
_QUESTION = FederatedQuestion("structure", "2013-01-01", "2019-01-01")  # half of the past, known when more had come


class Federating(NamedTuple):
    """What the steps took, each with the peak of memory up to its end, and how many rows the answer has."""

    verified: Cost
    begun: Cost
    first: Cost
    second: Cost
    rows: int

    @property
    def asked(self) -> Cost:
        """What the first answer took without the verification of the archives: an engine that begins, and the ask."""
        begun, first = self.begun, self.first
        return Cost(begun.cpu + first.cpu, begun.wall + first.wall, first.peak_mb)

    @property
    def whole(self) -> Cost:
        """What the first answer took as a whole."""
        verified, asked = self.verified, self.asked
        return Cost(verified.cpu + asked.cpu, verified.wall + asked.wall, asked.peak_mb)


def federating(archives: Sequence[Path], engine: str, memory: str, file: Path) -> Federating:
    """Ask archives in a process of its own; a cluster that this process started counts with it."""
    words = [str(os.getpid()), engine, memory, str(file), *map(str, archives)]
    before = reading(os.getpid())
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.federating", *words],
        env=environment_of(ROOT, {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{engine} ended with {done.returncode}: {done.stderr[-2000:]}")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    readings = [before, *(Reading(*step) for step, _ in said)]
    verified, begun, first, second = (after.since(earlier) for earlier, after in pairwise(readings))
    return Federating(verified, begun, first, second, said[-1][1])


def main(tree: int, engine: str, memory: str, file: Path, archives: Sequence[str]) -> None:
    """Do the steps, one after the other."""

    def say(rows: int = 0) -> None:
        print(json.dumps((reading(tree), rows)), flush=True)

    found = sources(archives)
    assert len(found.taken) == len(archives), found.left_out
    say()
    asked = DuckEngine(found.taken, memory) if engine == DUCKDB else SparkEngine(found.taken, engine, memory)
    with asked:
        say()
        for _ in range(2):
            say(write_federated(asked, found, _QUESTION, file, force=True))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5:])
