"""A decision recorded by a new process, where much was recorded before that it has nothing to do with."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.crowds import CLUSTER, Crowd, long_cluster, nothing_more, signals
from benchmarks.figures import Figure, price
from benchmarks.processes import Desk
from benchmarks.retitling import retitling
from benchmarks.rounds import in_turn
from benchmarks.session import Session, made

ROUNDS = 15
MANY = 10_000  # of signals, or of events of the one cluster


def figures(session: Session) -> Iterator[Figure]:
    """Measure the same decision into three ledgers: an empty one, one of many signals, one of a long cluster."""
    for events in session.sizes:
        many = min(MANY, events)
        crowds = {"empty": nothing_more(), "signals": signals(many), "events": long_cluster(many)}
        sides = {name: retitling(_desk(session, name, crowd), CLUSTER) for name, crowd in crowds.items()}
        took = in_turn(sides, session.rounds(ROUNDS))
        for name, of in (("signals", "signals"), ("events", "events of the cluster")):
            yield price(f"record cold, {many:,} {of}", many, took[name], "an empty ledger", took["empty"], 1.15)
        if many == MANY:
            return  # no size beyond says more


def _desk(session: Session, name: str, crowd: Crowd) -> Desk:
    folder = session.own_folder(f"cold-{name}")
    desk = Desk(made(folder / "ours.ledger", crowd), folder)
    desk.asks("views", "rebuild")()
    return desk
