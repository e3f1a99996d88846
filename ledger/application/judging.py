"""Judging: the state of a ledger in memory, and each decision put before the rules on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ledger.application.completion import completed
from ledger.application.facts import decision_facts, facts_of
from ledger.application.source import StoreSource
from ledger.application.streams import Streams
from ledger.clock import Clock, now
from ledger.documents.decision import Decision
from ledger.rules.flagged import on_decision
from ledger.rules.judge import Judgement, judge, settings_on
from ledger.rules.notice import Notice
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.store.protocol import Store


class Judged(NamedTuple):
    """A decision as facts, and what the rules say of it at one position of the ledger."""

    position: int  # of the head that it was judged on
    decision: Decision  # with what was left out filled in
    facts: tuple[Fact, ...]
    judgement: Judgement
    settings: Mapping[str, int]  # that it was judged by

    def notices(self, recorded_day: int) -> tuple[Notice, ...]:
        """Return everything that is to be noticed of the decision, recorded on a day; it refuses nothing."""
        alone = on_decision(decision_facts(self.decision.header, self.facts, recorded_day), self.settings)
        return (*self.judgement.notices, *alone)


class Judging:
    """The state as known at the position of its `source`, and the judge who decides on it.

    The state is kept in memory: streams are read as decisions concern them, and what is appended later is caught up.
    """

    def __init__(self, store: Store, streams: Streams | None = None, clock: Clock = now) -> None:
        self._store, self._clock = store, clock
        self.streams = Streams(store) if streams is None else streams
        self._begin(self.head())

    def _begin(self, position: int) -> None:
        self.source = StoreSource(self._store, position, self._clock)
        self.state = State(self.source)

    def head(self) -> int:
        """Return the position of the last event in the store."""
        return self._store.head().position

    def catch_up(self, position: int | None = None) -> None:
        """Take in what others appended, up to `position` or the head."""
        head = self.head() if position is None else position
        if head > self.source.position:
            for row in self._store.lines(self.source.position, head):
                fact = self.source.fact(row)
                self.source.advance((fact,))
                self.state.apply((fact,))
                self.streams.note((fact,))

    def judge(self, decision: Decision, day: int, *, migrating: bool = False) -> Judged:
        """Return a decision judged on the state as it is now, recorded on `day`; the state stays as it is.

        `migrating` an older register, see `ledger.rules.judge`.
        """
        self.state.load(self.streams.needed(decision, self.source))
        self.state.load(self.streams.belonged_to(decision, self.source, self.state))
        position, header = self.source.position, decision.header
        decision = completed(decision, header.key, self.state, self.source)
        facts = facts_of(decision, header.key, position, self.source.version)
        settings = settings_on(self.state, day)
        judgement = judge(
            self.state,
            self.source,
            facts,
            header,
            settings=settings,
            known_ids=() if migrating else self.streams.known_ids(self.state),
            migrating=migrating,
            read=[Notice(*noticed) for noticed in decision.noticed],
        )
        return Judged(position, decision, facts, judgement, settings)

    def absorb(self, judged: Judged) -> None:
        """Let the state become what a judged decision leads to, once the store holds it."""
        self.state.absorb(judged.judgement.after)
        self.source.advance(judged.facts)
        self.streams.note(judged.facts)

    def suppose(self, judged: Judged) -> None:
        """Let the state become what a judged decision leads to, which the store does not hold, or not yet."""
        self.source.hold(judged.facts, judged.decision)
        self.absorb(judged)

    def forget(self, position: int | None = None) -> None:
        """Let the state go; what is needed is read from the store again, up to `position` or the head."""
        self._begin(self.head() if position is None else position)
        self.streams.restart()
