"""The archive of a ledger, beside bare DuckDB writing the same rows out of its own tables: both whole processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Cost, Figure, missing, price
from benchmarks.peers.absence import PeerAbsent, need
from benchmarks.processes import Desk, python
from benchmarks.rounds import Side, in_turn
from benchmarks.session import Session

ROUNDS = 3
_LONG = 1_000_000  # events from which one round is enough
_NAME, _BESIDE = "archive, all of it", "bare DuckDB, the same rows"


def figures(session: Session) -> Iterator[Figure]:
    """Measure the first archive of a ledger, whose views are filled."""
    for events in session.sizes:
        try:
            need("duckdb", "duckdb")
        except PeerAbsent as absent:
            yield missing(_NAME, events, _BESIDE, str(absent))
            continue
        folder, desk = session.own_folder("archived"), session.desk(events)
        ours, bare = folder / "ours", folder / "bare"
        desk.asks("archive", "-o", str(ours))()
        database = folder / "rows.duckdb"
        python("-m", "benchmarks.copying", "load", str(ours), str(database))()
        writing = python("-m", "benchmarks.copying", "write", str(database), str(bare))
        sides = {"ours": _anew(_archiving(desk, ours), ours), "bare": _anew(writing, bare)}
        took = in_turn(sides, session.rounds(ROUNDS if events < _LONG else 1))
        yield price(_NAME, events, took["ours"], _BESIDE, took["bare"], 2)
        yield price(_NAME, events, took["ours"], _BESIDE, took["bare"], 2, measure="peak_mb")
        shutil.rmtree(folder)


def _archiving(desk: Desk, folder: Path) -> Side:
    return desk.asks("archive", "-o", str(folder))


def _anew(side: Side, folder: Path) -> Side:
    """Return a side that finds an empty folder each time."""

    def run() -> Cost:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return side()

    return run
