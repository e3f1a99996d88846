"""Reviews: of the matrix of segments and missions, and of what a decision really brought."""

from __future__ import annotations

from ledger.events.change import Change
from ledger.events.references import DecisionName, Money
from ledger.events.types import Day, Id, Text


class MatrixReview(Change):
    """A change of the reviews of one cluster, or of the whole government where none is named."""

    cluster: Id | None = None

    @property
    def subject(self) -> str:
        """The cluster, or the government."""
        return self.cluster or super().subject

    def stream(self) -> str:
        """Return the cluster's stream, or the government's."""
        return f"cluster:{self.cluster}" if self.cluster else super().stream()


class ReviewMatrix(MatrixReview):
    """Review segments against missions: what was concluded, and when the next review is due."""

    NAME, TYPE = "review-matrix", "matrix.reviewed/1"
    conclusion: Text | None = None
    next_review_on: Day | None = None


class DiscontinueReview(MatrixReview):
    """Take back the promise of a next review."""

    NAME, TYPE = "discontinue-review", "review.discontinued/1"
    conclusion: Text | None = None


class ReviewDecision(Change):
    """Say what a decision brought, and what it really cost."""

    NAME, TYPE = "review-decision", "decision.reviewed/1"
    decision: DecisionName
    outcome: Text
    actual: Money | None = None
