"""Decisions as they are stored, each as what the fold and the views need of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger.application.facts import fact_of, header_of
from ledger.application.source import fact_said, recorded
from ledger.events.envelope import Header
from ledger.events.trusted import trusted
from ledger.state.record import Fact
from ledger.store.types import Sealed


class StoredDecision(NamedTuple):
    """A decision as it was recorded: its header, when that was, and its facts in order."""

    header: Header
    recorded_at: str
    facts: tuple[Fact, ...]


def decisions_of(rows: Iterable[Sealed]) -> Iterator[StoredDecision]:
    """Yield the decisions that stored rows hold, which begin with the first part of one; one without its end is none.

    Raises `UnknownEventType` or `UnreadableEvent`.
    """
    facts: list[Fact] = []
    for row in rows:
        said, last = trusted(row.line, row.type), row.part == row.parts
        if said is None:
            event = recorded(row)
            facts.append(fact_of(event, row.decision))
            header = header_of(event.event.decision) if last else None
        else:
            facts.append(fact_said(row, said))
            header = said.header if last else None
        if header is not None:
            yield StoredDecision(header, row.recorded_at, tuple(facts))
            facts = []
