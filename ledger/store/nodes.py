"""Where the nodes of the tree stand: with the event whose leaf completes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger.errors import LedgerDamaged
from ledger.integrity.tree import HASH_BYTES, completing_leaf

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
_NODE = f"""SELECT substr(nodes, ?, {HASH_BYTES}) FROM events
    WHERE position = ? AND typeof(nodes) = 'blob' AND length(nodes) >= ? + {HASH_BYTES - 1}"""


def read_node(query: Query, path: object, level: int, index: int) -> bytes:
    """Read one complete node of the tree of the ledger at `path`; raises LedgerDamaged where it is missing."""
    first = level * HASH_BYTES + 1  # SQLite counts from 1
    rows = query(_NODE, (first, completing_leaf(level, index) + 1, first))
    if not rows:
        raise LedgerDamaged(path, f"node {index} of level {level} is missing from its tree")
    node: bytes = rows[0][0]
    return node
