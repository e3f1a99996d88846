"""The way from an event to the root; whoever only shows it needs no library of signatures."""

from __future__ import annotations

from ledger.application.reader import Reader
from ledger.integrity.proof import inclusion_proof


def way_to_root(ledger: Reader, position: int, size: int) -> list[bytes]:
    """Return the hashes that lead from the event at a position to the root of a size (RFC 9162, 2.1.3)."""
    return list(inclusion_proof(position - 1, size, ledger.store.read_node))
