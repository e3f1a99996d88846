"""The filling of views: decision by decision, each turned into what it closes and opens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ledger.application import EventReader
from ledger.application.facts import header_of
from ledger.application.stored import StoredDecision
from ledger.application.streams import mentioned, put_in
from ledger.events.change import streams_of
from ledger.events.changes.record import OnRecord
from ledger.events.personal import committed_in
from ledger.state.edits import Edit
from ledger.state.effects import things_of
from ledger.state.record import Fact, speaks_of
from ledger.state.state import State, Touched
from ledger.timeline import day_of
from ledger.zones import zone
from projections.views.batch import Batch
from projections.views.queries.decisions import columns_of, day_recorded, decided
from projections.views.search import searchable, searchable_header
from projections.views.spans import turn

# Held in memory before the state is let go and read anew as needed: some 0.6 GB. What is let go is read again with all
# the history of its stream, so that the bound is to be reached by very large ledgers only.
STATE_ENTRIES = 2_000_000


class Filler:
    """Turns decisions into rows; `position` is the last that it took in."""

    def __init__(self, ledger: EventReader, position: int) -> None:
        self._ledger, self.position = ledger, position
        self._zone = zone(ledger.government.timezone)
        self.forget()

    def forget(self) -> None:
        """Let go of what is in memory; what is needed is read anew, thing by thing."""
        self._source = self._ledger.facts(self.position)
        self._state = State(self._source, whole=self.position == 0)

    def take(self, decision: StoredDecision, batch: Batch) -> None:
        """Add what a decision does to `batch`; it comes right after `position`."""
        facts = decision.facts
        plain = not any(speaks_of(fact) is not None for fact in facts)  # nearly every decision
        spoken_of = [] if plain else self._spoken_of(facts)
        self._state.load(self._streams((*facts, *spoken_of)))
        self._source.advance(facts)
        self.position = last = facts[-1].position
        for id_, edits in _by_thing(self._state.apply(facts)).items():
            thing = self._state.thing(id_)
            if thing is not None:
                batch.turn(thing.kind, id_, turn(thing, edits), last)
        self._write_down(decision, spoken_of, batch)
        self._decide(decision, spoken_of, plain, batch)
        if self._state.entries > STATE_ENTRIES:
            self.forget()

    @staticmethod
    def _streams(facts: Iterable[Fact]) -> Iterator[str]:
        """Yield the streams that hold all that is said of what facts are about, besides the government's."""
        for fact in facts:
            yield fact.stream
            for id_ in (fact.change.subject, *fact.change.begun()):
                yield from streams_of(id_)

    def _spoken_of(self, facts: Iterable[Fact]) -> list[Fact]:
        """Return the earlier facts that may turn by what the facts of a decision say of them."""
        found: dict[str, Fact] = {}
        for fact in facts:
            if speaks_of(fact) is not None:
                reached = self._state.record.reach(fact, self._source.decision)
                found.update((earlier.id, earlier) for earlier in reached)
        return list(found.values())

    def _write_down(self, decision: StoredDecision, spoken_of: list[Fact], batch: Batch) -> None:
        """Add the decision and its events, and what they mention."""
        header, recorded_at, facts = decision
        first = facts[0].position
        batch.decisions.append(
            (first, self.position, header.authority, header.reference, recorded_at, searchable_header(header))
        )
        batch.personal.extend([(first, one) for one in committed_in(header)])
        responds_to = header.responds_to or ()
        for fact in facts:
            position, change = fact.position, fact.change
            effective = None if fact.effective is None else day_of(fact.effective)
            said = searchable(change, fact.id)
            corrects = fact.corrects is not None or isinstance(change, OnRecord)
            batch.events.append((position, fact.id, first, change.TYPE, effective, corrects, change.ended_for, said))
            batch.personal.extend([(position, one) for one in committed_in(change)])
            about, says, stream = mentioned(change), things_of(change), fact.stream
            batch.streams[stream] = fact.version
            names = about | put_in(change)
            batch.mentions.update([(id_, stream, change.subject) for id_ in names])
            if spoken_of and speaks_of(fact) is not None:
                for earlier in self._spoken_of((fact,)):
                    batch.spoken.append((earlier.position, position))
                    about.add(earlier.change.subject)
                    batch.mentions.update([(id_, stream, earlier.change.subject) for id_ in names])
                    now = self._state.standing(earlier).change
                    about.update(mentioned(now) - mentioned(earlier.change))
                    says.update(now.begun())
            about.update(responds_to)
            about.update([id_.partition("/")[0] for id_ in about if "/" in id_])
            batch.mentioned.extend([(id_, position, id_ in says) for id_ in about])

    def _decide(self, decision: StoredDecision, spoken_of: list[Fact], plain: bool, batch: Batch) -> None:
        """Add what the rules need to know of the decision, and anew of those that it speaks of."""
        header, recorded_at, facts = decision
        key, day = facts[0].decision, day_recorded(recorded_at, self._zone)
        record = None if plain else self._state.record
        batch.decide(facts[0].position, self.position, columns_of(decided(header, facts, record, day)))
        for earlier in dict.fromkeys(fact.decision for fact in spoken_of):
            if earlier != key:
                self._decide_anew(earlier, batch)

    def _decide_anew(self, key: str, batch: Batch) -> None:
        authority, reference = json.loads(key)
        event = self._ledger.decision(authority, reference)[0].event
        facts = list(self._source.decision(key))
        self._state.load(fact.stream for fact in facts)  # whoever speaks of the others stands there
        day = day_recorded(event.recorded_at, self._zone)
        now = decided(header_of(event.decision), facts, self._state.record, day)
        batch.decide(facts[0].position, self.position, columns_of(now))


def _by_thing(touched: Touched) -> dict[str, dict[str, list[Edit]]]:
    found: dict[str, dict[str, list[Edit]]] = {}
    for (id_, attribute), edits in touched.items():
        found.setdefault(id_, {})[attribute] = edits
    return found
