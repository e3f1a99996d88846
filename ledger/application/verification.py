"""Check everything that the ledger's own bytes can prove, and say what they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from ledger.application.drafting import document_of
from ledger.application.source import recorded
from ledger.errors import LedgerError
from ledger.events.canonical import digest
from ledger.events.envelope import Recorded
from ledger.integrity.tree import format_root, parse_root
from ledger.store.sqlite import SQLiteStore
from ledger.store.types import Sealed
from ledger.store.verify import Damage, verify_rows

NOT_PROVEN_WHOLE = (
    "That the ledger was not rewritten as a whole: only a size and root kept elsewhere can tell. "
    "Give those of a receipt or snapshot with --size and --root."
)
NOT_PROVEN_TRUE = "That what was recorded is true, or that everything decided was recorded."
NOT_PROVEN_WHO = "That the recorder named in an unsigned event typed it in."


class Verification(NamedTuple):
    """What was found; `ok` where nothing is damaged. `root` is recomputed from the stored bytes."""

    ok: bool
    damage: tuple[Damage, ...]
    events: int
    root: str
    not_proven: tuple[str, ...]


def verify(store: SQLiteStore, size: int | None = None, root: str | None = None) -> Verification:
    """Re-hash every stored byte and check columns, decisions and documents; hold the ledger to `size` and `root`.

    `size` and `root` (`sha256:<hex>`) come from an earlier receipt; both or neither. Raises `ProofError` for a root
    that cannot be read.
    """
    expected = parse_root(root) if root is not None else None
    checked = verify_rows(store, sizes=() if size is None else (size,))
    damage = list(checked.damage)
    broken = {one.position for one in damage}
    damage += [one for one in _documents(store) if one.position not in broken]
    not_proven = [NOT_PROVEN_TRUE, NOT_PROVEN_WHO]
    if size is None or expected is None:
        not_proven.insert(0, NOT_PROVEN_WHOLE)
    else:
        damage += _held_to(size, expected, checked.roots, checked.count)
    return Verification(not damage, tuple(damage), checked.count, format_root(checked.root), tuple(not_proven))
