"""Changes of a mandate: what a cluster or the whole government must achieve, and who carries it out."""

from __future__ import annotations

from ledger.events.change import Change
from ledger.events.types import Ids, PartId, Text, Title
from ledger.names import GOVERNMENT


class MandateChange(Change):
    """A change of the mandate that it names."""

    KIND, SUBJECT = "mandate", "mandate"
    mandate: PartId


class IssueMandate(MandateChange):
    """Issue a mandate to the cluster that its id begins with, or to the government."""

    NAME, TYPE, LIFE = "issue-mandate", "mandate.issued/1", "begins"
    SENTENCE = "Mandate {mandate} is issued: {text:short}"
    OPENS = True
    SETS = ("text", "instrument")
    text: Text
    instrument: Title | None = None

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the cluster that the id begins with; nothing for a mandate of the government."""
        first = self.mandate.partition("/")[0]
        return () if first == GOVERNMENT else ((first, "cluster"),)


class AssignMandate(MandateChange):
    """State the whole of the segments or of the missions that a mandate is assigned to."""

    NAME, TYPE = "assign-mandate", "mandate.assigned/1"
    SENTENCE = "Mandate {mandate} is assigned to {assigned:list}."
    OPENS = True
    SETS = ("segments", "missions")
    REFERS = (("segments", "segment"), ("missions", "mission"))
    segments: Ids | None = None
    missions: Ids | None = None

    @property
    def assigned(self) -> Ids:
        """All that it is assigned to."""
        return (*(self.segments or ()), *(self.missions or ()))


class ReviseMandate(MandateChange):
    """Change the text of a mandate."""

    NAME, TYPE, SETS = "revise-mandate", "mandate.revised/1", ("text",)
    SENTENCE = "Text of mandate {mandate} changed to: {text:short}"
    text: Text


class DischargeMandate(MandateChange):
    """End a mandate that was carried out."""

    NAME, TYPE, LIFE = "discharge-mandate", "mandate.discharged/1", "ends"
    SENTENCE = "Mandate {mandate} is discharged."
    outcome: Text | None = None


class RevokeMandate(MandateChange):
    """End a mandate that was not carried out."""

    NAME, TYPE, LIFE = "revoke-mandate", "mandate.revoked/1", "ends"
    SENTENCE = "Mandate {mandate} is revoked."
    outcome: Text | None = None
