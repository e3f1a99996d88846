"""The lanes of a time line: arrows of about the same days stand side by side instead of upon each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.charts.joins import Join
from projections.charts.style import instant

_LANE = 4  # pixels between two joins of the same days
LANES_MAX = 40  # of the same days and rows, side by side


def lanes(
    found: Sequence[Join], order: Sequence[str], named: dict[str, str], days_a_pixel: float
) -> list[dict[str, Any]]:
    """Return the joins to be drawn, each beside those of about the same days that it would lie upon.

    Where more than `LANES_MAX` would stand beside each other, the rest lie upon the first.
    """
    place = {id_: number for number, id_ in enumerate(order)}
    step, taken = _LANE * days_a_pixel, _Taken(_LANE * days_a_pixel)
    rows = []
    drawn = dict.fromkeys(one._replace(what="") for one in found)  # several segments on one day are one join
    for day, earlier, later, how, _ in drawn:
        low, high = sorted((place[earlier], place[later]))
        free = (day + lane * step for lane in range(LANES_MAX))
        x = next((x for x in free if taken.is_free(x, low, high)), float(day))
        taken.take(x, low, high)
        points = "triangle-down" if place[later] > place[earlier] else "triangle-up"
        rows.append({"cluster": named[earlier], "other": named[later], "day": instant(x), "how": how, "points": points})
    return rows


class _Taken:
    """Which rows are drawn upon at which places; the rows of a place are the bits of one number."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._near: dict[int, dict[float, int]] = {}  # by how many steps they lie from the first day

    def take(self, x: float, low: int, high: int) -> None:
        """Draw upon the rows from low to high at a place."""
        there = self._near.setdefault(int(x // self._step), {})
        there[x] = there.get(x, 0) | _bits(low, high)

    def is_free(self, x: float, low: int, high: int) -> bool:
        """Return whether nothing within nine tenths of a step lies upon one of the rows."""
        rows, near = _bits(low, high), int(x // self._step)
        return not any(
            drawn & rows and abs(x - other) < self._step * 0.9
            for place in (near - 1, near, near + 1)
            for other, drawn in self._near.get(place, {}).items()
        )


def _bits(low: int, high: int) -> int:
    return (1 << high) - (1 << low)
