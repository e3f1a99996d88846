"""Damage, as verification tells it."""

from __future__ import annotations

from typing import NamedTuple


class Damage(NamedTuple):
    """One thing that is not as it must be; a value, never an exception."""

    position: int | None  # None: not about one event
    kind: str  # what is not: a row, leaf, node, line, column, ... in the words of verify
    expected: str
    found: str
