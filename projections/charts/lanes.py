"""The lanes of a time line: arrows of about the same days stand side by side instead of upon each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from projections.charts.joins import Join
from projections.charts.style import instant

_LANE = 4  # pixels between two joins of the same days
LANES_MAX = 40  # of the same days and rows, side by side


class Placed(NamedTuple):
    """A join in a lane: the day at which it is drawn, and the rows from which and to which it leads."""

    join: Join
    day: float
    start: int
    end: int


def placed(found: Sequence[Join], order: Sequence[str], days_a_pixel: float) -> Iterator[Placed]:
    """Yield the joins to be drawn, each beside those of about the same days that it would lie upon.

    Several segments that pass on one day are one join. Where more than `LANES_MAX` would stand beside each other, the
    rest lie upon the first.
    """
    place = {id_: number for number, id_ in enumerate(order)}
    step, taken = _LANE * days_a_pixel, _Taken(_LANE * days_a_pixel)
    drawn: dict[Join, Join] = {}
    for one in found:
        drawn.setdefault(one._replace(what="", position=0), one)
    for one in drawn.values():
        low, high = sorted((place[one.earlier], place[one.later]))
        free = (one.day + lane * step for lane in range(LANES_MAX))
        x = next((x for x in free if taken.is_free(x, low, high)), float(one.day))
        taken.take(x, low, high)
        yield Placed(one, x, place[one.earlier], place[one.later])


def lanes(
    found: Sequence[Join], order: Sequence[str], named: dict[str, str], days_a_pixel: float
) -> list[dict[str, Any]]:
    """Return the joins to be drawn as rows of a chart; see `placed`."""
    return [
        {
            "cluster": named[join.earlier], "other": named[join.later], "day": instant(x), "how": join.how,
            "points": "triangle-down" if end > start else "triangle-up",
        }
        for join, x, start, end in placed(found, order, days_a_pixel)
    ]  # fmt: skip


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
