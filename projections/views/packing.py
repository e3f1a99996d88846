"""Packing of an R*Tree: an index over rows that are all there is written node by node, and not row by row.

The format is that of SQLite (ext/rtree/rtree.c). A node is its depth (of the root alone), how many cells it has, and
the cells: a number and a box each, all big-endian. The numbers are those of rows in a leaf, and of nodes above. Beside
the nodes stand the node of each row and the node above each node. SQLite reads and changes them as its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from struct import Struct

from ledger.lots import lots

ROOT, CELLS = 1, 46  # of a node, which holds 51: a row that comes later finds room
_HEAD, _CELL = ">HH", "q4i"
_ROW_IS_IN = "INSERT INTO spans_rowid VALUES (?, ?)"
_NODE_IS_IN = "INSERT INTO spans_parent VALUES (?, ?)"


# The number of a row or a node, and the box that it lies in: of days and of positions, first and last.
Cell = tuple[int, int, int, int, int]


def packs(db: sqlite3.Connection) -> bool:
    """Return whether SQLite lets a program write the tables of an index itself: not where it is in defensive mode."""
    try:
        db.execute("DELETE FROM spans_node WHERE nodeno < 0")
    except sqlite3.DatabaseError:
        return False
    return True


def pack(db: sqlite3.Connection, rows: Iterable[Cell]) -> None:
    """Put rows, those that are near each other in order, into the index `spans`, which is empty."""
    ((size,),) = db.execute(f"SELECT length(data) FROM spans_node WHERE nodeno = {ROOT}")
    nodes, below, level, depth = _Nodes(db, size), _ROW_IS_IN, iter(rows), 0
    while len(first := list(islice(level, CELLS + 1))) > CELLS:  # a root that is no leaf has two nodes below at least
        level, below, depth = iter(list(nodes.over(below, chain(first, level)))), _NODE_IS_IN, depth + 1
    db.executemany(below, [(cell[0], ROOT) for cell in first])
    db.execute(f"UPDATE spans_node SET data = ? WHERE nodeno = {ROOT}", (nodes.bytes_of(first, depth),))


class _Nodes:
    """The nodes of an index but for its root, which are given numbers one after the other."""

    def __init__(self, db: sqlite3.Connection, size: int) -> None:
        self._db, self._size, self._last = db, size, ROOT

    def over(self, below: str, cells: Iterable[Cell]) -> Iterator[Cell]:
        """Yield a node over each lot of cells; `below` writes under which node a cell is."""
        for lot in lots(cells, CELLS):
            self._last += 1
            self._db.execute("INSERT INTO spans_node VALUES (?, ?)", (self._last, self.bytes_of(lot)))
            self._db.executemany(below, [(cell[0], self._last) for cell in lot])
            _, first_days, last_days, first_known, last_known = zip(*lot, strict=True)
            yield self._last, min(first_days), max(last_days), min(first_known), max(last_known)

    def bytes_of(self, cells: Sequence[Cell], depth: int = 0) -> bytes:
        """Return the bytes of a node; `depth` is how many levels lie below, of the root."""
        layout = Struct(_HEAD + _CELL * len(cells))
        return layout.pack(depth, len(cells), *(value for cell in cells for value in cell)).ljust(self._size, b"\0")
