"""The wait before anything happens: whole processes, beside Python importing what any of them would."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, price
from benchmarks.processes import Desk, python
from benchmarks.retitling import retitling
from benchmarks.rounds import in_turn
from benchmarks.session import Session

ROUNDS = 21
_FLOOR = """
import click, sqlite3
from pydantic import create_model
create_model("One", title=(str, ...))
"""
_BESIDE = "python -c: click, pydantic, sqlite3, a model"
_WATCHED = "cluster-0"


def figures(session: Session) -> Iterator[Figure]:
    """Measure reading commands and one record beside the floor, and the help beside click."""
    rounds = session.rounds(ROUNDS)
    help_ = Desk(session.folder / "none.ledger", session.own_folder("none")).asks("--help")
    took = in_turn({"help": help_, "click": python("-c", "import click")}, rounds)
    yield price("cluster-ledger --help", 0, took["help"], "python -c 'import click'", took["click"], 2)
    for events in session.sizes:
        desk = session.desk(events)
        # The structure as a whole costs what it prints; one thing of it shows what the start costs.
        record = retitling(session.recording_desk(events), _WATCHED)
        sides = {"show": desk.asks("show", _WATCHED), "why": desk.asks("why", _WATCHED), "record": record}
        took = in_turn({**sides, "floor": python("-c", _FLOOR)}, rounds)
        for name, goal in (("show", 1.0), ("why", 1.0), ("record", 1.8)):
            of = "" if name == "record" else f" {_WATCHED}"
            yield price(f"{name}{of}, cold", events, took[name], _BESIDE, took["floor"], goal)
