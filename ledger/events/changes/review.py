"""Reviews: of the matrix of segments and missions, and of what a decision really brought."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.references import DecisionName, Money
from ledger.events.types import Day, Id, Text
from ledger.names import GOVERNMENT


class MatrixReview(Change):
    """A change of the reviews of one cluster, or of the whole government where none is named."""

    ARGUMENT = "cluster"
    cluster: Id | None = None

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return the kinds of things that it may change."""
        return ("cluster", GOVERNMENT)

    @property
    def kind_changed(self) -> str:
        """A cluster, or the government."""
        return "cluster" if self.cluster else GOVERNMENT

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
    COMMAND = "review matrix"
    BESIDE = ("reviewed_on", "review_conclusion", "next_review_on")
    SENTENCE = "The matrix of {subject:thing} is reviewed{next_review_on:next-review}."
    conclusion: Text | None = None
    next_review_on: Day | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the review, whose day is the effective date."""
        review = {"review_conclusion": self.conclusion, "next_review_on": self.next_review_on}
        return review | {"reviewed_on": stated}


class DiscontinueReview(MatrixReview):
    """Take back the promise of a next review."""

    NAME, TYPE = "discontinue-review", "review.discontinued/1"
    SENTENCE = "The next review of {subject:thing} is taken back."
    COMMAND = "review discontinue"
    BESIDE = ("next_review_on",)
    conclusion: Text | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the promise."""
        return {"next_review_on": None}


class ReviewDecision(Change):
    """Say what a decision brought, and what it really cost."""

    NAME, TYPE = "review-decision", "decision.reviewed/1"
    COMMAND = "review decision"
    SENTENCE = "What decision {decision.reference} brought is reviewed: {outcome:short}"
    decision: DecisionName
    outcome: Text
    actual: Money | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the review, under the key of the decision."""
        actual = {"actual": self.actual.model_dump()} if self.actual else {}
        return {f"decision-reviews:{self.decision.key}": {"outcome": self.outcome} | actual}
