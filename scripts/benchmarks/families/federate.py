"""The structure of many governments at one point of both times, over their archives: DuckDB alone, and beside it Spark.

Ten times as many bitemporal rows as the largest size has events, in archives of a tenth of its events each; and a tenth
of the rows, in fewer of them. They are likenesses of one archive (`benchmarks.likenesses`). Cold is a process of its
own, which verifies them before; warm is asked once more in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.federating import DUCKDB, Federating, federating
from benchmarks.figures import Figure, limit, missing, price
from benchmarks.peers.absence import PeerAbsent, need
from benchmarks.peers.clusters import cluster
from benchmarks.session import Session

_MEMORY, _LITTLE = "2GB", "512MB"
_WORKER_MB = 2_560  # what a worker gives to an executor: its memory, and what Java takes beside it
_PROGRAM_MB = 250  # of Python and the libraries, beside what the engine is given
_SPARK = "Spark, two workers"
_COLD, _WARM = "federated structure, cold", "federated structure, warm"


def figures(session: Session) -> Iterator[Figure]:
    """Measure the first answer of a process and the second, in more and less memory, and on a cluster."""
    most = max(session.sizes)
    sizes = (most, most * 10)
    try:
        need("duckdb", "duckdb")
        archives = [_archives(session, max(100, most // 10), rows) for rows in sizes]
        few, many = (_asked(session, found, DUCKDB) for found in archives)
        little = _asked(session, archives[1], DUCKDB, _LITTLE)
    except PeerAbsent as absent:
        yield missing(_COLD, most * 10, "itself without verifying before", str(absent))
        return
    name = f"{_COLD}, {many.rows:,} rows"
    yield price(name, most * 10, many.whole, "itself without verifying before", many.asked, 3)
    each = f"out of {most:,} rows, each"
    yield price(f"{_WARM}, each row", most * 10, many.second.each(many.rows), each, few.second.each(few.rows), 1.3)
    assert little.rows == many.rows
    yield price(f"{_WARM}, within {_LITTLE}", most * 10, little.second, f"within {_MEMORY}", many.second, 2)
    yield limit(f"{_WARM}, within {_LITTLE}", most * 10, little.second, 512 + _PROGRAM_MB)
    try:
        with _spark(session) as master:
            found = [_asked(session, one, master) for one in archives]
    except PeerAbsent as absent:
        yield missing(_COLD, most * 10, _SPARK, str(absent))
        return
    for rows, duck, spark in zip(sizes, (few, many), found, strict=True):
        assert duck.rows == spark.rows
        yield price(_COLD, rows, duck.whole, _SPARK, spark.whole, 1)
        yield price(f"{_COLD}, not verified", rows, duck.asked, _SPARK, spark.asked, 1)
        yield price(_WARM, rows, duck.second, _SPARK, spark.second, 1)
        yield price(_WARM, rows, duck.second, _SPARK, spark.second, 1, measure="peak_mb")
        yield limit("Spark begins", rows, spark.begun, 10, measure="wall")


def _archives(session: Session, events: int, rows: int) -> list[Path]:
    """Return archives of so many bitemporal rows together, each of a ledger of so many events."""
    from benchmarks.likenesses import like  # it stands on DuckDB

    folder = session.own_folder(f"archives-{rows}")
    original = folder / "0.archive"
    session.desk(events).asks("archive", "-o", str(original))()
    return like(original, folder, rows)


def _asked(session: Session, archives: Sequence[Path], engine: str, memory: str = _MEMORY) -> Federating:
    return federating(archives, engine, memory, session.folder / "answer.parquet")


@contextmanager
def _spark(session: Session) -> Iterator[str]:
    """Give the address of a cluster of two workers; raises `PeerAbsent` where none can be had."""
    need("pyspark", "pyspark")
    if not shutil.which("java"):
        raise PeerAbsent("Java is not here")
    with cluster(session.own_folder("cluster"), memory_mb=_WORKER_MB, short=False) as master:
        yield master
