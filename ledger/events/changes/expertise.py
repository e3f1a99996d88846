"""Changes of expertise: offered by a cluster, drawn on by missions of other clusters."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.types import Id, Term


class OfferExpertise(Change):
    """Offer a field of expertise to the missions of other clusters."""

    NAME, TYPE = "offer-expertise", "expertise.offered/1"
    SENTENCE = "Cluster {cluster} offers expertise in {field}."
    OPENS = True
    KIND, SUBJECT = "cluster", "cluster"
    cluster: Id
    field: Term

    def keyed(self, stated: str) -> Attributes:
        """Return the field that the cluster offers."""
        return {f"expertise:{self.field}": True}


class WithdrawExpertise(Change):
    """Offer a field of expertise no longer."""

    NAME, TYPE = "withdraw-expertise", "expertise.withdrawn/1"
    SENTENCE = "Cluster {cluster} no longer offers expertise in {field}."
    KIND, SUBJECT = "cluster", "cluster"
    cluster: Id
    field: Term

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the offer."""
        return {f"expertise:{self.field}": None}


class DrawExpertise(Change):
    """Say that a mission draws on a cluster's expertise."""

    NAME, TYPE = "draw-expertise", "expertise.drawn/1"
    SENTENCE = "Mission {mission} draws on {cluster} for {field}."
    OPENS = True
    KIND, SUBJECT, REFERS = "mission", "mission", (("cluster", "cluster"),)
    mission: Id
    cluster: Id
    field: Term

    def keyed(self, stated: str) -> Attributes:
        """Return the field that the mission draws on."""
        return {f"draws:{self.cluster}/{self.field}": True}


class ReleaseExpertise(Change):
    """Say that a mission no longer draws on a cluster's expertise."""

    NAME, TYPE = "release-expertise", "expertise.released/1"
    SENTENCE = "Mission {mission} no longer draws on {cluster} for {field}."
    KIND, SUBJECT, REFERS = "mission", "mission", (("cluster", "cluster?"),)
    mission: Id
    cluster: Id
    field: Term

    def keyed(self, stated: str) -> Attributes:
        """Return the end of its use."""
        return {f"draws:{self.cluster}/{self.field}": None}
