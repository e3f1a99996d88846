"""Workers of a server: one that ends is replaced, all end together, and what one of them knows the others know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from support.command_line import ROOT
from support.demonstrations import demonstration
from support.exploring import Visit
from support.served import Served, served

from commands.keep.tokens.kept import TokenFile
from commands.serve.access.memory import SharedTimes
from commands.serve.access.rates import Rates
from ledger.clock import now

TOGETHER = """
import os, signal, sys
from commands.serve.workers import WorkersFail, work_together

def told(line):
    os.write(1, f"{line}\\n".encode())  # whole: several write at once
"""
ENDS_ONCE = """
def work(over):
    try:
        os.open(sys.argv[1], os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        told("working")
        os.read(over, 1)
        told("over")
    else:
        os.kill(os.getpid(), signal.SIGKILL)
work_together(2, work)
told("stopped")
"""
FAILS = """
def work(over):
    raise SystemExit(3)
try:
    work_together(2, work)
except WorkersFail as error:
    print(error)
"""
DIES = """
def work(over):
    told(f"working for {os.getppid()}")
    os.read(over, 1)
    told("over")
from commands import stopping
stopping.take_over()
stopping.let_in()
work_together(1, work)
"""


@contextmanager
def program(text: str, *given: str) -> Iterator[subprocess.Popen[str]]:
    """A program that lets workers work, until the block ends."""
    command = [sys.executable, "-c", TOGETHER + text, *given]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as running:
        try:
            yield running
        finally:
            running.kill()


def asked(site: Served, path: str, cookie: str = "", **fields: str) -> Visit:
    """Return what a new connection is answered, and so perhaps by another worker; fields are sent as a form."""
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if fields else {})
    with closing(HTTPConnection(site.url.removeprefix("http://"))) as connection:
        connection.request("POST" if fields else "GET", path, urlencode(fields), headers)
        answer = connection.getresponse()
        return Visit(answer.status, answer.read().decode(), path, {k.lower(): v for k, v in answer.getheaders()})


def in_a_fork(work: Callable[[], bool]) -> bool:
    """Whether a fork of this process finds something to be so."""
    number = os.fork()
    if number == 0:
        os._exit(0 if work() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) == 0


def test_a_worker_that_is_killed_is_replaced_and_all_end_together(tmp_path: Path) -> None:
    with program(ENDS_ONCE, str(tmp_path / "ended")) as running:
        assert running.stdout is not None and running.stderr is not None
        said = [running.stdout.readline() for _ in range(2)]
        assert said == ["working\n", "working\n"]
        assert "ended by signal 9. Another one takes its place." in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        assert running.stdout.read().split() == ["over", "over", "stopped"]
        assert running.wait() == 0


def test_workers_that_end_as_they_begin_end_the_whole_in_a_sentence() -> None:
    with program(FAILS) as running:
        said, _ = running.communicate()
    assert said.startswith("Workers of this server ended 10 times within 60 seconds, the last one with exit code 3.")


def test_a_worker_ends_where_the_process_that_began_it_is_killed() -> None:
    with program(DIES) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == f"working for {running.pid}\n"
        running.kill()
        assert running.stdout.read() == "over\n"


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_what_one_process_did_is_counted_in_all() -> None:
    rates = Rates(burst=3, seconds=10, clock=lambda: 100.0)
    assert in_a_fork(lambda: [rates.wait("192.0.2.1"), rates.wait("192.0.2.1")] == [0, 0])
    assert [rates.wait("192.0.2.1"), rates.wait("192.0.2.1")] == [0, 10]
    assert in_a_fork(lambda: rates.wait("192.0.2.1") == 10)


def test_a_rate_is_a_burst_and_then_one_each_so_many_seconds() -> None:
    now = [100.0]
    rates = Rates(burst=2, seconds=5, clock=lambda: now[0])
    assert [rates.wait("a") for _ in range(4)] == [0, 0, 5, 5]
    assert rates.wait("b") == 0
    now[0] += 5
    assert [rates.wait("a") for _ in range(2)] == [0, 5]


def test_what_is_remembered_never_grows_and_the_earliest_gives_way() -> None:
    times = SharedTimes(rows=1)
    for number in range(1, 9):
        times.change(f"name-{number}", lambda _, at=number: float(at))  # type: ignore[misc]
    times.change("ninth", lambda stood: stood + 9.0)
    assert times.of("name-1") == 0.0
    assert [times.of(f"name-{number}") for number in range(2, 9)] == [float(number) for number in range(2, 9)]
    assert times.of("ninth") == 9.0


def test_who_comes_in_and_leaves_by_one_worker_did_so_by_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIEWS", "STATE"):
        monkeypatch.setenv(f"CLUSTER_LEDGER_{name}", str(tmp_path / name.lower()))
    demonstration(tmp_path / "illyria.ledger", 3).close()
    token = TokenFile(tmp_path / "tokens.json").make("auditor", "Court of audit", None, now()).token
    with served(tmp_path / "illyria.ledger", "--workers", "3", "--tokens", str(tmp_path / "tokens.json")) as site:
        entered = asked(site, "/enter/", token=token)
        cookie = entered.headers["set-cookie"].partition(";")[0]
        doors = [asked(site, "/enter/", cookie) for _ in range(12)]
        assert [one.html.count("You are in as: auditor.") for one in doors] == [1] * 12
        (mark,) = {one.field("mark") for one in doors}
        assert asked(site, "/leave/", cookie, mark=mark).status == 303
        doors = [asked(site, "/enter/", cookie) for _ in range(12)]
        assert [one.html.count("You are in as") for one in doors] == [0] * 12
