"""The decisions that an audit asks about: of a span of the record, and of one authority or of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.register import TakeOverRegister
from projections.views.queries.record import RecordedDecision, decisions_between
from projections.views.read_model import Views

NO_DECISIONS = (ConstituteGovernment.TYPE, TakeOverRegister.TYPE)  # events that open the ledger, or end an import


class AuditWindow(NamedTuple):
    """Which decisions are asked about; None: all. Both ends of the span belong to it."""

    authority: str | None = None
    recorded_from: str | None = None  # a date in the government's time zone, an instant or a position
    recorded_to: str | None = None

    def span(self, views: Views, known: int) -> tuple[int, int]:
        """Return the positions after which and up to which decisions are asked about, none beyond `known`.

        Raises `InputError` for what names no point of the record.
        """
        after = 0 if self.recorded_from is None else views.ledger.known_before(self.recorded_from).position
        last = known if self.recorded_to is None else min(known, views.ledger.known(self.recorded_to).position)
        return after, last

    def decisions(self, views: Views, known: int) -> Iterator[RecordedDecision]:
        """Yield the decisions in order of the record; what opens the ledger, or ends an import, is none."""
        views.catch_up()
        return decisions_between(views.file, *self.span(views, known), NO_DECISIONS, self.authority)
