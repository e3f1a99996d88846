"""A run of an import: each document of an older register judged, and recorded batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ledger import clock as clocks
from ledger.application.drafts import Drafting, drafts_of
from ledger.application.judging import Judged, Judging
from ledger.application.ledger import CONSTITUTION, Ledger
from ledger.application.migration.amendments import mended
from ledger.application.migration.seen import SeenKeys
from ledger.application.repetition import recorded_before
from ledger.collector import collect_new, uncollected
from ledger.documents.composed import StrikeEntries
from ledger.documents.decision import Decision, Intent, validated
from ledger.errors import InputError, LedgerMoved, MalformedDocument, Refused, SameReferenceOtherText
from ledger.events.changes.register import TakeOverRegister
from ledger.events.envelope import Header, Migrated, Recorder
from ledger.events.ids import decision_key
from ledger.events.references import Document
from ledger.instants import parse_instant, stamp
from ledger.rules.notice import Notice
from ledger.rules.refused.assertions import looks_back
from ledger.store.types import Decided, Draft, Head, Sealed
from ledger.zones import Zone, day_in, zone

BATCH_DECISIONS = 2_000  # in one transaction: durable together, or not at all
BATCH_BYTES = 16 * 1024 * 1024  # of lines, which are in memory until their batch is recorded
STATE_ENTRIES = 4_000_000  # held in memory before the state is let go and read anew as needed
STATE_BYTES = 112 * 1024 * 1024  # in memory, likewise; the state is weighed each time as many bytes of lines went in

TAKEN_OVER = "register taken over"  # the reference of the decision that ends an import

Progress = Callable[[int], None]


class Imported(NamedTuple):
    """What an import recorded of a register's documents; `notices` counts them by rule, in the whole register."""

    events: int
    decisions: int
    already_recorded: int
    notices: dict[str, int]


class Passed(NamedTuple):
    """A notice of an import: of which document, and what the older register passed through."""

    document: int  # its number, from 1
    authority: str
    reference: str
    notice: Notice


def record_time(document: Mapping[str, Any], where: str, timezone: Zone, now: datetime) -> tuple[datetime, int]:
    """Return when the older register recorded a document, and the day in the government's time zone."""
    text = document.get("recorded_at") if isinstance(document, Mapping) else None
    if text is None:
        raise MalformedDocument(where, '"recorded_at" is missing: when did the older register record it?')
    instant = parse_instant(text, where)
    if instant > now:
        ahead = f"ahead of the clock ({stamp(now)}): nothing was recorded in the future. Set the clock, or the time."
        raise MalformedDocument(where, f'"recorded_at" is {stamp(instant)}, {ahead}')
    try:
        return instant, day_in(timezone, instant)
    except OverflowError:
        beyond = f"which is before the year 1 in {timezone.key}: the calendar begins there. Set the time."
        raise MalformedDocument(where, f'"recorded_at" is {stamp(instant)}, {beyond}') from None


class Migration:
    """One run of an import over an open ledger."""

    def __init__(
        self,
        ledger: Ledger,
        recorder: Recorder,
        migrated: Migrated,
        now: datetime,
        clock: clocks.Clock,
        progress: Progress,
        noticed: Callable[[Passed], None],
    ) -> None:
        self._ledger, self._store, self._judging = ledger, ledger.store, Judging(ledger.store)
        self._drafting = Drafting(self._judging, recorder)
        self._migrated, self._progress, self._noticed = migrated, progress, noticed
        self._now, self._clock, self._zone = now, clock, zone(ledger.government.timezone)
        self._batch: list[Decided] = []
        self._base, self._last = ledger.head()  # as the store has it; the state runs ahead of it
        self._seen = SeenKeys()
        self._seen.add(decision_key(ledger.government.name, CONSTITUTION))
        self._events = self._decisions = self._already = self._bytes = self._held = 0
        self._notices: Counter[str] = Counter()
        self._resumed = self._base > 1  # so that the store holds decisions which this run did not see
        # What an earlier run recorded is judged again, so that its notices count too: as if nothing were there yet.
        self._forget(1)

    def _forget(self, position: int) -> None:
        """Let the state go, and know the log up to `position`: the batch is not in the store when it is looked into."""
        self._held = 0
        self._judging.forget(position)
        self._judging.streams.speaking_of("", position)

    def run(self, documents: Iterable[Mapping[str, Any]], digest: Callable[[], str] | None = None) -> Imported:
        """Record every document in order, batch by batch, and at last that the register is taken over."""
        with uncollected():
            return self._run(documents, digest)

    def _run(self, documents: Iterable[Mapping[str, Any]], digest: Callable[[], str] | None) -> Imported:
        count = 0
        try:
            for count, document in enumerate(documents, 1):
                self._take(document, count)
                if len(self._batch) >= BATCH_DECISIONS or self._bytes >= BATCH_BYTES:
                    self._flush()
                    self._progress(count)
                    collect_new()
        except (InputError, Refused, SameReferenceOtherText):
            self._flush()  # what precedes the faulty document is whole and stays
            raise
        self._flush()
        notices = dict(sorted(self._notices.items()))
        self._end({"source": self._migrated.source, "documents": count, "notices": notices}, digest)
        self._progress(count)
        return Imported(self._events, self._decisions, self._already, notices)

    def _end(self, summary: dict[str, Any], digest: Callable[[], str] | None) -> None:
        """Record that the register is taken over; raises `LedgerMoved` where another program records meanwhile."""
        ledger, sha256 = self._ledger, digest() if digest else None
        change = validated(TakeOverRegister, {**summary, "sha256": sha256}, "The import")
        document = Document(title=change.source, sha256=sha256)
        header = Header(authority=ledger.government.name, reference=TAKEN_OVER, documents=(document,))
        drafts = drafts_of(Decision(header, (Intent(change, None),)), header.key, self._drafting.office)

        def prepare(head: Head) -> Sequence[Draft]:
            if head.position != self._base:
                raise LedgerMoved(self._base, head.position)
            return drafts

        self._store.append(prepare, at=self._clock)

    def _take(self, document: Mapping[str, Any], number: int) -> None:
        where = f"Document {number}"
        decision = mended(self._drafting.decision(document, where, migrating=True), self._judging.source)
        if any(isinstance(intent.change, StrikeEntries) for intent in decision.changes):
            raise MalformedDocument(where, "an import is struck once it is there: by a decision that is recorded.")
        instant, day = record_time(document, where, self._zone, self._now)
        key = decision.header.key
        seen = self._seen.add(key) and self._is_recorded(key)
        if seen or any(looks_back(intent.change) for intent in decision.changes):
            self._flush()
        before = recorded_before(self._store, decision, self._judging) if seen or self._resumed else []
        if before:
            self._already += 1
            self._again(decision, before[0], number)
            return
        self._judging.catch_up(self._base)  # past what was recorded here, but for this register
        if self._last is not None and instant < self._last:
            earlier = f"before the {stamp(self._last)} of the decision before it"
            raise MalformedDocument(where, f'"recorded_at" is {stamp(instant)}, {earlier}. Sort them by record time.')
        judged = self._judging.judge(decision, day, migrating=True)
        if judged.judgement.refused:
            raise Refused(f"{decision.header.reference} ({where})", judged.judgement.refused)
        drafts, size = self._drafting.drafts(judged, self._migrated, where)
        self._bytes += size
        self._held += size
        self._decisions += 1
        self._events += len(judged.facts)
        self._count(judged, day, number)
        self._judging.suppose(judged)
        self._last = instant
        self._batch.append((drafts, instant))

    def _is_recorded(self, key: str) -> bool:
        """Return whether a key is that of a decision in the store or in the batch."""
        return self._judging.source.at_hand(key) is not None or bool(self._store.decided((key,)))

    def _again(self, decision: Decision, first: Sealed, number: int) -> None:
        """Judge anew what an earlier run recorded; nothing where this run came by it before."""
        judging = self._judging
        if first.position <= judging.source.position:
            return
        judging.catch_up(first.position - 1)
        day = day_in(self._zone, datetime.fromisoformat(first.recorded_at))
        judged = judging.judge(decision, day, migrating=True)
        self._count(judged, day, number)
        judging.absorb(judged)
        self._held += len(first.line) * first.parts  # more or less: its parts are alike
        self._forget_much(judging.source.position)

    def _count(self, judged: Judged, day: int, number: int) -> None:
        header = judged.decision.header
        for notice in judged.notices(day):
            self._notices[notice.rule] += 1
            self._noticed(Passed(number, header.authority, header.reference, notice))

    def _flush(self) -> None:
        if not self._batch:
            return
        judging = self._judging
        try:
            self._store.append_imported(self._batch, expected_position=self._base)
        except BaseException:
            judging.forget()  # it ran ahead of what the store holds
            raise
        finally:
            self._batch, self._bytes = [], 0
        judging.source.release()
        self._base = judging.source.position
        self._forget_much(self._base)

    def _forget_much(self, position: int) -> None:
        """Let the state go where it holds much, and know the log up to `position`."""
        state = self._judging.state
        weighed = self._held > STATE_BYTES
        if weighed:
            self._held = 0
        if state.entries > STATE_ENTRIES or (weighed and state.weight > STATE_BYTES):
            self._forget(position)
