"""Rounds of two or more sides in turn: what disturbs the machine disturbs them all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

from benchmarks.figures import Cost

Side = Callable[[], Cost]


def here(call: Callable[[], object]) -> Side:
    """Return a side that runs in this process."""

    def side() -> Cost:
        gc.collect()  # nobody pays for the garbage of the side before
        cpu, wall = process_time(), perf_counter()
        call()
        return Cost(process_time() - cpu, perf_counter() - wall)

    return side


def in_turn(sides: dict[str, Side], rounds: int) -> dict[str, Cost]:
    """Run every side once a round; return the least CPU, the median wall time and the greatest memory of each.

    One round more goes before and is not counted, unless one is all that is asked for. The order turns round from one
    round to the next, so that no side always stands in the shadow of another.
    """
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + (rounds > 1)):
        for name in names if number % 2 else reversed(names):
            found[name].append(sides[name]())
    return {name: together(costs[-rounds:]) for name, costs in found.items()}


def together(costs: list[Cost]) -> Cost:
    """Return what stands for all rounds of a side."""
    cpu, wall, peak = zip(*costs, strict=True)
    return Cost(min(cpu), median(wall), max(peak))
