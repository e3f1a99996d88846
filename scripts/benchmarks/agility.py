"""Metrics of agility for every cluster and the government, beside a bare read of the rows they are made of."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from benchmarks.agility_past import MISSIONS, SEGMENTS, write
from benchmarks.figures import Figure, price
from benchmarks.rounds import in_turn
from benchmarks.sealing import seal
from ledger.application import Ledger
from ledger.events.envelope import Recorder
from ledger.timeline import day_of
from projections.agility.figures import Window
from projections.agility.query import clusters, metrics
from projections.agility.query import figures as figures_of
from projections.agility.reading import record_at
from projections.views.batch import Batch
from projections.views.file import ViewsFile
from projections.views.read_model import Views

EVENTS, CLUSTERS, ROUNDS = 1_000_000, 1_000, 1
_FOUNDING = 1 + SEGMENTS + 3 * MISSIONS  # events without which a cluster is not yet one
_WINDOW = Window(day_of("2004-01-01"), day_of("2031-01-01"))
_ROWS = (
    "SELECT kind, id, attribute, value, effective_from, effective_to, set_by, ended_by FROM rows",
    "SELECT first, last, recorded_day, decided_day, has_document, responds_to, review_day FROM decided",
    "SELECT first, authority, reference FROM decisions",
    "SELECT position, type, decision FROM events",
)


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure one run of all metrics, over one window, beside a read of the same rows that nothing is made of."""
    many = max(2, round(CLUSTERS * size))
    path = folder / "filled.views"
    recorder = Recorder(id="desk", basis="configured")
    ledger = Ledger.create(folder / "ours.ledger", government="Exampleland", recorder=recorder)
    head = ledger.known()
    file = ViewsFile(path, ledger.government.ledger_id)
    with file.writing():
        file.put(Batch(), head.position, head.root)
    known = write(path, many, max(_FOUNDING * many, round(EVENTS * size)))
    seal(path, file.ledger_id)
    with Views(ledger, file=file) as views:
        took = in_turn({"ours": lambda: every(views, known, many), "bare": lambda: read(path)}, ROUNDS)
    ledger.close()
    name = f"{len(metrics())} metrics, {many:,} clusters, {known:,} events"
    return [price(name, took["ours"], "a bare read of their rows", took["bare"], 12, "s")]


def every(views: Views, known: int, many: int) -> None:
    """Read the record once, and compute every metric of the government and of every cluster."""
    record = record_at(views, known, _WINDOW.end - 1)
    of = clusters(record)
    found = sum(1 for _ in figures_of(record, list(metrics().values()), [_WINDOW], [None, *of]))
    assert len(of) == many and found == len(metrics()) * (many + 1)


def read(path: Path) -> None:
    """Read the same rows, all columns, and hold them."""
    db = sqlite3.connect(path)
    held = [db.execute(sql).fetchall() for sql in _ROWS]
    assert all(held)
    db.close()
