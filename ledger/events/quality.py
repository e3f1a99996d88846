"""The five questions that say how far a measurement or an assessment can be trusted."""

from __future__ import annotations

from ledger.events.types import Model, Text


class Quality(Model):
    """How it was verified, from which sources, how accurate it needs to be, its limits, and what makes up for them."""

    verification: Text | None = None
    sources: Text | None = None
    accuracy_needed: Text | None = None
    limits: Text | None = None
    compensation: Text | None = None
