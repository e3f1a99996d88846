"""A figure and what it is made of; a metric and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from projections.agility.record import KnownRecord

Block = Literal["structure", "measurement"]  # may change; should stay the same


class Window(NamedTuple):
    """The days start <= day < end that a figure is about."""

    start: int
    end: int

    @property
    def years(self) -> float:
        """Its length in years of 365.25 days."""
        return (self.end - self.start) / 365.25


class Figure(NamedTuple):
    """One computed figure. `value` is None where it cannot be computed, and `why_not` says why; it is then never 0.

    `n` counts what the figure is made of, `out_of` is its denominator in the metric's own words, and `censored` counts
    what had not ended by the window's end. `events` are the positions of the events that it came from, in order: an
    array where that may be nearly every event there is.
    """

    value: float | None
    n: int
    out_of: float | None = None
    events: Sequence[int] = ()
    why_not: str = ""
    censored: int = 0
    detail: tuple[tuple[str, float], ...] = ()  # further figures of the same kind: quartiles, shares by division


class Metric(NamedTuple):
    """A metric: a pure function of a record, a window and a cluster (None: the whole government)."""

    name: str
    block: Block
    unit: str
    line: str  # what it says, one sentence
    denominator: str
    source: str  # where the definition comes from
    not_meaning: str  # what a high value does not mean
    compute: Callable[[KnownRecord, Window, str | None], Figure]


METRICS: dict[str, Metric] = {}

Compute = Callable[[KnownRecord, Window, str | None], Figure]


def metric(
    name: str, block: Block, unit: str, line: str, *, denominator: str, source: str, not_meaning: str
) -> Callable[[Compute], Compute]:
    """Enter a function into `METRICS` under a stable name."""

    def enter(compute: Compute) -> Compute:
        METRICS[name] = Metric(name, block, unit, line, denominator, source, not_meaning, compute)
        return compute

    return enter


def nothing(why: str) -> Figure:
    """Return the figure that cannot be computed, saying why."""
    return Figure(None, 0, why_not=why)
