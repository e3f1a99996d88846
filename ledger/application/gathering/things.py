"""The gathering of a state: each thing that a decision concerns from the events that an index names, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.application.gathering.index import ContinuedIndex, Index
from ledger.application.source import StoreSource
from ledger.application.streams import named, targets, turned_back
from ledger.documents.decision import Decision
from ledger.names import GOVERNMENT
from ledger.state.record import Fact, speaks_of, target_of
from ledger.state.standing import is_act
from ledger.state.state import State
from ledger.store.protocol import Store


class Gathering:
    """The things of one state, with all that the rules read of them, as known at the position of its source."""

    def __init__(self, store: Store, source: StoreSource, index: Index) -> None:
        """Begin with nothing gathered; what was recorded after the index's position is read here."""
        self._store, self._source = store, source
        self._index = ContinuedIndex(index)
        self.state = State(source, gather=self.hold)
        self._closed: set[int] = set()  # whoever speaks of the events at these positions is in the record
        self._registered: set[int] = set()
        self._acts: list[Fact] = []  # in the record, and not weighed yet
        for row in store.lines(index.position, source.position):
            self.note((source.fact(row),))

    def note(self, facts: Iterable[Fact]) -> None:
        """Take in that facts follow in the log; `state` has them by its own ways."""
        for fact in facts:
            self._index.note(fact, self.state.record.reach(fact, self._source.decision))

    def version(self, stream: str) -> int:
        """Return the version of the last event of a stream, counted along the log; 0 for one without events."""
        return self._index.versions((stream,)).get(stream, 0)

    def is_recorded(self, key: str) -> bool:
        """Return whether the log holds a decision of a key."""
        return self._index.is_recorded(key)

    def absorb(self, facts: Iterable[Fact]) -> None:
        """Take in facts of a judged decision, which `state` has absorbed."""
        facts = list(facts)
        self._registered.update(fact.position for fact in facts)
        self.note(facts)

    def need(self, decision: Decision) -> None:
        """Gather what the rules read for a decision."""
        ids = [GOVERNMENT, *(decision.header.responds_to or ())]
        turned: list[str] = []
        for change, corrects in ((intent.change, intent.corrects) for intent in decision.changes):
            ids += named(change)
            lives = [change.subject] if change.LIFE is not None else []  # that turn, with what belongs to them
            for target in targets(target_of(change, corrects), self._source):
                self._close(self._source.decision(target.decision))
                turned.append(target.change.subject)
                ids += (*named(target.change), *named(self.state.standing(target).change))
                if target.change.LIFE is not None:
                    lives.append(target.change.subject)
            for id_ in lives:
                ids += self._index.naming(id_)
            if change.LIFE == "resumes":
                turned.append(change.subject)
        self.hold(ids)
        self.hold(id_ for one in turned for id_ in turned_back(self.state.thing(one)))

    def hold(self, ids: Iterable[str]) -> None:
        """Have things in the state, and those that they are parts of by their ids."""
        wanted = {part for id_ in ids for part in (id_, id_.partition("/")[0])}
        new = [id_ for id_ in sorted(wanted) if not self.state.has(id_)]
        if not new:
            return
        facts = {fact.position: fact for fact in self._read(self._index.saying(new))}
        for fact in list(facts.values()):
            if speaks_of(fact) is not None:  # it may make an earlier one say something
                facts.update((one.position, one) for one in self.state.record.reach(fact, self._source.decision))
        self._close(facts.values())
        self.state.take(new, [facts[position] for position in sorted(facts)])
        self.state.weigh(self._acts)
        self._acts.clear()

    def _close(self, facts: Iterable[Fact]) -> None:
        """Register all that speaks of facts, and of what tells how acts upon their decisions find them."""
        waiting = {fact.position: fact for fact in facts}
        while waiting:
            new = waiting.keys() - self._closed
            self._closed |= new
            waiting = {}
            for fact in self._read(set(self._index.speaking_of(new)) - self._registered):
                self._registered.add(fact.position)
                self.state.record.register(fact)
                if is_act(fact.change):
                    self._acts.append(fact)
                    upon = self._source.decision(speaks_of(fact) or "")
                    waiting.update((one.position, one) for one in upon)

    def _read(self, positions: Iterable[int]) -> Iterator[Fact]:
        """Yield the facts at positions, in order."""
        noted = self._index.facts
        wanted = sorted(positions)
        stored = self._store.among(position for position in wanted if position not in noted)
        read = {row.position: self._source.fact(row) for row in stored}
        return (noted.get(position) or read[position] for position in wanted)
