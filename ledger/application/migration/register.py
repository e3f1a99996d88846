"""The ledger that an import makes, or goes on with where an earlier run stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from os import PathLike
from typing import Any

from ledger import clock as clocks
from ledger.application.ledger import Ledger
from ledger.application.migration.run import TAKEN_OVER, Imported, Migration, Passed, Progress, record_time
from ledger.application.reader import stands_at
from ledger.documents.decision import validated
from ledger.errors import InputError
from ledger.events.envelope import Migrated, Recorder
from ledger.instants import stamp
from ledger.store.waiting import WAIT_SECONDS, Told, nobody
from ledger.zones import zone


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
    noticed: Callable[[Passed], None] | None = None,
    digest: Callable[[], str] | None = None,
    wait_seconds: float = WAIT_SECONDS,
    told: Told = nobody,
) -> Imported:
    """Make a ledger at `location` of decision documents that carry `recorded_at`, in record order.

    `source` names the older register and stands in every event. An import that was cut short goes on where it
    stopped when it is called again with the same documents. It ends with an event that says so, after which nothing
    more is taken over. `progress` is told the number of documents read, `noticed` every notice; `digest` is asked at
    the end for the SHA-256 of the register; `wait_seconds` and `told` are as for `Ledger.open`.
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
        migration = Migration(ledger, recorder, migrated, now, clock, progress or _silent, noticed or _silent)
        return migration.run(chain((first,), reader), digest)


def _silent(passed: object) -> None:
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
    if not stands_at(location):
        began, _ = record_time(first, "Document 1", zone(timezone), now)
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
    first_event = ledger.at(1)
    before = first_event.event.migrated if first_event else None
    if before is None or before.source != migrated.source or ledger.government.name != government:
        ledger.close()
        raise InputError(
            f"{location} is a ledger already, and not one that an import of {migrated.source} for {government} began. "
            "Choose another file."
        )
    ended = ledger.decision(government, TAKEN_OVER)
    if ended:
        ledger.close()
        day = ended[0].event.recorded_at[:10]
        raise InputError(
            f"{location} holds the whole of {migrated.source}: it was taken over on {day}. Nothing more is imported "
            "into it; what is decided since is recorded."
        )
    return ledger
