"""Values that name or price a decision: its identity, an amount of money, a document, an acceptance."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from ledger.events.ids import decision_key
from ledger.events.personal import Markable
from ledger.events.types import Address, AnyId, Currency, Day, Decimal, Digest, Model, Name, Text, Title

# Why something ended, as a code that can be counted; the words for it stand in the decision's rationale.
Reason = Literal["merged", "split", "replaced", "completed", "abolished", "transferred", "out-of-scope"]
REASONS: tuple[str, ...] = get_args(Reason)

Voices = Annotated[int, Field(ge=0, le=1_000_000)]


class DecisionName(Model):
    """The identity of a decision: who decided it, and under which reference."""

    authority: Title
    reference: Name

    @property
    def key(self) -> str:
        """The identity as one string, unambiguous: the canonical JSON of [authority, reference]."""
        return decision_key(self.authority, self.reference)


class Money(Model):
    """An amount as a decimal string, and its currency (ISO 4217)."""

    amount: Decimal
    currency: Currency


class Expected(Model):
    """What a decision is expected to cost and to bring, and when to look whether it did."""

    cost: Money | None = None
    benefit: Text | None = None
    review_on: Day | None = None


class Votes(Model):
    """How a body voted on a decision."""

    in_favour: Voices
    against: Voices | None = None
    abstained: Voices | None = None


class Adoption(Model):
    """The body that adopted a decision: how many had to be there, and how it voted, where that is on record."""

    body: Title
    quorum: Voices | None = None
    votes: Votes | None = None


class Document(Model):
    """A document behind a decision: hashed, not stored."""

    title: Markable[Title]
    url: Address | None = None
    file: Title | None = None
    sha256: Digest | None = None


class Acceptance(Model):
    """One held rule, accepted by name for one thing, with the reason."""

    rule: Annotated[str, StringConstraints(max_length=64)]
    on: AnyId
    because: Text
