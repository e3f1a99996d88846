"""An older register becomes a ledger: its record times are kept, and what it passed through is noticed, not refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from ledger import clock as clocks
from ledger.application.bounds import need_room
from ledger.application.drafting import drafts_of
from ledger.application.ledger import CONSTITUTION, Judged, Ledger
from ledger.decisions import parse_instant, validated
from ledger.errors import InputError, MalformedDocument, Refused, SameReferenceOtherText
from ledger.events.changes.reference import decision_key
from ledger.events.envelope import Migrated, Recorder
from ledger.rules.refused_assertions import looks_back
from ledger.store.instants import stamp
from ledger.store.types import Decided
from ledger.store.waiting import WAIT_SECONDS, Told, nobody
from ledger.zones import Zone, day_in, zone

BATCH_DECISIONS = 2_000  # in one transaction: durable together, or not at all
BATCH_BYTES = 16 * 1024 * 1024  # of lines, which are in memory until their batch is recorded
STATE_ENTRIES = 1_000_000  # held in memory before the state is let go and read anew as needed

Progress = Callable[[int], None]


class Imported(NamedTuple):
    """What an import recorded; `notices` counts them by rule."""

    events: int
    decisions: int
    already_recorded: int
    notices: dict[str, int]


def import_register(
    location: str | PathLike[str],
    documents: Iterable[Mapping[str, Any]],
    *,
    government: str,
    source: str,
    recorder: Recorder,
    origin: str | None = None,
    timezone: str = "UTC",
    clock: clocks.Clock = clocks.now,
    progress: Progress | None = None,
    wait_seconds: float = WAIT_SECONDS,
    told: Told = nobody,
) -> Imported:
    """Make a ledger at `location` of decision documents that carry `recorded_at`, in record order.

    `source` names the older register and stands in every event. An import that was cut short goes on where it
    stopped when it is called again with the same documents. `progress` is told the number of documents read;
    `wait_seconds` and `told` are as for `Ledger.open`.
    Raises `InputError`, `Refused` or `SameReferenceOtherText` (what precedes the document stays recorded) and
    `StoreError`.
    """
    reader = iter(documents)
    first = next(reader, None)
    if first is None:
        raise InputError("There is no decision document to import.")
    now = clock()
    migrated = validated(Migrated, {"source": source, "when": stamp(now)}, "The import")
    waiting = (wait_seconds, told)
    with _opened(location, first, migrated, now, government, origin, timezone, recorder, clock, waiting) as ledger:
        return Migration(ledger, migrated, now, progress or _silent).run(chain((first,), reader))


def _silent(count: int) -> None:
    """Tell nobody."""


def _opened(
    location: str | PathLike[str],
    first: Mapping[str, Any],
    migrated: Migrated,
    now: datetime,
    government: str,
    origin: str | None,
    timezone: str,
    recorder: Recorder,
    clock: clocks.Clock,
    waiting: tuple[float, Told],
) -> Ledger:
    """Make the ledger, or open the one that an earlier import of the same source began."""
    wait_seconds, told = waiting
    if not Path(location).exists():
        began, _ = _record_time(first, "Document 1", zone(timezone), now)
        return Ledger.create(
            location,
            government=government,
            origin=origin,
            timezone=timezone,
            recorder=recorder,
            clock=lambda: began,
            migrated=migrated,
            wait_seconds=wait_seconds,
            told=told,
        )
    ledger = Ledger.open(location, recorder=recorder, clock=clock, wait_seconds=wait_seconds, told=told)
    one = ledger.at(1)
    before = one.event.migrated if one else None
    if before is None or before.source != migrated.source or ledger.government.name != government:
        ledger.close()
        raise InputError(
            f"{location} is a ledger already, and not one that an import of {migrated.source} for {government} began. "
            "Choose another file."
        )
    return ledger


def _record_time(document: Mapping[str, Any], where: str, timezone: Zone, now: datetime) -> tuple[datetime, int]:
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

    def __init__(self, ledger: Ledger, migrated: Migrated, now: datetime, progress: Progress) -> None:
        self._ledger, self._migrated, self._progress = ledger, migrated, progress
        self._now, self._zone = now, zone(ledger.government.timezone)
        self._batch: list[Decided] = []
        self._base, self._last = ledger.head()  # as the store has it; the state runs ahead of it
        self._resumed = self._base > 1  # so that the store holds decisions which this run did not see
        self._seen = {hash(decision_key(ledger.government.name, CONSTITUTION))}  # hashes alone: they may be very many
        self._events = self._decisions = self._already = self._bytes = 0
        self._notices: Counter[str] = Counter()
        # What an end leads to is looked up while the batch is not in the store: know the log up to here first.
        ledger.streams.speaking_of("", self._base)

    def run(self, documents: Iterable[Mapping[str, Any]]) -> Imported:
        """Record every document in order, batch by batch."""
        count = 0
        try:
            for count, document in enumerate(documents, 1):
                self._take(document, f"Document {count}")
                if len(self._batch) >= BATCH_DECISIONS or self._bytes >= BATCH_BYTES:
                    self._flush()
                    self._progress(count)
        except (InputError, Refused, SameReferenceOtherText):
            self._flush()  # what precedes the faulty document is whole and stays
            raise
        self._flush()
        self._progress(count)
        return Imported(self._events, self._decisions, self._already, dict(sorted(self._notices.items())))

    def _take(self, document: Mapping[str, Any], where: str) -> None:
        ledger = self._ledger
        decision = ledger.read(document, where, migrating=True)
        instant, day = _record_time(document, where, self._zone, self._now)
        key = decision.header.key
        seen = hash(key) in self._seen
        self._seen.add(hash(key))
        if seen or any(looks_back(intent.change) for intent in decision.changes):
            self._flush()
        if (seen or self._resumed) and ledger.recorded_before(decision):
            self._already += 1
            return
        if self._last is not None and instant < self._last:
            before = f"before the {stamp(self._last)} of the decision before it"
            raise MalformedDocument(where, f'"recorded_at" is {stamp(instant)}, {before}. Sort them by record time.')
        judged = ledger.judge(decision, migrating=True, day=day)
        if judged.judgement.refused:
            raise Refused(f"{decision.header.reference} ({where})", judged.judgement.refused)
        drafts = drafts_of(judged.decision, key, ledger.recorder, self._migrated, where)
        self._bytes += need_room(drafts, judged.facts, where)
        self._count(judged, instant)
        ledger.source.hold(judged.facts)
        ledger.settle(judged)
        self._last = instant
        self._batch.append((drafts, instant))

    def _count(self, judged: Judged, at: datetime) -> None:
        self._decisions += 1
        self._events += len(judged.facts)
        for notice in (*judged.judgement.notices, *self._ledger.about(judged, at)):
            self._notices[notice.rule] += 1

    def _flush(self) -> None:
        if not self._batch:
            return
        ledger = self._ledger
        try:
            ledger.store.append_imported(self._batch, expected_position=self._base)
        except BaseException:
            ledger.forget_state()  # it ran ahead of what the store holds
            raise
        finally:
            self._batch, self._bytes = [], 0
        ledger.source.release()
        self._base = ledger.source.position
        if ledger.state.entries > STATE_ENTRIES:
            ledger.forget_state()
