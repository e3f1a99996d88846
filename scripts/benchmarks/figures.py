"""A figure, and the table of figures."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What one side takes: seconds of processor and of waiting; the peak of memory where it was measured, else 0."""

    cpu: float
    wall: float
    peak_mb: float = 0.0

    def each(self, count: int) -> Cost:
        """Return what one of `count` alike takes."""
        return Cost(self.cpu / count, self.wall / count, self.peak_mb)


MEASURES = {"cpu": "CPU", "wall": "wall", "peak_mb": "MB"}


class Figure(NamedTuple):
    """One measurement of ours beside a floor, a peer or what is allowed, on a ledger of so many events."""

    name: str
    events: int
    ours: Cost | None
    beside: str  # what the other side is
    other: Cost | None
    measure: str = "cpu"  # what the goal is about: a key of MEASURES
    goal: float = 0.0
    at_least: bool = False  # whether the goal is a least ratio; else it is the greatest
    absent: str = ""  # why a side could not be measured

    def ratio(self, measure: str) -> float | None:
        """Return how many times as quick (where the goal is a least) or as dear as the other side ours is."""
        if self.ours is None or self.other is None:
            return None
        ours, other = getattr(self.ours, measure), getattr(self.other, measure)
        if not ours or not other:
            return None
        return float(other / ours if self.at_least else ours / other)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None where a side is absent."""
        ratio = self.ratio(self.measure)
        if ratio is None:
            return None
        return ratio >= self.goal if self.at_least else ratio <= self.goal


def speed(name: str, events: int, ours: Cost, beside: str, other: Cost, goal: float, *, measure: str = "cpu") -> Figure:
    """Return a figure whose ratio says how many times as quick as the other side ours is."""
    return Figure(name, events, ours, beside, other, measure, goal, True)


def price(name: str, events: int, ours: Cost, beside: str, other: Cost, goal: float, *, measure: str = "cpu") -> Figure:
    """Return a figure whose ratio says how many times as dear as the other side ours is."""
    return Figure(name, events, ours, beside, other, measure, goal, False)


def limit(name: str, events: int, ours: Cost, most: float, *, measure: str = "peak_mb") -> Figure:
    """Return a figure of ours beside what is allowed."""
    allowed = Cost(0, 0)._replace(**{measure: most})
    return Figure(name, events, ours, "allowed", allowed, measure, 1.0, False)


def missing(name: str, events: int, beside: str, reason: str) -> Figure:
    """Return a figure that could not be measured, with the reason in words."""
    return Figure(name, events, None, beside, None, absent=reason)


def machine(flush_s: float) -> dict[str, Any]:
    """Return what the figures were measured on, with what a flush of its disk takes."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "flush_ms": flush_s * 1e3,
    }


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table of plain text, headed; a goal that is not met is marked."""
    head = ("figure", "events", "beside", "CPU", "of theirs", "ratio", "wall", "of theirs", "ratio", "MB", "goal")
    rows = [head, *(_row(one) for one in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    left = (0, 2, len(head) - 1)
    lines = [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _row(one: Figure) -> tuple[str, ...]:
    cells: list[str] = []
    for measure in ("cpu", "wall"):
        sides = (getattr(side, measure) if side else 0.0 for side in (one.ours, one.other))
        ratio = one.ratio(measure)
        cells += [*map(shown, sides), "" if ratio is None else f"{ratio:.2f}"]
    peak = f"{one.ours.peak_mb:,.0f}" if one.ours and one.ours.peak_mb else ""
    return (one.name, f"{one.events:,}", one.beside, *cells, peak, _goal(one))


def _goal(one: Figure) -> str:
    if one.absent:
        return f"not measured: {one.absent}"
    if one.beside == "allowed" and one.other is not None:
        allowed = getattr(one.other, one.measure)
        text = f"<= {allowed:,.0f} MB" if one.measure == "peak_mb" else f"<= {shown(allowed)}"
    else:
        text = f"{MEASURES[one.measure]} {'>=' if one.at_least else '<='} {one.goal:g}"
    return text if one.holds else f"{text}, missed"


def shown(seconds: float) -> str:
    """Return a time in the unit in which it reads best; nothing where there is none."""
    for unit, least in (("s", 1.0), ("ms", 1e-3), ("us", 0.0)):
        if seconds > 0 and seconds >= least:
            return f"{seconds / (least or 1e-6):.3g} {unit}" if seconds < 1000 else f"{seconds:,.0f} s"
    return ""


def as_json(figures: Sequence[Figure], sizes: Sequence[int], flush_s: float) -> dict[str, Any]:
    """Return the figures as JSON values, with the machine and the sizes they were measured at."""
    return {"machine": machine(flush_s), "sizes": list(sizes), "figures": [_fields(one) for one in figures]}


def _fields(one: Figure) -> dict[str, Any]:
    ratios = {measure: one.ratio(measure) for measure in MEASURES}
    return {
        "name": one.name,
        "events": one.events,
        "ours": one.ours and one.ours._asdict(),
        "beside": {"name": one.beside, "cost": one.other and one.other._asdict()},
        "ratios": {measure: ratio for measure, ratio in ratios.items() if ratio is not None},
        "goal": {"measure": one.measure, "at_least" if one.at_least else "at_most": one.goal},
        "holds": one.holds,
        "absent": one.absent,
    }
