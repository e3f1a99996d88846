"""Judging: the state of a ledger in memory, and each decision put before the rules on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple

from ledger.application.completion import completed
from ledger.application.expansion.composed import NotExpanded, expanded, reaching
from ledger.application.facts import decision_facts, facts_of
from ledger.application.gathering.index import Index, IndexGone
from ledger.application.gathering.things import Gathering
from ledger.application.source import StoreSource
from ledger.application.streams import Streams
from ledger.clock import Clock, now
from ledger.documents.decision import Decision
from ledger.errors import LedgerDamaged, StoreError
from ledger.events.change import streams_of
from ledger.events.ids import spoken
from ledger.rules.flagged import on_decision
from ledger.rules.judge import Judgement, judge, settings_on
from ledger.rules.notice import Notice
from ledger.state.record import Fact, speaks_of
from ledger.state.state import State, StreamNeeded
from ledger.store.protocol import Store


class Judged(NamedTuple):
    """A decision as facts, and what the rules say of it at one position of the ledger."""

    position: int  # of the head that it was judged on
    decision: Decision  # with what was left out filled in
    facts: tuple[Fact, ...]
    judgement: Judgement
    settings: Mapping[str, int]  # that it was judged by
    is_counted: bool = False  # the versions of its facts are counted along the log, and not looked up in their streams

    def notices(self, recorded_day: int) -> tuple[Notice, ...]:
        """Return everything that is to be noticed of the decision, recorded on a day; it refuses nothing."""
        alone = on_decision(decision_facts(self.decision.header, self.facts, recorded_day), self.settings)
        return (*self.judgement.notices, *alone)


class Judging:
    """The state as known at the position of its `source`, and the judge who decides on it.

    The state is kept in memory: streams are read as decisions concern them, and what is appended later is caught up.
    """

    def __init__(
        self, store: Store, streams: Streams | None = None, clock: Clock = now, index: Index | None = None
    ) -> None:
        self._store, self._clock = store, clock
        self.streams = Streams(store) if streams is None else streams
        self._index = index
        self._is_cut = False
        self._begin(self.head())

    def _begin(self, position: int) -> None:
        self.source = StoreSource(self._store, position, self._clock)
        self._gathering: Gathering | None = None
        if self._index is not None and self._index.position <= position:
            with suppress(IndexGone):
                self._gathering = Gathering(self._store, self.source, self._index)
        self.state = State(self.source) if self._gathering is None else self._gathering.state
        self._is_cut = False

    @contextmanager
    def _uncut(self) -> Iterator[None]:
        """Let a state go that was cut short as it took something in: half of it would be taken for the whole.

        It is begun anew when it is next asked, since what fails now may fail again at once.
        """
        if self._is_cut:
            self._fold()
        try:
            yield
        except (IndexGone, StreamNeeded, NotExpanded):
            raise
        except BaseException:
            self._is_cut = True
            raise

    def use(self, index: Index) -> None:
        """Let an index tell which events concern a decision, in place of all that streams hold."""
        self._index = index
        self.streams.use(partial(_streams_naming, index), index.position)
        self._begin(self.source.position)

    def apart(self) -> Judging:
        """Return one that begins at the head, told by the same index, and knows nothing of what is supposed here."""
        return Judging(self._store, self.streams.apart(), self._clock, self._index)

    def head(self) -> int:
        """Return the position of the last event in the store."""
        return self._store.head().position

    def catch_up(self, position: int | None = None) -> None:
        """Take in what others appended, up to `position` or the head."""
        with self._uncut():
            self._catch_up(self.head() if position is None else position)

    def _catch_up(self, head: int) -> None:
        if head > self.source.position:
            turned = False
            for row in self._store.lines(self.source.position, head):
                fact = self.source.fact(row)
                turned = turned or speaks_of(fact) is not None
                self.source.advance((fact,))
                self.state.apply((fact,))
                self.streams.note((fact,))
                if self._gathering is not None:
                    self._gathering.note((fact,))
            if turned and self._gathering is not None:
                self._begin(head)  # what speaks of the turned facts, or of their decisions, may not be gathered

    def judge(self, decision: Decision, day: int, *, migrating: bool = False) -> Judged:
        """Return a decision judged on the state as it is now, recorded on `day`; the state stays as it is.

        `migrating` an older register, see `ledger.rules.judge`. What is not recorded as it is, is judged on all that
        the streams hold: so an index can refuse nothing. A composed change is expanded first, by what is so on its day;
        one that cannot be is refused.
        """
        if decision.is_composed:
            try:
                decision = self.expanded(decision)
            except NotExpanded as error:
                return self._refused(decision, error, day)
        with self._uncut():
            return self._put_before(decision, day, migrating=migrating)

    def _put_before(self, decision: Decision, day: int, *, migrating: bool) -> Judged:
        if self._gathering is not None:
            with suppress(IndexGone, StreamNeeded):
                self._gathering.need(decision)
                judged = self._judged(decision, day)
                if judged.judgement.passes:
                    self._hold_key(decision.header.key, self._gathering)
                    return judged
            self._fold()
        self._load(decision)
        return self._judged(decision, day, migrating=migrating)

    def _hold_key(self, key: str, gathering: Gathering) -> None:
        """Raise `LedgerDamaged` where a decision is in the log and the store does not find it: it would be again."""
        if gathering.is_recorded(key) and not self._store.decision(key):
            raise LedgerDamaged(self._store.location, f"its index does not lead to the decision {spoken(key)}")

    def expanded(self, decision: Decision) -> Decision:
        """Return a decision whose composed changes are those that they come to, as known now; as `expanded` raises."""
        with self._uncut():
            return self._expanded(decision)

    def _expanded(self, decision: Decision) -> Decision:
        concerned = reaching(decision, self.source)
        if self._gathering is not None:
            with suppress(IndexGone, StreamNeeded, NotExpanded):
                self._gathering.need(concerned)
                return self._came_to(decision, ())
            self._fold()
        self._load(concerned)
        return self._came_to(decision, self.streams.known_ids(self.state, decision))

    def _came_to(self, decision: Decision, known_ids: Iterable[str]) -> Decision:
        return expanded(decision, self.state, self.source, self.source.position, known_ids)

    def as_known(self, position: int) -> Judging:
        """Return one that judges by what was known at a position."""
        before = Judging(self._store, self.streams.apart(), self._clock)
        before.forget(position)
        return before

    def expanded_as_known(self, decision: Decision, position: int) -> Decision | None:
        """Return what a decision came to by what was known at a position; None where it came to nothing then."""
        try:
            return self.as_known(position).expanded(decision)
        except NotExpanded:
            return None

    def _refused(self, decision: Decision, error: NotExpanded, day: int) -> Judged:
        refused = Judgement(self.state, error.notices, (), ())
        return Judged(self.source.position, decision._replace(changes=()), (), refused, settings_on(self.state, day))

    def _load(self, decision: Decision) -> None:
        """Fold the streams that a decision concerns."""
        try:
            self.state.load(self.streams.needed(decision, self.source))
            self.state.load(self.streams.belonged_to(decision, self.source, self.state))
        except IndexGone:
            self.streams.use_none()
            self._load(decision)

    def _fold(self) -> None:
        """Go on with a state that folds streams, in which what was supposed is so too."""
        held = self.source.held()
        self._index = None
        self._begin(self.source.stored)
        for decision, facts in held:
            self.source.hold(facts, decision)
            self.source.position = facts[-1].position

    def _judged(self, decision: Decision, day: int, *, migrating: bool = False) -> Judged:
        position, header = self.source.position, decision.header
        decision = completed(decision, header.key, self.state, self.source)
        counted = self._gathering
        version = self.source.version if counted is None else counted.version
        facts = facts_of(decision, header.key, position, version)
        settings = settings_on(self.state, day)
        judgement = judge(
            self.state,
            self.source,
            facts,
            header,
            settings=settings,
            known_ids=() if migrating else self.streams.known_ids(self.state, decision),
            migrating=migrating,
            read=[Notice(*noticed) for noticed in decision.noticed],
        )
        return Judged(position, decision, facts, judgement, settings, counted is not None)

    def absorb(self, judged: Judged) -> None:
        """Let the state become what a judged decision leads to, once the store holds it.

        That the store cannot be read just then is no news to whoever has recorded: the state is let go.
        """
        self.source.advance(judged.facts)
        try:
            self.state.absorb(judged.judgement.after)
            if self._gathering is not None:
                self._gathering.absorb(judged.facts)
        except StoreError:
            self._is_cut = True
        self.streams.note(judged.facts)

    def suppose(self, judged: Judged) -> None:
        """Let the state become what a judged decision leads to, which the store does not hold, or not yet."""
        self.source.hold(judged.facts, judged.decision)
        self.absorb(judged)

    def knows(self, id_: str) -> bool:
        """Return whether all that is said of a thing is folded; where streams are, not if only the government's is."""
        if self._gathering is not None:
            return self.state.has(id_)
        streams = streams_of(id_)
        return not streams or any(self.state.holds(name) and self.source.version(name) for name in streams)

    def forget(self, position: int | None = None) -> None:
        """Let the state go; what is needed is read from the store again, up to `position` or the head."""
        self._begin(self.head() if position is None else position)
        self.streams.restart()


def _streams_naming(index: Index, id_: str) -> set[str]:
    return {stream for thing in index.naming(id_) for stream in streams_of(thing)}
