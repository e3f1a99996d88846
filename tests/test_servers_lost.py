"""Connections that are lost as a decision is recorded: what became of it is looked up, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import pytest
from campaigns import servers as campaign_servers
from support import servers
from support.cut_connections import Relay, Where
from support.store_lines import START, append, append_together, drafts, key

from ledger.application import Ledger
from ledger.errors import LedgerDamaged, RecordingUncertain, StoreError
from ledger.errors.servers import ConnectionLost, OutcomeUnknown, ServerRefused
from ledger.events.envelope import Recorder
from ledger.store.choice.examining import examination
from ledger.store.choice.recording import make, opened
from ledger.store.postgres.store import PostgresStore
from ledger.store.protocol import Store
from ledger.store.types import Draft, Head

CUTS = get_args(Where)


@pytest.fixture
def place() -> str:
    return servers.new_place()


@pytest.fixture
def relay(place: str) -> Iterator[Relay]:
    make(place).close()
    found = Relay(place)
    yield found
    found.close()


@pytest.fixture
def store(relay: Relay) -> Iterator[Store]:
    with opened(relay.place, wait_seconds=5) as found:
        yield found


def contend(store: Store, *, locked: bool) -> None:
    assert isinstance(store, PostgresStore)
    if locked:
        store.writer.pace.met()


@pytest.mark.parametrize("locked", [False, True], ids=["at once", "under the lock"])
@pytest.mark.parametrize("where", CUTS)
def test_what_became_of_a_decision_is_looked_up_and_said(
    place: str, relay: Relay, store: Store, where: Where, locked: bool
) -> None:
    append(store, "D-1")
    contend(store, locked=locked)
    relay.cut(where)
    receipt = None
    try:
        receipt = append(store, "D-2", "cluster:a", "mission:m")
    except ConnectionLost as error:
        assert "the decision is not in the ledger. Nothing was recorded. Try again." in str(error)
    assert relay.cuts == 1
    with opened(place, read_only=True) as beside:
        there = beside.decision(key("D-2"))
        assert (receipt is not None) == bool(there)
        assert where == "during" or bool(there) == (where == "after")
        if receipt is not None:
            assert (receipt.first, receipt.last, receipt.root) == (2, 3, beside.root())
    assert append(store, "D-3").first == (4 if there else 2)  # it goes on over a new connection
    assert list(examination(store.location)) == []


@pytest.mark.parametrize("where", CUTS)
def test_several_decisions_of_one_commit_are_all_there_or_none(
    place: str, relay: Relay, store: Store, where: Where
) -> None:
    relay.cut(where)
    try:
        receipts = append_together(store, ["D-1", "D-2"], "cluster:a", "mission:m")
    except ConnectionLost:
        receipts = []
    with opened(place, read_only=True) as beside:
        assert beside.head().position == (receipts[-1].last if receipts else 0)


def test_where_the_server_cannot_be_asked_nothing_is_guessed(place: str, relay: Relay) -> None:
    with opened(relay.place, wait_seconds=0) as store:
        append(store, "D-1")
        relay.cut("after")

        def prepare(head: Head) -> tuple[Draft, ...]:
            relay.refuses = True
            return drafts("D-2", ["cluster:a"])

        with pytest.raises(OutcomeUnknown, match="it cannot be found out now whether it is") as caught:
            store.append(prepare, at=lambda: START + timedelta(days=1))
        assert isinstance(caught.value, RecordingUncertain)
        relay.refuses = False
    with opened(place, read_only=True) as beside:
        assert len(beside.decision(key("D-2"))) == 1


def test_a_decision_that_is_recorded_again_after_a_lost_answer_is_one_decision(place: str, relay: Relay) -> None:
    document = {
        "authority": "Council",
        "reference": "C-1",
        "effective": "2026-01-01",
        "changes": [{"change": "establish-cluster", "cluster": "care", "title": "Care"}],
    }
    other = servers.new_place()
    office = Recorder(id="Registry", basis="configured")
    Ledger.create(other, government="Illyria", recorder=office).close()
    by_relay = Relay(other)
    with Ledger.open(by_relay.place, recorder=office, wait_seconds=0) as ledger:
        by_relay.cut("after")
        first: Any = ledger.record(document)
        again = ledger.record(document)
    by_relay.close()
    assert (first.already_recorded, again.already_recorded) == (False, True)
    assert first.positions == again.positions == (2,)


def test_a_reader_goes_on_over_a_new_connection(relay: Relay, store: Store) -> None:
    append(store, "D-1")
    with opened(relay.place, read_only=True) as reader:
        assert reader.head().position == 1
        relay.cut("before", b"ORDER BY")
        with pytest.raises(Exception, match="could not be read"):
            reader.head()
        assert reader.head().position == 1


@pytest.mark.parametrize("asked", [b"SELECT format FROM head", b"set_config('search_path'"])
def test_a_connection_that_is_lost_as_a_ledger_is_opened_is_said_so(relay: Relay, asked: bytes) -> None:
    relay.cut("before", asked)
    with pytest.raises(StoreError, match="could not be read or written"):
        opened(relay.place)
    assert relay.cuts == 1


def test_a_connection_that_is_lost_as_a_ledger_is_examined_is_said_so(relay: Relay, store: Store) -> None:
    append(store, "D-1")
    relay.cut("before", b"ISOLATION LEVEL REPEATABLE READ")
    with pytest.raises(StoreError, match="could not be read or written"):
        list(examination(store.location))
    assert relay.cuts == 1


def test_a_server_that_is_gone_is_said_so(relay: Relay) -> None:
    relay.refuses = True
    with pytest.raises(ServerRefused, match="cannot be reached"):
        opened(relay.place)


def test_what_a_lost_connection_left_behind_is_ended_before_it_is_looked_for(place: str, relay: Relay) -> None:
    """Its transaction waits for the lock, and would be entered as soon as that is let go."""
    with opened(place) as holder, opened(relay.place, wait_seconds=5) as lost:
        contend(holder, locked=True)
        contend(lost, locked=False)
        relay.cut("during")
        became: list[str] = []

        def prepare(head: Head) -> tuple[Draft, ...]:
            with pytest.raises(ConnectionLost):
                append(lost, "D-1")
            became.append("lost")
            return ()

        assert holder.append(prepare, at=lambda: START) is None
        assert became == ["lost"] and holder.head().position == 0
    with opened(place, read_only=True) as beside, pytest.raises(LedgerDamaged):
        beside.need(1)


def test_writers_that_are_killed_and_connections_that_are_ended_at_any_instant_lose_and_halve_nothing() -> None:
    """A twentieth of the campaign `servers`."""
    counted = campaign_servers.campaign(1, 10)
    assert counted["recorded"] and counted["lost"]
