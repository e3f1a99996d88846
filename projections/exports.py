"""The log as a file: one canonical JSON line an event, which is what the tree is made of and others can re-hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, BinaryIO

from pydantic import ValidationError

from ledger.application import Ledger, Verification
from ledger.application.drafting import document_of
from ledger.application.verification import NOT_PROVEN, NOT_PROVEN_WHOLE
from ledger.errors import LedgerError
from ledger.events.canonical import digest
from ledger.events.changes.reference import decision_key
from ledger.events.envelope import Event, decode
from ledger.integrity.tree import Frontier, format_root, leaf_hash, parse_root
from ledger.store.verify_events import Damage, RowWalk

NOT_IN_EXPORT = "That the export is of this ledger, or whole: compare its size and root with the ledger's."


def write_lines(ledger: Ledger, file: BinaryIO, upto: int | None = None) -> tuple[int, str]:
    """Write every line up to a position (None: all) and return size and root of what was written."""
    frontier = Frontier()
    for line in ledger.lines(upto=upto):
        file.write(line + b"\n")
        frontier.append(leaf_hash(line))
    return frontier.size, format_root(frontier.root())


def verify_lines(lines: Iterable[bytes], size: int | None = None, root: str | None = None) -> Verification:
    """Re-hash the lines of an export and check that they add up: order, versions, decisions, documents.

    `size` and `root` as in `verify` of a ledger. Raises `ProofError` for a root that cannot be read.
    """
    expected = None if root is None else parse_root(root)
    frontier, walk, damage = Frontier(), RowWalk(), []
    held_to = frontier.root() if size == 0 else None
    events: list[tuple[int, Event]] = []
    for position, raw in enumerate(lines, 1):
        line = raw.removesuffix(b"\n")
        leaf, found = walk.check(_row(position, line))
        frontier.append(leaf)
        damage += found
        if position == size:
            held_to = frontier.root()
        if not found:
            damage += _whole(events, position, line)
    damage += [*walk.end(), *_documents(events)]
    if expected is not None and held_to != expected:
        said = format_root(held_to) if held_to is not None else f"{frontier.size} events"
        damage.append(Damage(None, "root", f"{format_root(expected)} at size {size}", said))
    not_proven = (NOT_IN_EXPORT, *((NOT_PROVEN_WHOLE,) if expected is None else ()), *NOT_PROVEN)
    return Verification(not damage, tuple(damage), frontier.size, format_root(frontier.root()), not_proven)
