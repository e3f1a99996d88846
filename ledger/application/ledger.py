"""One government's ledger: plan a decision, record it, read what was recorded."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from os import PathLike
from typing import Any, NamedTuple, Self

from ledger import clock as clocks
from ledger.application.bounds import need_few_words, need_room
from ledger.application.completion import completed
from ledger.application.drafts import differences, document_of, drafts_of, facts_of, recorder_fields, reopens
from ledger.application.facts import decision_facts
from ledger.application.reader import Reader
from ledger.application.source import StoreSource, recorded
from ledger.application.streams import Streams
from ledger.documents.decision import Decision, Intent, read_decision, validated
from ledger.errors import InputError, LedgerDamaged, NoOffice, RecordConflict, Refused, SameReferenceOtherText
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.record import OnRecord
from ledger.events.envelope import Header, Migrated, Recorder
from ledger.events.references import decision_key
from ledger.integrity.tree import format_root
from ledger.names import GOVERNMENT
from ledger.rules.flagged import on_decision
from ledger.rules.judge import Judgement, judge, settings_on
from ledger.rules.notice import Notice
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.store.choice import make, opened
from ledger.store.protocol import Store
from ledger.store.types import Draft, Head, Sealed
from ledger.store.waiting import WAIT_SECONDS, Told, nobody
from ledger.timeline import NOT_STATED
from ledger.zones import day_in, zone

CONSTITUTION = "constitution"  # the reference of the decision that opens a ledger


class Plan(NamedTuple):
    """What recording a decision would do; `before` and `after` are the states around it."""

    decision: Decision
    already_recorded: bool
    refused: tuple[Notice, ...]
    acceptances_needed: tuple[Notice, ...]
    notices: tuple[Notice, ...]
    before: State
    after: State
    facts: tuple[Fact, ...]


class Receipt(NamedTuple):
    """What was recorded, and the size and root that hold the ledger to it."""

    authority: str
    reference: str
    positions: tuple[int, ...]
    recorded_at: datetime
    tree_size: int
    root: str
    notices: tuple[Notice, ...]
    already_recorded: bool = False


class Judged(NamedTuple):
    """A decision as facts, and what the rules say of it at one position of the ledger."""

    position: int  # of the head that it was judged on
    decision: Decision  # with what was left out filled in
    facts: tuple[Fact, ...]
    judgement: Judgement
    settings: Mapping[str, int]  # that it was judged by


class Ledger(Reader):
    """An open ledger. Its state is kept in memory and caught up with what others append."""

    def __init__(self, store: Store, recorder: Recorder | None, clock: clocks.Clock) -> None:
        super().__init__(store, clock)
        self._office = None if recorder is None else recorder_fields(recorder)
        self.source = StoreSource(store, store.head().position)
        self.state = State(self.source)
        self.streams = Streams(store)

    @classmethod
    def create(
        cls,
        location: str | PathLike[str],
        *,
        government: str,
        origin: str | None = None,
        timezone: str = "UTC",
        recorder: Recorder,
        clock: clocks.Clock = clocks.now,
        migrated: Migrated | None = None,
        wait_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Make a ledger for a government and open it.

        `origin` is the name under which its checkpoints and keys are known for ever, such as `example.gov/ledger`;
        where None it is made of the ledger id. The ledger appears at `location` whole, with its first event, or not at
        all. Raises `LedgerExists`, `StoreError` for the folder, `InputError` for a name, origin, time zone or recorder
        that cannot be.
        """
        zone(timezone)
        ledger_id = secrets.token_hex(16)
        named = f"cluster-ledger/{ledger_id}" if origin is None else origin
        fields = {"name": government, "origin": named, "timezone": timezone, "ledger_id": ledger_id}
        change = validated(ConstituteGovernment, fields, "The government")
        header = Header(authority=change.name, reference=CONSTITUTION, effective=NOT_STATED)
        drafts = drafts_of(
            Decision(header, (Intent(change, NOT_STATED),)), header.key, recorder_fields(recorder), migrated
        )
        store = make(location, drafts, at=clock, wait_seconds=wait_seconds, told=told)
        return cls._over(store, recorder, clock)

    @classmethod
    def open(
        cls,
        location: str | PathLike[str],
        *,
        recorder: Recorder | None = None,
        clock: clocks.Clock = clocks.now,
        read_only: bool = False,
        wait_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Open a ledger; `recorder` is the office that types in, needed to record. Raises `StoreError`.

        To record, one waits `wait_seconds` for other programs that do; `told` is called meanwhile, several times a
        second, with the seconds waited so far, and what it raises ends the wait.
        """
        store = opened(location, read_only=read_only, wait_seconds=wait_seconds, told=told)
        return cls._over(store, recorder, clock)

    @classmethod
    def _over(cls, store: Store, recorder: Recorder | None, clock: clocks.Clock) -> Self:
        try:
            return cls(store, recorder, clock)
        except BaseException:
            store.close()
            raise

    # Deciding

    def plan(self, document: Mapping[str, Any], openings: Iterable[tuple[str, bytes, str]] = ()) -> Plan:
        """Say what recording a document would do; nothing is recorded. `openings`: what was drawn for it before.

        Raises `InputError` for what cannot be read, `SameReferenceOtherText` for a reference that is taken.
        """
        self.catch_up()
        decision = self.read(document, openings=openings)
        already = self.recorded_before(decision)
        if already:
            return Plan(decision, True, (), (), (), self.state, self.state, ())
        judged = self.judge(decision)
        _, decision, facts, judgement, _ = judged
        self.drafts(judged, self._office or {})
        return Plan(
            decision,
            False,
            judgement.refused,
            judgement.acceptances_needed,
            (*judgement.notices, *self.about(judged, self.clock())),
            self.state,
            judgement.after,
            facts,
        )

    def record(self, document: Mapping[str, Any], openings: Iterable[tuple[str, bytes, str]] = ()) -> Receipt:
        """Record a decision document, all of it or nothing; the same decision again is one decision.

        `openings` are those that were drawn for its personal texts as it was planned; others are drawn now.

        Raises `Refused`, `SameReferenceOtherText`, `InputError` (`NoOffice`, where the ledger was opened without a
        recorder) or `StoreError`; nothing is then recorded.
        """
        office = self.recorder
        decision = self.read(document, openings=openings)
        judged = self.judge(decision)
        drafts = self.drafts(judged, office)

        def prepare(head: Head) -> tuple[Draft, ...]:
            nonlocal judged, drafts
            if head.position != judged.position:  # another decision came in between: judge again, under the lock
                self.catch_up(head.position)
                judged = self.judge(decision)
                drafts = self.drafts(judged, office)
            refused, needed = judged.judgement.refused, judged.judgement.acceptances_needed
            if not refused and not needed:
                return drafts  # if they are recorded already, the store does not take them again
            if self.recorded_before(decision):
                return ()
            raise Refused(decision.header.reference, refused, needed)

        try:
            appended = self.store.append(prepare, at=self.clock)
        except RecordConflict:
            if not self.recorded_before(decision):
                raise
            appended = None
        if appended is None:
            return self._receipt_again(decision)
        self.settle(judged)
        notices = [*judged.judgement.notices, *self.about(judged, appended.recorded_at)]
        notices += [Notice(rule, GOVERNMENT, _BACKWARDS) for rule in appended.notices]
        return Receipt(
            decision.header.authority,
            decision.header.reference,
            tuple(range(appended.first, appended.last + 1)),
            appended.recorded_at,
            appended.last,
            format_root(appended.root),
            tuple(notices),
        )

    def catch_up(self, position: int | None = None) -> None:
        """Take in what others appended, up to `position` or the head."""
        head = self.store.head().position if position is None else position
        if head > self.source.position:
            for row in self.store.lines(self.source.position, head):
                fact = self.source.fact(row)
                self.source.advance((fact,))
                self.state.apply((fact,))
                self.streams.note((fact,))

    def use_streams_of(self, lookup: Callable[[str], set[str]], position: int) -> None:
        """Let a view, filled to `position`, tell which streams speak of an id; else the log is read for it."""
        self.streams.use(lookup, position)

    # How it is done

    @property
    def recorder(self) -> dict[str, Any]:
        """The office that records, as it stands in an envelope; raises `NoOffice` where none was named."""
        if self._office is None:
            raise NoOffice
        return self._office

    def read(
        self,
        document: Mapping[str, Any],
        where: str = "The document",
        *,
        migrating: bool = False,
        openings: Iterable[tuple[str, bytes, str]] = (),
    ) -> Decision:
        """Read a document, and name the event behind each target that was given as a position."""
        decision = read_decision(document, where, migrating=migrating, openings=openings)
        if not any(intent.change.SPEAKS or intent.corrects for intent in decision.changes):
            return decision
        decision = decision._replace(changes=tuple(self._targeted(intent) for intent in decision.changes))
        need_few_words(decision, where)
        return decision

    def _targeted(self, intent: Intent) -> Intent:
        change = intent.change
        if not isinstance(change, OnRecord) or not isinstance(change.target, str) or "@" in change.target:
            return intent
        id_ = self.source.id_at(int(change.target[1:]))
        if id_ is None:
            raise InputError(f"There is no event at position {change.target[1:]}; the last is {self.head().position}.")
        return intent._replace(change=change.model_copy(update={"target": id_}))

    def recorded_before(self, decision: Decision) -> list[Sealed]:
        """Return the rows of the same decision if it is recorded; raises where it was with another text."""
        rows = self.store.decision(decision.header.key)
        if not rows:
            return rows
        proposed = {opening.commitment: opening for opening in decision.personal}

        def same(old: str, new: str) -> bool:
            return new in proposed and reopens(old, self.store.personal(old), proposed[new])

        before = document_of([recorded(row).event for row in rows])
        differ = differences(before, decision.normal(), same)
        if not differ:
            return rows
        first = f"{rows[0].stream}@{rows[0].version}"
        header = decision.header
        raise SameReferenceOtherText(
            header.reference, rows[0].recorded_at[:10], ", ".join(differ[:3]), self._free(header), first
        )

    def _free(self, header: Header) -> str:
        number = 2
        while self.store.decision(decision_key(header.authority, f"{header.reference}/{number}")):
            number += 1
        return f"{header.reference}/{number}"

    def judge(self, decision: Decision, *, migrating: bool = False, day: int | None = None) -> Judged:
        """Judge a decision on the state as it is now, recorded on `day` (today where None)."""
        self.state.load(self.streams.needed(decision, self.source))
        self.state.load(self.streams.belonged_to(decision, self.source, self.state))
        position, header = self.source.position, decision.header
        decision = completed(decision, header.key, self.state, self.source)
        facts = facts_of(decision, header.key, position, self.source.version)
        settings = settings_on(self.state, self.today() if day is None else day)
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

    def drafts(self, judged: Judged, office: dict[str, Any]) -> tuple[Draft, ...]:
        """Return the drafts of a judged decision; raises `MalformedDocument` for events that would be too long."""
        drafts = drafts_of(judged.decision, judged.decision.header.key, office)
        need_room(drafts, judged.facts)
        return drafts

    def settle(self, judged: Judged) -> None:
        """Take into the state what a judged decision leads to, once it is recorded (or will be, in its batch)."""
        self.state.absorb(judged.judgement.after)
        self.source.advance(judged.facts)
        self.streams.note(judged.facts)

    def suppose(self, plan: Plan) -> None:
        """Go on as if a plan's decision were recorded: the next plan is judged on what it leads to.

        Nothing is recorded. `forget_state` brings back what is so.
        """
        self.source.hold(plan.facts)
        judgement = Judgement(plan.after, (), (), ())
        self.settle(Judged(self.source.position, plan.decision, plan.facts, judgement, {}))

    def forget_state(self, position: int | None = None) -> None:
        """Let the state in memory go; what is needed is read from the store again, up to `position` or the head."""
        self.source = StoreSource(self.store, self.store.head().position if position is None else position)
        self.state = State(self.source)
        self.streams.restart()

    def about(self, judged: Judged, at: datetime) -> Iterable[Notice]:
        """Return what is to be noticed about a decision by itself, recorded at an instant."""
        day = day_in(zone(self.government.timezone), at)
        return on_decision(decision_facts(judged.decision.header, judged.facts, day), judged.settings)

    def _receipt_again(self, decision: Decision) -> Receipt:
        positions = tuple(row.position for row in self.store.decision(decision.header.key))
        known = self.known_at(positions[-1])
        if known.at is None:
            raise LedgerDamaged(self.store.path, f"position {positions[-1]} has no record time")
        header = decision.header
        return Receipt(header.authority, header.reference, positions, known.at, known.size, known.root, (), True)


_BACKWARDS = "The clock gave no later time than the last decision's; the next microsecond after that was taken."
