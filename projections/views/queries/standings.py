"""Standings of some events as known at a position, read by their keys: they and whatever speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.application.facts import fact_of, header_of
from ledger.events.changes.record import Correct
from ledger.events.envelope import Header, Recorded
from ledger.state.heading import corrected_header
from ledger.state.record import Fact, Record, named_facts, speaks_of
from ledger.state.standing import Standing
from projections.views.queries.mentions import Speech, speaking_of, spoken_between
from projections.views.queries.spans import idle_among
from projections.views.read_model import Views


class Told(NamedTuple):
    """An event, how it stands, and the facts because of which it does not stand as it was recorded."""

    recorded: Recorded
    fact: Fact
    standing: Standing
    because_of: tuple[Fact, ...]


class Standings:
    """Answers what stands as known at position `known`; what it read it keeps."""

    def __init__(self, views: Views, known: int) -> None:
        """Take views that are caught up; `known` ends a decision, or lies where one is looked into."""
        self.views, self.known = views, known
        self.source = views.ledger.facts(known)
        self.record = Record(self.source.event)
        self._facts: dict[int, tuple[Recorded, Fact]] = {}
        self._registered: set[int] = set()
        self._asked: set[int] = set()
        self._headers: dict[int, Header] = {}

    def of(self, positions: Iterable[int]) -> dict[int, Told]:
        """Return how the events at `positions` stand, by position in order; those not known are left out."""
        wanted = sorted({position for position in positions if 0 < position <= self.known})
        self._read(wanted)
        self._take_in(wanted)
        return {position: self._told(position) for position in wanted}

    def speaking_of(self, positions: Iterable[int]) -> list[Speech]:
        """Return (position, later position) for each known event by which one of `positions` may turn, in order."""
        return speaking_of(self.views.file, positions, self.known)

    def corrected_by(self, told: Iterable[Told]) -> list[int]:
        """Return the positions of the events that those corrections among `told` speak of that replace fields.

        Of a correction that was corrected itself, what it corrects too, in order.
        """
        found: set[int] = set()
        waiting = [one.fact for one in told]
        while waiting:
            later = waiting.pop()
            target = speaks_of(later)
            if target is None or not isinstance(later.change, Correct) or not later.change.data:
                continue
            named = named_facts(target, self.source.event, self.source.decision)
            new = [fact for fact in named if fact.position < later.position and fact.position not in found]
            found.update(fact.position for fact in new)
            waiting += new  # a correction may be corrected itself
        return sorted(found)

    def header(self, position: int) -> Header:
        """Return the header of the decision of an event, with what standing corrections put in its place."""
        part, parts = self._event(position)[0].event.decision.part
        first = position - part + 1
        found = self._headers.get(first)
        if found is None:
            found = self._headers[first] = self._header(position, first, first + parts - 1)
        return found

    def without_effect(self, told: Sequence[Told]) -> set[int]:
        """Return the positions of those of `told` that stand and change nothing."""
        events = [(one.standing.change.subject, one.fact.position) for one in told]
        return idle_among(self.views.file, events, self.known)

    def _told(self, position: int) -> Told:
        recorded, fact = self._event(position)
        because_of = tuple(later for later in self.record.about(fact) if self._counts(later, fact))
        return Told(recorded, fact, self.record.standing(fact), because_of)

    def _counts(self, later: Fact, fact: Fact) -> bool:
        """Return whether what `later` says of `fact` holds: a stand-in's does even where it was replaced itself."""
        status = self.record.standing(later).status
        return status == "stands" or (status == "replaced" and later.corrects == fact.id)

    def _take_in(self, positions: Sequence[int]) -> None:
        """Take note of everything that speaks of the events at `positions`, and of what speaks of that."""
        new = [position for position in positions if position not in self._asked]
        self._asked.update(new)
        later = sorted({later for _, later in self.speaking_of(new)} - self._registered)
        self._read(later)
        self._registered.update(later)
        for position in later:
            self.record.register(self._event(position)[1])

    def _read(self, positions: Iterable[int]) -> None:
        """Read those of the events at `positions` that were not read yet, all at once."""
        new = set(positions).difference(self._facts)
        for recorded in self.views.ledger.among(new) if new else ():
            self._facts[recorded.position] = (recorded, fact_of(recorded, recorded.event.decision.key))

    def _event(self, position: int) -> tuple[Recorded, Fact]:
        if position not in self._facts:
            self._read([position])
        return self._facts[position]

    def _header(self, position: int, first: int, last: int) -> Header:
        """Only the events of the decision that something speaks of can bear a correction of its header."""
        spoken = spoken_between(self.views.file, first, last, self.known)
        recorded, _ = self._event(position)
        if not spoken:
            return header_of(recorded.event.decision)
        self._take_in(spoken)
        facts = [self._event(one)[1] for one in spoken]
        return corrected_header(header_of(recorded.event.decision), facts, self.record)
