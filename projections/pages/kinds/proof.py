"""Proof: the fingerprint that everything known at the point has, and the way from one entry to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.errors import InputError
from ledger.integrity.tree import leaf_hash
from ledger.proving.events import way_to_root
from projections.pages.question import PageQuestion


class EntryInTree(NamedTuple):
    """An entry, the hash of its line, and the hashes that lead from it to the fingerprint (RFC 9162, 2.1.3)."""

    position: int
    leaf: str
    hashes: Sequence[str]
    line: str


class ProofPage(NamedTuple):
    """Size and root at the point, and an entry in the tree where one is asked for."""

    origin: str
    entry: EntryInTree | None


def proof(question: PageQuestion) -> ProofPage:
    """Return what the page of proof tells; raises `InputError` for an entry that is not known at the point."""
    ledger = question.views.ledger
    asked = question.asked.get("entry", "").strip().removeprefix("p")
    return ProofPage(ledger.government.origin, _entry(question, asked) if asked else None)


def _entry(question: PageQuestion, text: str) -> EntryInTree:
    position = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    if not 0 < position <= question.known:
        raise InputError(f"An entry is a number from 1 to {question.known} here.")
    [row] = question.views.ledger.rows_among([position])
    line, hashes = row.line, way_to_root(question.views.ledger, position, question.known)
    return EntryInTree(position, leaf_hash(line).hex(), [one.hex() for one in hashes], line.decode())
