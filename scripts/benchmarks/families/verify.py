"""Verification of every stored byte, beside reading and hashing it once."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, price
from benchmarks.processes import python
from benchmarks.rounds import in_turn
from benchmarks.session import Session

ROUNDS = 5
_LONG = 1_000_000  # events from which one round is enough


def figures(session: Session) -> Iterator[Figure]:
    """Measure the command beside a process that does the least."""
    for events in session.sizes:
        desk = session.desk(events)
        hashing = python("-m", "benchmarks.floors", "hashes", str(desk.ledger))
        took = in_turn({"ours": desk.asks("verify"), "bare": hashing}, session.rounds(ROUNDS if events < _LONG else 1))
        yield price("verify", events, took["ours"], "reading and hashing once", took["bare"], 6)
