"""Events by position, as the views tell them without decoding a line: id, type, decision."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from projections.views.file import ViewsFile

_AT_ONCE = 5_000
_SELECT = (
    "SELECT e.position, e.id, e.type, e.corrects, d.first, d.last, d.authority, d.reference "
    "FROM events e JOIN decisions d ON d.first = e.decision WHERE e.position "
)


class At(NamedTuple):
    """An event, and the decision that it belongs to, which has the positions first to last."""

    position: int
    id: str
    type: str
    corrects: bool  # whether it is, or carries, a correction or strike
    first: int
    last: int
    authority: str
    reference: str


class Places:
    """Events by their positions, each looked up once."""

    def __init__(self, file: ViewsFile) -> None:
        self._file = file
        self._found: dict[int, At] = {}

    def at(self, position: int) -> At:
        """Return what stands at a position that the views are filled to; raises `KeyError` for another."""
        if position not in self._found:
            self._take(self._file.select(f"{_SELECT} = ?", (position,)))
        return self._found[position]

    def look_up(self, positions: Iterable[int]) -> None:
        """Look up many positions in a few readings."""
        wanted = sorted(set(positions) - self._found.keys())
        for start in range(0, len(wanted), _AT_ONCE):
            some = json.dumps(wanted[start : start + _AT_ONCE])
            self._take(self._file.select(f"{_SELECT} IN (SELECT value FROM json_each(?))", (some,)))

    def _take(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self._found[row[0]] = At._make((*row[:3], bool(row[3]), *row[4:]))
