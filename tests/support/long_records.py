"""Long records for tests of memory: one cluster that is retitled again and again, and the peak of what is held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.timeline import day_of, iso
from projections.views.read_model import Views
from support.histories import Recording
from support.small_world import change, constitution
from support.written_ledgers import written

RECORDED = day_of("2021-01-01")  # the first decision, and then one a day


@contextmanager
def retitled(folder: Path, times: int, subject: Callable[[int], str] = lambda _: "a") -> Iterator[Views]:
    """Yield the views of a ledger in which cluster `a`, or each `subject`, is retitled so often, late by equal days.

    The structure stays, the record grows.
    """
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide(reference="R-0")
    recording.say(change("establish-cluster", cluster="a", title="Title 0"), "2019")
    for number in range(1, times):
        day = iso(RECORDED + number - 400)
        recording.decide(reference=f"R-{number}", on=day)
        recording.say(change("retitle-cluster", cluster=subject(number), title=f"Title {number}"), day)
    with written(folder / "long.ledger", recording.history()) as ledger, Views(ledger, folder) as views:
        views.catch_up()
        yield views


def peak(do: Callable[[], object]) -> int:
    """Return the most bytes that are held at once while something is done."""
    do()  # what is made once is made by now
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
