"""Many readers of the explorer at once while decisions are recorded, and several processes over PostgreSQL."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from benchmarks.readers import Readers
from support import servers
from support.governing import decide, governed
from support.served import served

from commands.serve.serve import listening_at
from ledger.application import Ledger

READERS, DECISIONS = 12, 6


@pytest.fixture(params=["a file", "a server"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    return governed(tmp_path if request.param == "a file" else servers.new_place())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_reader_meets_an_error_or_less_than_was_recorded_before(ledger: Ledger, workers: str) -> None:
    with ledger, served(str(ledger.location), "--workers", workers) as server:
        with Readers(urlsplit(server.url).port or 0, READERS) as readers:
            for number in range(DECISIONS):
                title = f"Care of kind {number}"
                decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": title}, reference=title)
                readers.recorded = ledger.head().position
                readers.wait(len(readers.seconds) + READERS)
        assert readers.faults == []
        assert len(readers.seconds) > READERS * DECISIONS


def test_each_process_of_a_server_over_postgresql_shows_what_was_recorded_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    place = servers.new_place()
    with governed(place) as ledger, served(servers.new_user(place, "auditor"), "--workers", "2") as server:
        for number in range(3):
            title = f"Care {number}"
            decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": title}, reference=title)
            for _ in range(8):  # connections of their own, which either process may take
                with urlopen(f"{server.url}/things/care/") as answer:
                    assert title in answer.read().decode()
                    assert f"/p{ledger.head().position}/" in answer.url


def test_no_part_of_an_answer_waits_until_the_part_before_is_confirmed() -> None:
    with listening_at("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        asked, _ = listening.accept()
        with asked:
            assert asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
