"""Sessions on a server: what each sets for itself, whatever the database says, and servers that are not written to."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import chown, rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from support import servers
from support.governing import REGISTRY, decide, governed
from support.store_lines import START, append

from ledger.application import Ledger
from ledger.errors import LedgerReadOnly
from ledger.errors.servers import MayNotRecord, ServerUnfit
from ledger.store.address import Address
from ledger.store.choice.examining import examination
from ledger.store.choice.reading import why_read_only
from ledger.store.choice.recording import make, opened
from ledger.store.postgres.connections import Server, connect

SETTINGS = {
    "synchronous_commit": "off",
    "default_transaction_isolation": "serializable",
    "search_path": "public",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}

SEGMENT = {"change": "add-segment", "segment": "care/rest", "title": "Rest"}


def retitled(title: str) -> dict[str, str]:
    return {"change": "retitle-cluster", "cluster": "care", "title": title}


def test_what_a_database_sets_is_set_right_in_every_session() -> None:
    place = servers.new_place()
    address = Address(place)
    name = servers.ask(address.uri, "SELECT current_database()")[0][0]
    try:
        for setting, value in SETTINGS.items():
            servers.ask(address.uri, f"ALTER DATABASE {name} SET {setting} = '{value}'")
        with make(place) as store:
            assert append(store, "D-1").first == 1
        with connect(address, read_only=False) as session:
            found = {one: session.execute(f"SHOW {one}".encode()).fetchall()[0][0] for one in SETTINGS}
    finally:
        servers.ask(address.uri, f"ALTER DATABASE {name} RESET ALL")
    assert found == {
        "synchronous_commit": "on",
        "default_transaction_isolation": "read committed",
        "search_path": f'pg_catalog, "{address.schema}", pg_temp',
        "statement_timeout": "10min",
        "idle_in_transaction_session_timeout": "5min",
    }


def test_a_database_of_another_encoding_takes_no_ledger() -> None:
    name = f"latin_{Address(servers.new_place()).schema}"
    servers.ask(servers.server(), f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(ServerUnfit, match="the database is in LATIN1"):
        make(servers.database_of(servers.server(), name))


def test_a_standby_is_read_and_refuses_to_record_with_words() -> None:
    folder = Path(mkdtemp(prefix="pg-"))
    data, place = folder / "data", servers.address_in(folder)
    try:
        servers.start(folder, data)
        with make(place) as store:
            append(store, "D-1", at=START)
        servers.stop(folder, data, "fast")
        (data / "standby.signal").touch()
        chown(data / "standby.signal", data.stat().st_uid)
        servers.start(folder, data)
        with opened(place, read_only=True) as store:
            assert store.head().position == 1 and list(examination(store.location)) == []
            with pytest.raises(LedgerReadOnly):
                append(store, "D-2")
        for write in (opened, lambda there: make(f"{there}&schema=other")):
            with pytest.raises(MayNotRecord, match="is a standby, which only reads. Give the address of the primary."):
                write(place)
        assert "is a standby" in why_read_only(place)
    finally:
        servers.stop(folder, data)
        rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(
    bool(os.environ.keys() & {servers.ADDRESS, servers.PROGRAMS}), reason="another server is named for this run"
)
def test_the_server_that_is_tried_is_the_newest_that_the_wheel_brings() -> None:
    def release(programs: Path) -> int:
        said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.split()[-1].split(".")[0])

    brought = {release(found.parent) for found in servers.programs().parents[1].glob("*/bin/postgres")}
    assert release(servers.programs()) == max(brought) >= 18


def test_whoever_records_after_others_goes_to_the_server_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for the lock, the head and what the others appended; once to enter, with COMMIT behind it."""
    place, went = servers.new_place(), list[str]()
    execute = Server.execute

    def counted(self: Server, query: Any, *rest: Any, **options: Any) -> Any:
        went.append(query.decode() if isinstance(query, bytes) else query)
        return execute(self, query, *rest, **options)

    with governed(place) as one, Ledger.open(place, recorder=REGISTRY) as other:
        for number in range(2):
            decide(one, retitled(f"One {number}"), reference=f"one-{number}")
            decide(other, retitled(f"Other {number}"), reference=f"other-{number}")
        decide(one, retitled("Two"), SEGMENT, reference="one-2")
        monkeypatch.setattr(Server, "execute", counted)
        receipt = decide(other, retitled("Health"), reference="last")
    assert [query.split()[0] for query in went] == ["BEGIN;", "SELECT", "COMMIT"], went
    assert receipt.positions == (receipt.tree_size,)
