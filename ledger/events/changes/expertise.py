"""Changes of expertise: offered by a cluster, drawn on by missions of other clusters."""

from __future__ import annotations

from ledger.events.change import Change
from ledger.events.types import Id, Term


class OfferExpertise(Change):
    """Offer a field of expertise to the missions of other clusters."""

    NAME, TYPE = "offer-expertise", "expertise.offered/1"
    OPENS = True
    KIND, SUBJECT = "cluster", "cluster"
    cluster: Id
    field: Term


class WithdrawExpertise(Change):
    """Offer a field of expertise no longer."""

    NAME, TYPE = "withdraw-expertise", "expertise.withdrawn/1"
    KIND, SUBJECT = "cluster", "cluster"
    cluster: Id
    field: Term


class DrawExpertise(Change):
    """Say that a mission draws on a cluster's expertise."""

    NAME, TYPE = "draw-expertise", "expertise.drawn/1"
    OPENS = True
    KIND, SUBJECT, REFERS = "mission", "mission", (("cluster", "cluster"),)
    mission: Id
    cluster: Id
    field: Term


class ReleaseExpertise(Change):
    """Say that a mission no longer draws on a cluster's expertise."""

    NAME, TYPE = "release-expertise", "expertise.released/1"
    KIND, SUBJECT, REFERS = "mission", "mission", (("cluster", "cluster?"),)
    mission: Id
    cluster: Id
    field: Term
