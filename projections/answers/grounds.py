"""The decision behind an event, as an answer tells it: its name, and why it was taken."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.events.envelope import Header
from ledger.events.references import Adoption, Document
from projections.fields import fields


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


class DocumentedGrounds(NamedTuple):
    """The grounds of a decision, with the documents that it names."""

    authority: str
    reference: str
    delegated_by: str | None
    adopted_by: Adoption | None
    decided_on: str | None
    legal_basis: str | None
    rationale: object
    documents: tuple[Document, ...]


def documented_grounds_of(header: Header) -> DocumentedGrounds:
    """Return the grounds that a header states, and its documents."""
    return DocumentedGrounds(*grounds_of(header), tuple(header.documents or ()))


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


def decision_fields(header: Header) -> dict[str, Any]:
    """Return the grounds that a header states, as JSON values."""
    stated: dict[str, Any] = fields(grounds_of(header))
    return stated
