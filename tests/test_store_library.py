"""The `eventsourcing` library over our store: its own tests of recorders, its readers and its projection runner."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProgrammingError,
    StoredEvent,
    Subscription,
    Tracking,
)
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import ApplicationSubscription, Projection, ProjectionRunner
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)
from support.store_lines import START, TYPE, append, fill, key

from ledger.application import Ledger
from ledger.errors import RecordConflict
from ledger.events.envelope import Recorder
from ledger.instants import stamp
from ledger.store.library.sealing import Beside, Columns
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.eventlog import EventLog, StoredLine
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.waiting import Wait


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore.create(tmp_path / "new.ledger") as made:
        yield made


def test_the_library_reads_our_ledger_through_its_notification_log(store: SQLiteStore) -> None:
    fill(store, range(4))
    section = store.log.notification_log["1,10"]
    assert [(item.id, item.topic, item.state) for item in section.items] == [
        (event.position, TYPE, event.line) for event in store.lines(upto=10)
    ]
    assert section.next_id == "11,20"
    assert store.log.recorder.max_notification_id() == 12
    picked = store.log.notification_log.select(4, 10, stop=6, topics=[TYPE], inclusive_of_start=False)
    assert [item.id for item in picked] == [5, 6]
    versions = [event.originator_version for event in store.log.events.get("cluster:a", gt=1, lte=3, desc=True)]
    assert versions == [3, 2]


def test_a_subscription_gives_what_is_there_then_what_comes_and_ends_when_it_is_stopped(store: SQLiteStore) -> None:
    fill(store, range(1))
    with ApplicationSubscription(store.log, gt=1, topics=[TYPE]) as tail:
        assert [next(tail)[1].notification_id for _ in range(2)] == [2, 3]
        append(store, "D-9")
        line, tracking = next(tail)
        assert tracking == Tracking("EventLog", 4)
        assert line == StoredLine("cluster:a", 2, TYPE, store.need(4).line)
        tail.stop()
        with pytest.raises(StopIteration):
            next(tail)


def test_nothing_enters_by_the_door_of_the_library(store: SQLiteStore) -> None:
    event = StoredEvent("cluster:a", 1, TYPE, b"{}")
    with pytest.raises(ProgrammingError, match="append"):
        store.log.recorder.insert_events([event])
    assert store.head().position == 0


# The library's own tests of recorders


class Inserting(ApplicationRecorder):
    """Our recorder, as the library's tests insert into it: what they give as a state stands in a line of a decision.

    That is all that is adapted. A line repeats stream, version and type, which is asked for when it is read again; the
    library's tests write `b"state1"`. Each of their insertions is a decision of its own.
    """

    def __init__(self, store: SQLiteStore) -> None:
        self._recorder, self._decisions = store.log.recorder, count(1)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return None
        with self._recorder.locked():
            number = next(self._decisions)
            instant = START + timedelta(seconds=number)
            columns = [
                Columns(key(f"D-{number}"), part, len(stored_events), stamp(instant))
                for part in range(1, len(stored_events) + 1)
            ]
            lines = [line_of(event, columns[place]) for place, event in enumerate(stored_events)]
            versions = {event.originator_id: event.originator_version for event in lines}
            try:
                return list(self._recorder.insert_events(lines, beside=Beside(columns, [], instant, versions)))
            except RecordConflict as error:
                raise IntegrityError from error

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        found = self._recorder.select_events(originator_id, **bounds)
        return [StoredEvent(one.originator_id, one.originator_version, one.topic, state_of(one.state)) for one in found]

    def select_notifications(self, *bounds: Any, **more: Any) -> Sequence[Notification]:
        found = self._recorder.select_notifications(*bounds, **more)
        return [Notification(*event_of(one), one.id) for one in found]

    def max_notification_id(self) -> int | None:
        return self._recorder.max_notification_id()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return self._recorder.subscribe(gt, topics)


class InsertingUnnumbered(Inserting):
    """The same without positions, which the recorder of aggregates does not give."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **more: Any) -> None:
        super().insert_events(stored_events, **more)


def line_of(event: StoredEvent, columns: Columns) -> StoredEvent:
    authority, reference = json.loads(columns.decision)
    line = {
        "data": {"state": base64.b64encode(event.state).decode()},
        "decision": {"authority": authority, "part": [columns.part, columns.parts], "reference": reference},
        "recorded_at": columns.recorded_at,
        "stream": event.originator_id,
        "type": event.topic,
        "version": event.originator_version,
    }
    state = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
    return StoredEvent(event.originator_id, event.originator_version, event.topic, state)


def state_of(line: bytes) -> bytes:
    return base64.b64decode(json.loads(line)["data"]["state"])


def event_of(one: Notification) -> tuple[UUID | str, int, str, bytes]:
    return one.originator_id, one.originator_version, one.topic, state_of(one.state)


class OurStore:
    """What both of the library's test cases need: a recorder over a new store, and text for ids."""

    kind: Callable[[SQLiteStore], Inserting]

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> Inserting:
        kept = ExitStack()
        folder = Path(kept.enter_context(TemporaryDirectory()))
        store = kept.enter_context(SQLiteStore.create(folder / "new.ledger"))
        self.addCleanup(kept.close)  # type: ignore[attr-defined] # it is mixed into a TestCase
        return type(self).kind(store)


class TestOurRecorderAsOneOfAggregates(OurStore, AggregateRecorderTestCase):
    kind = InsertingUnnumbered

    def create_recorder(self) -> AggregateRecorder:
        return super().create_recorder()


class TestOurRecorderAsOneOfApplications(OurStore, ApplicationRecorderTestCase[Inserting]):
    kind = Inserting

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsOfOneInsertion(OurStore, NonInterleavingNotificationIDsBaseCase):
    """They follow each other, whoever inserts at the same time."""

    kind = Inserting


# Or they are collected here, too.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase


# The library's projection runner


class Titles(POPOTrackingRecorder):
    """A view of a stranger: the titles that clusters were given, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[str, str]] = []


class TitlesOfClusters(Projection[Titles]):
    """The projection of a stranger, which knows lines and no model of ours."""

    topics = ("cluster.established/1", "cluster.retitled/1")

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        data = json.loads(domain_event.line)["data"]
        self.view.given.append((data["cluster"], data["title"]))
        self.view.insert_tracking(tracking)


class TailedLedger(EventLog):
    """A ledger as an application that a runner of the library makes by itself, from its environment."""

    def __init__(self, env: dict[str, str]) -> None:
        super().__init__(LedgerDatastore(Path(env["LEDGER"]), read_only=True, wait=Wait(0)))


def test_a_projection_runner_of_the_library_tails_a_ledger(tmp_path: Path) -> None:
    with Ledger.create(
        tmp_path / "a.ledger", government="Illyria", recorder=Recorder(id="Registry", basis="configured")
    ) as ledger:
        ledger.record(established("care", "Care", "CM-1"))
        with ProjectionRunner(
            application_class=TailedLedger,
            projection_class=TitlesOfClusters,
            view_class=Titles,
            env={"LEDGER": str(tmp_path / "a.ledger")},
        ) as runner:
            runner.wait(2, timeout=30)
            assert runner.view.given == [("care", "Care")]
            receipt = ledger.record(established("homes", "Homes", "CM-2"))
            runner.wait(receipt.positions[-1], timeout=30)
            assert runner.view.given == [("care", "Care"), ("homes", "Homes")]


def established(cluster: str, title: str, reference: str) -> dict[str, Any]:
    change = {"change": "establish-cluster", "cluster": cluster, "title": title}
    return {"authority": "Council", "reference": reference, "effective": "2026-01-01", "changes": [change]}
