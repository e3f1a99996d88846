"""The first answer after an import: all views filled from the log, here and by an older checkout."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, limit, missing, speed
from benchmarks.processes import Desk
from benchmarks.rounds import in_turn
from benchmarks.session import Session

ROUNDS = 3
_BESIDE = "an older checkout"
_ABSENT = "name an older checkout with --beside"
_LONG = 1_000_000  # events from which one round is enough


def figures(session: Session) -> Iterator[Figure]:
    """Measure a rebuild of the views, whole processes, and its memory."""
    for events in session.sizes:
        ledger = session.ledger(events)
        sides = {"ours": Desk(ledger, session.own_folder("filled-ours")).asks("views", "rebuild")}
        if session.beside is not None:
            older = Desk(ledger, session.own_folder("filled-older"), session.beside)
            sides["older"] = older.asks("views", "rebuild")
        took = in_turn(sides, session.rounds(ROUNDS if events < _LONG else 1))
        if "older" in took:
            yield speed("views filled", events, took["ours"], _BESIDE, took["older"], 2.4)
        else:
            yield missing("views filled", events, _BESIDE, _ABSENT)
        yield limit("memory of filling the views", events, took["ours"], 250)
