"""The `eventsourcing` library over our store: its own tests of recorders, its readers and its projection runner."""

from __future__ import annotations

import base64
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
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
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.projection import ApplicationSubscription, Projection, ProjectionRunner
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)
from psycopg.conninfo import conninfo_to_dict
from support import servers
from support.store_lines import START, TYPE, append, fill, key

from ledger.application import Ledger
from ledger.errors import LedgerLocked, RecordConflict
from ledger.events.envelope import Recorder
from ledger.instants import stamp
from ledger.store.address import Address
from ledger.store.choice.recording import make, opened
from ledger.store.library.mapping import StoredLine
from ledger.store.library.sealing import Beside, Columns, SealedBatch
from ledger.store.postgres.log import ServerLog
from ledger.store.postgres.store import PostgresStore
from ledger.store.sqlite.library import datastore
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.eventlog import EventLog
from ledger.store.sqlite.store import SQLiteStore
from ledger.store.waiting import Wait

OurStores = SQLiteStore | PostgresStore
NEW: dict[str, Callable[[Path], str | Path]] = {
    "sqlite": lambda folder: folder / "new.ledger",
    "postgres": lambda folder: servers.new_place(),
}


def made_at(location: str | Path) -> OurStores:
    found = make(location)
    assert isinstance(found, OurStores)
    return found


@pytest.fixture(params=NEW)
def location(tmp_path: Path, request: pytest.FixtureRequest) -> str | Path:
    return NEW[request.param](tmp_path)


@pytest.fixture
def store(location: str | Path) -> Iterator[OurStores]:
    with made_at(location) as made:
        yield made


def test_the_library_reads_our_ledger_through_its_notification_log(store: OurStores) -> None:
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


def test_a_subscription_gives_what_is_there_then_what_comes_and_ends_when_it_is_stopped(store: OurStores) -> None:
    fill(store, range(1))
    with ApplicationSubscription(store.log, gt=1, topics=[TYPE]) as tail:
        assert [next(tail)[1].notification_id for _ in range(2)] == [2, 3]
        append(store, "D-9")
        line, tracking = next(tail)
        assert tracking == Tracking(type(store.log).__name__, 4)
        assert line == StoredLine("cluster:a", 2, TYPE, store.need(4).line)
        tail.stop()
        with pytest.raises(StopIteration):
            next(tail)


def test_nothing_enters_by_the_door_of_the_library(store: OurStores) -> None:
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

    def __init__(self, store: OurStores) -> None:
        self._store, self._recorder, self._decisions = store, store.log.recorder, count(1)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return None
        number = next(self._decisions)
        instant = START + timedelta(seconds=number)
        columns = [
            Columns(key(f"D-{number}"), part, len(stored_events), stamp(instant))
            for part in range(1, len(stored_events) + 1)
        ]
        lines = [line_of(event, columns[place]) for place, event in enumerate(stored_events)]
        versions = {event.originator_id: event.originator_version for event in lines}
        batch = SealedBatch(lines, Beside(columns, [], instant, versions))
        try:
            entered = self._store.settle(lambda _: batch)
        except RecordConflict as error:
            raise IntegrityError from error
        assert entered is not None
        return list(range(entered.before.size + 1, entered.after.size + 1))

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

    kind: Callable[[OurStores], Inserting]
    lies = "sqlite"

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> Inserting:
        kept = ExitStack()
        folder = Path(kept.enter_context(TemporaryDirectory()))
        store = kept.enter_context(made_at(NEW[self.lies](folder)))
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


class TestServersRecorderAsOneOfAggregates(OurStore, AggregateRecorderTestCase):
    kind, lies = InsertingUnnumbered, "postgres"

    def create_recorder(self) -> AggregateRecorder:
        return super().create_recorder()


class TestServersRecorderAsOneOfApplications(OurStore, ApplicationRecorderTestCase[Inserting]):
    kind, lies = Inserting, "postgres"

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsOfOneInsertionOnAServer(OurStore, NonInterleavingNotificationIDsBaseCase):
    kind, lies = Inserting, "postgres"


# Or they are collected here, too.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase


# What the library does by itself on a server, and why none of it is used


class Sequenced(NamedTuple):
    """The library's recorder for PostgreSQL, with its functions in the database."""

    recorder: PostgresApplicationRecorder
    insertion: str  # the statement that inserts an event of a stream


@pytest.fixture
def theirs() -> Iterator[Sequenced]:
    found = conninfo_to_dict(Address(servers.database()).uri)
    datastore = PostgresDatastore(
        dbname=found["dbname"], host=found.get("host", ""), port=found.get("port", ""), user=found.get("user", ""),
        password=found.get("password", ""), originator_id_type="text", enable_db_functions=True,
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(datastore, events_table_name=f"events_{uuid4().hex}")
    recorder.create_table()
    event = f"ROW('{{0}}', 1, 'a', 'x')::{recorder.stored_event_type_name}"
    yield Sequenced(recorder, f"SELECT {recorder.pg_function_name_insert_events}(ARRAY[{event}])")
    datastore.close()


def test_by_the_functions_of_the_library_a_reader_that_tails_misses_an_event_for_good(theirs: Sequenced) -> None:
    uri = Address(servers.database()).uri
    with psycopg.connect(uri) as slow, psycopg.connect(uri, autocommit=True) as quick:
        slow.execute(theirs.insertion.format("a").encode())
        quick.execute(theirs.insertion.format("b").encode())
        seen = [one.id for one in theirs.recorder.select_notifications(1, 10)]
        slow.commit()
    seen += [one.id for one in theirs.recorder.select_notifications(seen[-1] + 1, 10)]
    assert seen == [2] and theirs.recorder.max_notification_id() == 2
    assert len(theirs.recorder.select_notifications(1, 10)) == 2


def test_a_reader_that_tails_ours_misses_nothing_since_a_later_event_waits_for_an_earlier_one() -> None:
    address = Address(servers.new_place())
    with made_at(address) as store, psycopg.connect(address.uri, autocommit=True) as slow:
        slow.execute(f'BEGIN; SELECT "{address.schema}".take_head(1000)'.encode())  # it may enter events now
        with opened(address, wait_seconds=0) as quick, pytest.raises(LedgerLocked):
            append(quick, "D-2", at=START)
        slow.execute("ROLLBACK")
        assert append(store, "D-1").first == 1


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


class TailedServer(ServerLog):
    """The same of a ledger on a server."""

    def __init__(self, env: dict[str, str]) -> None:
        self._store = PostgresStore.open(env["LEDGER"], read_only=True)
        super().__init__(self._store.path, self._store.query, self._store.writer)

    def close(self) -> None:
        super().close()
        self._store.close()


def test_a_projection_runner_of_the_library_tails_a_ledger(location: str | Path) -> None:
    with Ledger.create(location, government="Illyria", recorder=Recorder(id="Registry", basis="configured")) as ledger:
        ledger.record(established("care", "Care", "CM-1"))
        with ProjectionRunner(
            application_class=TailedLedger if isinstance(location, Path) else TailedServer,
            projection_class=TitlesOfClusters,
            view_class=Titles,
            env={"LEDGER": str(location)},
        ) as runner:
            runner.wait(2, timeout=30)
            assert runner.view.given == [("care", "Care")]
            receipt = ledger.record(established("homes", "Homes", "CM-2"))
            runner.wait(receipt.positions[-1], timeout=30)
            assert runner.view.given == [("care", "Care"), ("homes", "Homes")]


def established(cluster: str, title: str, reference: str) -> dict[str, Any]:
    change = {"change": "establish-cluster", "cluster": cluster, "title": title}
    return {"authority": "Council", "reference": reference, "effective": "2026-01-01", "changes": [change]}


@pytest.mark.parametrize("step", ["WriterQueue", "OpenDatabase", "LedgerPool", "uri_of"])
def test_a_datastore_whose_opening_is_stopped_is_cleared_away_in_silence(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    told: list[object] = []
    (tmp_path / "a.ledger").touch()
    monkeypatch.setattr(datastore, step, stopped)
    monkeypatch.setattr("sys.unraisablehook", told.append)
    with pytest.raises(KeyboardInterrupt):
        LedgerDatastore(tmp_path / "a.ledger", read_only=False, wait=Wait(0))
    gc.collect()
    assert told == []
