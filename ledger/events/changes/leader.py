"""Changes of leaders: an office of a cluster, mission, mandate or the government, and who holds it."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.personal import Personal
from ledger.events.types import AnyId, Term, Title


class AppointLeader(Change):
    """Fill an office; the holder's name is personal data and stands in the event as a commitment only."""

    NAME, TYPE, SUBJECT = "appoint-leader", "leader.appointed/1", "of"
    SENTENCE = "The office {office} of {of:thing} is filled."
    OPENS = True
    HELP = {"holder": "Who holds it: personal data, kept outside the events, where it may be deleted."}
    of: AnyId
    office: Term
    holder: Personal[Title] | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the office, with the commitment to its holder where one is named."""
        return {f"leaders:{self.office}": self.normal().get("holder", {})}


class ReleaseLeader(Change):
    """Say that an office is no longer filled."""

    NAME, TYPE, SUBJECT = "release-leader", "leader.released/1", "of"
    SENTENCE = "The office {office} of {of:thing} is vacant."
    of: AnyId
    office: Term

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the office."""
        return {f"leaders:{self.office}": None}
