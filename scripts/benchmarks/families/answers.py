"""Answers about one thing: they cost what they print, however long the record is."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, price
from benchmarks.government import WATCHED
from benchmarks.rounds import in_turn
from benchmarks.session import Session

ROUNDS = 7
_LEAST = 100  # events: a tenth of fewer is no record
ASKED = {"show": "show ID", "matrix": "matrix CLUSTER", "why": "why ID", "history": "history ID"}


def figures(session: Session) -> Iterator[Figure]:
    """Measure each as a whole process, of a cluster that changes as often in either record."""
    for events in session.sizes:
        if events < _LEAST:
            continue
        many, few = session.desk(events), session.desk(events // 10)
        for command, name in ASKED.items():
            sides = {"many": many.asks(command, WATCHED), "few": few.asks(command, WATCHED)}
            took = in_turn(sides, session.rounds(ROUNDS))
            yield price(name, events, took["many"], f"out of {events // 10:,} events", took["few"], 1.3)
