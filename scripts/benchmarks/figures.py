"""A figure, and the table of figures."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """One measurement of ours beside a floor or a peer; `ratio` follows from the two as `reads` says."""

    name: str
    ours: float
    beside: str  # what the other side is
    other: float
    unit: str
    ratio: float
    goal: float
    at_least: bool  # whether the goal is a least ratio; else it is the greatest

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def speed(name: str, ours_s: float, beside: str, other_s: float, goal: float, unit: str = "us") -> Figure:
    """Return a figure whose ratio says how many times as quick as the other side ours is; times in seconds."""
    return Figure(name, ours_s * _PER[unit], beside, other_s * _PER[unit], unit, other_s / ours_s, goal, True)


def price(name: str, ours: float, beside: str, other: float, goal: float, unit: str = "ms") -> Figure:
    """Return a figure whose ratio says how many times as dear as the other side ours is; seconds, or MB for MB."""
    return Figure(name, ours * _PER[unit], beside, other * _PER[unit], unit, ours / other, goal, False)


_PER = {"us": 1e6, "ms": 1e3, "s": 1.0, "MB": 1.0}


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cpus": os.cpu_count(),
    }


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table of plain text, headed; a goal that is not met is marked."""
    rows = [("figure", "ours", "beside", "", "ratio", "goal")]
    for one in figures:
        goal = f"{'>=' if one.at_least else '<='} {one.goal:g}"
        rows.append(
            (
                one.name,
                _shown(one.ours, one.unit),
                _shown(one.other, one.unit),
                one.beside,
                f"{one.ratio:.2f}",
                goal if one.holds else f"{goal}, missed",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = (1, 2, 4)
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _shown(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def as_json(figures: Sequence[Figure], size: float) -> dict[str, Any]:
    """Return the figures as JSON values, with the machine and the size they were measured at."""
    return {
        "machine": machine(),
        "size": size,
        "figures": [
            {
                "name": one.name,
                "unit": one.unit,
                "ours": one.ours,
                "floor_or_peer": {"name": one.beside, "value": one.other},
                "ratio": one.ratio,
                "goal": {"at_least" if one.at_least else "at_most": one.goal},
                "holds": one.holds,
            }
            for one in figures
        ],
    }
