"""A campaign over archives: the product's own snapshots, DuckDB and Spark have one hash at pairs of times.

`scripts/campaign archives --seed 1 --size 20` takes 20 generated ledgers at 50 pairs, and a real register where it is
at hand. Spark is asked on a cluster of two workers where pyspark and Java are, and it is said where they are not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from benchmarks.peers.clusters import cluster
from support.federations import Federation, Pair, assert_one_answer, assert_one_hash, federation, pairs
from support.jobcentres import GOVERNMENT, TIMEZONE, jobcentres

from projections.archive.federation.engines import DuckEngine, Engine
from projections.archive.federation.sources import sources
from projections.archive.federation.spark import SparkEngine

EVENTS, PAIRS = 300, 50
YEARS = (2016, 5)  # of the real register, and a little before and after


def main(arguments: list[str]) -> int:
    """Hold answers over ledgers made from a seed; return 1 where a pair of times has two hashes."""
    parser = argparse.ArgumentParser(prog="scripts/campaign archives")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=20, help="How many ledgers are generated.")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="cluster-ledger-campaign-") as folder, ExitStack() as stack:
        master = _master(Path(folder), stack)
        try:
            with federation(_made(folder, "generated"), asked.size, EVENTS, asked.seed) as found:
                compare(f"{asked.size} generated ledgers", found, master, pairs(PAIRS, asked.seed))
            _compare_real(_made(folder, "real"), master, asked.seed)
        except AssertionError as error:
            print(f"Two answers differ: {error}.")
            return 1
    return 0


def _made(folder: str, name: str) -> Path:
    place = Path(folder, name)
    place.mkdir()
    return place


def _master(folder: Path, stack: ExitStack) -> str | None:
    if find_spec("pyspark") and shutil.which("java"):
        return stack.enter_context(cluster(_made(str(folder), "cluster")))
    print("Spark is not asked: pyspark or Java is not here (scripts/test-spark makes .venv-spark).")
    return None


def _compare_real(folder: Path, master: str | None, seed: int) -> None:
    try:
        documents = jobcentres(folder)
    except pytest.skip.Exception as absent:
        print(f"The real register is left out: {absent}")
        return
    with closing(Federation(folder)) as real:
        real.add(GOVERNMENT, TIMEZONE, documents)
        compare("the jobcentre registers", real, master, pairs(PAIRS, seed, YEARS))


def compare(what: str, held: Federation, master: str | None, at: Sequence[Pair]) -> None:
    """Ask every engine that is at hand, and print how many rows were held; raises `AssertionError`."""
    found = sources(held.archives)
    assert len(found.taken) == len(held.archives), found.left_out
    with ExitStack() as stack:
        engines: list[Engine] = [stack.enter_context(DuckEngine(found.taken))]
        if master is not None:
            engines.append(stack.enter_context(SparkEngine(found.taken, master, "512MB")))
        names = ", ".join(["the product", "DuckDB", "Spark"][: len(engines) + 1])
        sizes = assert_one_hash(engines, found, held.views, at)
        print(f"{what}, {names}: one hash at {len(sizes)} pairs of times, {sum(sizes):,} rows.", flush=True)
        others = assert_one_answer(engines, found, at[:: max(1, len(at) // 5)])
        print(f"{what}: every other question, {others:,} rows in one order.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
