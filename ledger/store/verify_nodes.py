"""Judging the stored tree: each inner node against its two children, and that none is missing or added.

Leaves are held to the lines by the walk over the rows; together the two prove every stored hash.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from ledger.integrity.tree import node_hash
from ledger.store.verify_events import Damage

_ORPHANS = """SELECT idx FROM nodes WHERE level = 0 AND NOT EXISTS
    (SELECT 1 FROM events WHERE position = nodes.idx + 1) ORDER BY idx"""
_LEAVES = "SELECT count(*) FROM nodes WHERE level = 0"
_INNER = """SELECT p.level, p.idx, p.hash, l.hash, r.hash FROM nodes p
    LEFT JOIN nodes l ON l.level = p.level - 1 AND l.idx = p.idx * 2
    LEFT JOIN nodes r ON r.level = p.level - 1 AND r.idx = p.idx * 2 + 1
    WHERE p.level IS NOT 0 ORDER BY p.level, p.idx"""
Place = tuple[int, int]


def check_nodes(raw: sqlite3.Connection) -> Iterator[Damage]:
    """Give the damages of the stored tree."""
    for (index,) in raw.execute(_ORPHANS):
        at = index + 1 if isinstance(index, int) else None
        yield Damage(at, "row", f"the event of leaf {index}", "none: its row is gone, or the leaf was added")
    (leaves,) = raw.execute(_LEAVES).fetchone()
    wanted = _inner_places(leaves)
    place = next(wanted, None)
    for level, index, stored, left, right in raw.execute(_INNER):
        found = (level, index)
        if not isinstance(level, int) or not isinstance(index, int) or place is None or found < place:
            yield Damage(None, "node", f"no node {index} of level {level}", "one")
            continue
        if found > place:
            yield _missing(place)
            while place is not None and place < found:
                place = next(wanted, None)
        if found == place:
            place = next(wanted, None)
            yield from _check_inner(found, stored, left, right)
        else:
            yield Damage(None, "node", f"no node {index} of level {level}", "one")
    if place is not None:
        yield _missing(place)


def _inner_places(leaves: int) -> Iterator[Place]:
    """Name the complete inner nodes of a tree, in the order in which they are stored."""
    level = 1
    while leaves >> level:
        yield from ((level, index) for index in range(leaves >> level))
        level += 1


def _missing(place: Place) -> Damage:
    """One damage stands for a whole run of missing nodes: the first of it is named."""
    level, index = place
    return Damage((index << level) + 1, "node", f"node {index} of level {level}", "none from there on")


def _check_inner(place: Place, stored: Any, left: Any, right: Any) -> Iterator[Damage]:
    level, index = place
    first = (index << level) + 1
    if not isinstance(left, bytes) or not isinstance(right, bytes):
        yield Damage(first, "node", f"two children of node {index} of level {level}", "fewer")
    elif stored != (made := node_hash(left, right)):
        found = stored.hex() if isinstance(stored, bytes) else repr(stored)
        yield Damage(first, "node", f"node {index} of level {level} = {made.hex()}", found)
