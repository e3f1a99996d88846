"""Nodes of the tree as they are stored, with the event whose leaf completes them; and what is held to its peaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import HASH_BYTES, Frontier, complete_nodes, completing_leaf, node_hash

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
Name = tuple[int, int]  # level and index of a node, as in integrity.tree
_SIZE = "SELECT coalesce(max(position), 0) FROM events"
_AT_ONCE = 500  # rows asked for in one query
_PROVEN_MAX = 25_000  # nodes kept: some 5 MB


def read_nodes(query: Query, path: object, names: Iterable[Name]) -> dict[Name, bytes]:
    """Read complete nodes of the tree of the ledger at `path`; raises LedgerDamaged where one is missing."""
    wanted = {name: completing_leaf(*name) + 1 for name in names}
    rows: dict[int, Any] = {}
    positions = iter(sorted(set(wanted.values())))
    while some := list(islice(positions, _AT_ONCE)):
        marks = ", ".join("?" * len(some))
        rows.update(query(f"SELECT position, nodes FROM events WHERE position IN ({marks})", some))
    return {name: _cut(path, name, rows.get(position)) for name, position in wanted.items()}


def read_frontier(query: Query, path: object, size: int) -> Frontier:
    """Return the edge of the stored tree, each node of it held to the two below; raises LedgerDamaged."""
    edge = list(complete_nodes(0, size))
    below = [(level - 1, 2 * index + side) for level, index in edge if level for side in (0, 1)]
    nodes = read_nodes(query, path, (*edge, *below))
    for level, index in edge:
        if level and nodes[level, index] != node_hash(nodes[level - 1, 2 * index], nodes[level - 1, 2 * index + 1]):
            raise LedgerDamaged(path, f"node {index} of level {level} is not that of the two below it")
    return Frontier.of(size, lambda level, index: nodes[level, index])


def _cut(path: object, name: Name, nodes: Any) -> bytes:
    level, index = name
    node = nodes[level * HASH_BYTES : (level + 1) * HASH_BYTES] if isinstance(nodes, bytes) else b""
    if len(node) != HASH_BYTES:
        raise LedgerDamaged(path, f"node {index} of level {level} is missing from its tree")
    return node


class StoredTree:
    """The stored tree, whose peaks make the root; any node can be held to them.

    What was proven once is kept, so that what lies beside it costs little.
    """

    def __init__(self, query: Query, path: object) -> None:
        self._query, self._path = query, path
        self._size = 0
        self._proven: dict[Name, bytes] = {}

    def hold(self, nodes: dict[Name, bytes]) -> None:
        """Raise LedgerDamaged unless each of `nodes` lies where it is named under the peaks of the stored tree."""
        if len(self._proven) > _PROVEN_MAX:
            self._size, self._proven = 0, {}
        if any(completing_leaf(*name) >= self._size for name in nodes):
            self._grow()
        beside = {beside for name in nodes for beside, _ in self._way_up(name) if beside not in self._proven}
        read = read_nodes(self._query, self._path, beside)
        for name, node in nodes.items():
            self._prove(name, node, read)

    def _grow(self) -> None:
        """Take the tree as large as it is now."""
        ((size,),) = self._query(_SIZE, ())
        peaks = read_nodes(self._query, self._path, complete_nodes(0, size))
        self._size, self._proven = size, {**peaks, **self._proven}

    def _way_up(self, name: Name) -> Iterator[tuple[Name, Name]]:
        """Give, for each step up to a node that is proven, the node beside and the parent."""
        level, index = name
        if index < 0 or completing_leaf(level, index) >= self._size:
            raise LedgerDamaged(self._path, f"it has no node {index} of level {level}")
        while (level, index) not in self._proven:
            parent = (level + 1, index >> 1)
            yield (level, index ^ 1), parent
            level, index = parent

    def _prove(self, name: Name, node: bytes, read: dict[Name, bytes]) -> None:
        way, top, made = {name: node}, name, node
        for beside, parent in list(self._way_up(name)):
            other = way[beside] = self._proven.get(beside) or read[beside]
            made = node_hash(other, made) if top[1] & 1 else node_hash(made, other)
            way[parent], top = made, parent
        if self._proven[top] != made:
            first, last = name[1] << name[0], completing_leaf(*name)
            where = f"position {last + 1}" if first == last else f"positions {first + 1} to {last + 1}"
            raise LedgerDamaged(self._path, f"what stands at {where} does not lie under its root")
        self._proven.update(way)
