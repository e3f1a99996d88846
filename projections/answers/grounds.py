"""The decision behind an event, as an answer tells it: its name, and why it was taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.events.envelope import Header
from ledger.events.references import Adoption, Document
from projections.fields import INLINE


class DecisionRef(NamedTuple):
    """The name of a decision."""

    authority: str
    reference: str


class Grounds(NamedTuple):
    """A decision's name, by what power it was taken, and why; `rationale` may be a commitment as an event holds it."""

    authority: str
    reference: str
    delegated_by: str | None
    adopted_by: Adoption | None
    decided_on: str | None
    legal_basis: str | None
    rationale: object


@dataclass(frozen=True)
class DocumentedGrounds:
    """The grounds of a decision, and the documents that it names."""

    grounds: Grounds = field(metadata=INLINE)
    documents: tuple[Document, ...]


def documented_grounds_of(header: Header) -> DocumentedGrounds:
    """Return the grounds that a header states, and its documents."""
    return DocumentedGrounds(grounds_of(header), tuple(header.documents or ()))


def grounds_of(header: Header) -> Grounds:
    """Return the grounds that a header states."""
    return Grounds(
        header.authority,
        header.reference,
        header.delegated_by,
        header.adopted_by,
        header.decided_on,
        header.legal_basis,
        header.normal().get("rationale"),
    )
