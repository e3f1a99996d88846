"""A campaign over archives: the product's own snapshots, DuckDB and Spark have one hash at pairs of times.

`scripts/campaign archives --seed 1 --size 20` takes 20 generated ledgers at 50 pairs, and a real register where it is
at hand. Spark is asked on a cluster of two workers where pyspark and Java are, and it is said where they are not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from support.clusters import cluster
from support.federations import assert_one_hash, federation, pairs

from projections.archive.federation.engines import DuckEngine, Engine
from projections.archive.federation.sources import sources
from projections.archive.federation.spark import SparkEngine

EVENTS, PAIRS = 300, 50


def main(arguments: list[str]) -> int:
    """Hold answers over ledgers made from a seed; return 1 where a pair of times has two hashes."""
    parser = argparse.ArgumentParser(prog="scripts/campaign archives")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=20, help="How many ledgers are generated.")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="cluster-ledger-campaign-") as folder:
        return compare(Path(folder), asked.seed, asked.size)


def compare(folder: Path, seed: int, size: int) -> int:
    """Ask every engine that is at hand, and print how many rows were held."""
    with ExitStack() as stack:
        archives, views = stack.enter_context(federation(folder, size, EVENTS, seed))
        found = sources(archives)
        engines: dict[str, Engine] = {"DuckDB": stack.enter_context(DuckEngine(found.taken))}
        if find_spec("pyspark") and shutil.which("java"):
            (folder / "cluster").mkdir()
            master = stack.enter_context(cluster(folder / "cluster"))
            engines["Spark"] = stack.enter_context(SparkEngine(found.taken, master, "512MB"))
        else:
            print("Spark is not asked: pyspark or Java is not here (scripts/test-spark makes .venv-spark).")
        for name, engine in engines.items():
            try:
                sizes = assert_one_hash(engine, found, views, pairs(PAIRS))
            except AssertionError as error:
                print(f"{name} and the product differ at {error}.")
                return 1
            print(f"{name} and the product: one hash at {len(sizes)} pairs of times, {sum(sizes):,} rows.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
