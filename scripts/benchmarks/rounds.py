"""Rounds of two or more sides in turn: what disturbs the machine disturbs them all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter


def in_turn(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run every side once a round; return the median seconds of each.

    One round more goes before and is not counted. The order turns round from one round to the next, so that no
    side always stands in the shadow of another.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        for name in names if number % 2 else reversed(names):
            gc.collect()  # nobody pays for the garbage of the side before
            start = perf_counter()
            sides[name]()
            took = perf_counter() - start
            if number:
                seconds[name].append(took)
    return {name: median(found) for name, found in seconds.items()}
