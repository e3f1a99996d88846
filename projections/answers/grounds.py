"""The decision behind an event, as an answer tells it: its name, and why it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.events.commitments import is_commitment
from projections.fields import INLINE, StatedDate

if TYPE_CHECKING:
    from ledger.events.envelope import Header
    from ledger.events.references import Adoption, Document


# Fields of models, in their order.
_DOCUMENT = ("title", "url", "file", "sha256")
_ADOPTION, _VOTES = ("body", "quorum", "votes"), ("in_favour", "against", "abstained")


class DecisionRef(NamedTuple):
    """The name of a decision."""

    authority: str
    reference: str


class Grounds(NamedTuple):
    """A decision's name, by what power it was taken, and why; `rationale` may be a commitment as an event holds it."""

    authority: str
    reference: str
    delegated_by: str | None
    adopted_by: Adoption | Mapping[str, Any] | None
    decided_on: StatedDate | None
    legal_basis: str | None
    rationale: object


@dataclass(frozen=True)
class DocumentedGrounds:
    """The grounds of a decision, and the documents that it names."""

    grounds: Grounds = field(metadata=INLINE)
    documents: tuple[Document | Mapping[str, Any], ...]


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


def grounds_as_recorded(decision: Mapping[str, Any]) -> DocumentedGrounds | None:
    """Return the grounds that an event states in its line, which nothing put right; None where a title is withheld."""
    documents = tuple(_in_order(one, _DOCUMENT) for one in decision.get("documents", ()))
    if any(is_commitment(one["title"]) for one in documents):
        return None
    adopted_by = _adoption(decision)
    return DocumentedGrounds(
        Grounds(
            decision["authority"],
            decision["reference"],
            decision.get("delegated_by"),
            adopted_by,
            decision.get("decided_on"),
            decision.get("legal_basis"),
            decision.get("rationale"),
        ),
        documents,
    )


def _adoption(decision: Mapping[str, Any]) -> dict[str, Any] | None:
    if "adopted_by" not in decision:
        return None
    body = _in_order(decision["adopted_by"], _ADOPTION)
    return {**body, "votes": _in_order(body["votes"], _VOTES)} if "votes" in body else body


def _in_order(fields: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return fields in the order in which answers tell them; in a line they are in order of name."""
    return {name: fields[name] for name in names if name in fields}
