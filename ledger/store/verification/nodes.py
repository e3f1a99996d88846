"""The walk along the stored tree: each leaf against its line, each other node against its two children.

Together the two prove every stored hash, and a change is reported where it is, not all the way up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.integrity.tree import HASH_BYTES, Frontier, completed_by, completing_leaf, node_hash
from ledger.store.verification.damage import Damage


class NodeWalk:
    """What must be remembered of the nodes from event to event; memory grows with the height of the tree only."""

    def __init__(self) -> None:
        self._edge: dict[int, tuple[int, bytes]] = {}  # level -> index and hash of the last node there
        self._size = 0  # of the tree up to which it was judged

    def follow(self, frontier: Frontier) -> None:
        """Take up the edge of a tree that has grown on since, by nodes which stand in the rows as they are in it."""
        for level, index, node in frontier.peaks():
            if completing_leaf(level, index) >= self._size:
                self._edge[level] = (index, node)
        self._size = frontier.size + 1  # with the event that is judged next

    def check(self, position: int, leaf: bytes, stored: Any) -> Iterator[Damage]:
        """Judge the nodes that stand with an event; `leaf` is the hash of its bytes."""
        wanted = completed_by(position - 1)
        if not isinstance(stored, bytes) or len(stored) != wanted * HASH_BYTES:
            length = f"{len(stored)}" if isinstance(stored, bytes) else repr(stored)
            yield Damage(position, "node", f"{wanted * HASH_BYTES} bytes of nodes", length)
        hashes = _split(stored) if isinstance(stored, bytes) else []
        if hashes and hashes[0] != leaf:
            yield Damage(position, "leaf", f"a line of leaf hash {hashes[0].hex()}", leaf.hex())
        for level, node in enumerate(hashes[1:wanted], 1):
            yield from self._check_inner(position, level, hashes[level - 1], node)
        self._edge.update((level, ((position - 1) >> level, node)) for level, node in enumerate(hashes[:wanted]))

    def _check_inner(self, position: int, level: int, right: bytes, stored: bytes) -> Iterator[Damage]:
        index = (position - 1) >> level
        at, left = self._edge.get(level - 1, (None, b""))
        if at != 2 * index:
            return  # the event with its left child is gone, or lost its nodes: that is reported where it stood
        if stored != (made := node_hash(left, right)):
            yield Damage(position, "node", f"node {index} of level {level} = {made.hex()}", stored.hex())


def _split(stored: bytes) -> list[bytes]:
    return [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)]
