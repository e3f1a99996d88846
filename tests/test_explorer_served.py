"""The server of the explorer as a process: it says where it answers, refuses in words, and stops when it is told to."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from support.command_line import ROOT, Desk
from support.demonstrations import demonstration


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    demonstration(tmp_path / "government.ledger", 3).close()
    return tmp_path / "government.ledger"


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A server at a free port, once it answers, and the lines that it said so far."""
    command = [sys.executable, "-m", "commands.main", "serve", "--listen", "127.0.0.1:0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("Look at"):
                break
        try:
            yield process, lines
        finally:
            process.kill()


def url_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server_answers_and_stops_when_it_is_told_to(ledger: Path, number: signal.Signals, workers: str) -> None:
    with serving("--workers", workers) as (process, lines):
        with urlopen(url_in(lines[-1])) as answer:
            assert "Illyria" in answer.read().decode()
        process.send_signal(number)
        assert process.wait() == 0
        assert process.stderr is not None and process.stderr.read() == "Stopped.\n"


def test_a_token_is_said_where_recording_is_allowed(ledger: Path) -> None:
    with serving("--record", "--recorder", "Registry") as (_, lines):
        assert re.match(r"Record at http://127\.0\.0\.1:\d+/record/ with the token \S{30,}", lines[0])


def test_an_address_that_is_taken_is_refused_in_a_sentence(ledger: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = Desk(ledger.parent).run("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert result.exit_code == 1
    assert "(Address already in use). Give --listen another." in result.stderr


def test_decisions_are_recorded_over_https_alone(ledger: Path) -> None:
    result = Desk(ledger.parent).run("serve", "--record", "--recorder", "Registry", "--listen", "0.0.0.0:0")
    assert result.exit_code == 1
    assert "over HTTPS alone" in result.stderr


@pytest.mark.parametrize("host", ["x" * 301, "a..b", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 99, ""])
@pytest.mark.parametrize("command", [("serve",), ("witness", "serve", "--key", "k", "--log", "l", "--state", "s")])
def test_what_no_host_is_called_is_refused_in_a_sentence(ledger: Path, command: tuple[str, ...], host: str) -> None:
    result = Desk(ledger.parent).run(*command, "--listen", f"{host}:0")
    assert result.exit_code == 2
    assert "--listen is HOST:PORT" in result.stderr
