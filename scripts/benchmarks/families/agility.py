"""Metrics of agility for every cluster and the government, beside a bare read of the rows they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, limit, price
from benchmarks.processes import python
from benchmarks.rounds import in_turn
from benchmarks.session import Session

ROUNDS = 3
_LONG = 1_000_000  # events from which one round is enough


def figures(session: Session) -> Iterator[Figure]:
    """Measure one run of all metrics, beside a read of the same rows that nothing is made of."""
    for events in session.sizes:
        desk = session.desk(events)
        (views,) = desk.views.glob("*.views")
        sides = {
            "ours": desk.asks("agility", "--each", "--format", "json"),
            "bare": python("-m", "benchmarks.floors", "rows", str(views)),
        }
        took = in_turn(sides, session.rounds(ROUNDS if events < _LONG else 1))
        yield price("all metrics, each cluster", events, took["ours"], "a bare read of the rows", took["bare"], 3)
        yield limit("memory of all metrics", events, took["ours"], 250)
