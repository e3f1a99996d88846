"""Where the nodes of the tree stand: with the event whose leaf completes them."""

from __future__ import annotations

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import HASH_BYTES, completing_leaf

NODE = f"""SELECT substr(nodes, ?, {HASH_BYTES}) FROM events
    WHERE position = ? AND typeof(nodes) = 'blob' AND length(nodes) >= ? + {HASH_BYTES - 1}"""


def place_of_node(level: int, index: int) -> tuple[int, int, int]:
    """Give the parameters of NODE for one complete node."""
    first = level * HASH_BYTES + 1  # SQLite counts from 1
    return first, completing_leaf(level, index) + 1, first


def missing_node(path: object, level: int, index: int) -> LedgerDamaged:
    """Give the error that says which node of its tree a ledger lacks."""
    return LedgerDamaged(path, f"node {index} of level {level} is missing from its tree")
