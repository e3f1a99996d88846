"""Changes of leaders: an office of a cluster, mission, mandate or the government, and who holds it."""

from __future__ import annotations

from ledger.events.change import Change
from ledger.events.personal import Personal
from ledger.events.types import AnyId, Term, Title


class AppointLeader(Change):
    """Fill an office; the holder's name is personal data and stands in the event as a commitment only."""

    NAME, TYPE, SUBJECT = "appoint-leader", "leader.appointed/1", "of"
    OPENS = True
    PERSONAL = ("holder",)
    of: AnyId
    office: Term
    holder: Personal[Title] | None = None


class ReleaseLeader(Change):
    """Say that an office is no longer filled."""

    NAME, TYPE, SUBJECT = "release-leader", "leader.released/1", "of"
    of: AnyId
    office: Term
