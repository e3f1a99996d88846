"""A side that records one decision more by a new process, as somebody at a desk does."""

from __future__ import annotations

from itertools import count

from benchmarks.documents import AUTHORITY
from benchmarks.figures import Cost
from benchmarks.processes import Desk
from benchmarks.rounds import Side

_NUMBERS = count()  # no decision is given twice


def retitling(desk: Desk, cluster: str) -> Side:
    """Return a side that gives a cluster another title each time, by the program."""

    def side() -> Cost:
        which = str(next(_NUMBERS))
        said = ("--title", f"Wellbeing, {which}", "--reference", f"Again-{which}", "--authority", AUTHORITY)
        return desk.asks("cluster", "retitle", cluster, *said, "--decided-on", "2026-01-15", "--yes")()

    return side
