"""Servers of web pages, each a process of its own: ours, Fava over a book of accounts, and Datasette over a table."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from random import Random
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.parse import urljoin, urlsplit

from benchmarks.figures import Cost
from benchmarks.peers.absence import need
from ledger.closing import Closing

_SECONDS_MAX = 900  # until a server answers: Fava reads its book first
_BEGAN, _DAYS = date(2001, 1, 1), 24 * 365
_BANKS = 10
_SENDS_ON = (302, 303, 307)


class Site(Closing):
    """A server of pages, from its making until it is closed; `command` is given the port by `{port}`."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        need("psutil", "psutil")
        self.port = _free_port()
        self._said = (folder / f"said-{self.port}").open("wb")
        asked = [sys.executable, *(part.format(port=self.port) for part in command)]
        self._process = subprocess.Popen(
            asked, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=self._said, stderr=self._said
        )
        self._seen: Any = import_module("psutil").Process(self._process.pid)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def asked(self, *addresses: str) -> Cost:
        """Ask for pages over one connection; return what the server took of the processor, and how long that was.

        Raises `RuntimeError` for a page that is not answered so.
        """
        cpu, wall = self._cpu(), perf_counter()
        with closing(self._connected()) as connection:
            for address in addresses:
                status, place, body = _answer(connection, address)
                while status in _SENDS_ON:
                    status, place, body = _answer(connection, place)
                if status != 200:
                    raise RuntimeError(f"{place} was answered with {status}: {body[:500]!r}")
        wall = perf_counter() - wall
        return Cost(self._cpu() - cpu, wall)

    def leads_to(self, address: str) -> str:
        """Return the address that another one is sent on to."""
        with closing(self._connected()) as connection:
            return _answer(connection, address)[1]

    def _connected(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS_MAX)

    def _cpu(self) -> float:
        times = [one.cpu_times() for one in (self._seen, *self._seen.children(recursive=True))]
        return float(sum(one.user + one.system for one in times))

    def _wait(self) -> None:
        """Wait until the server answers."""
        until = monotonic() + _SECONDS_MAX
        while monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                sleep(0.1)
        raise RuntimeError(f"A server does not answer: {Path(self._said.name).read_text()[-2000:]}")

    def close(self) -> None:
        """End it; a second time does nothing."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def _answer(connection: HTTPConnection, address: str) -> tuple[int, str, bytes]:
    """Ask for an address; return the status, where it leads, which is itself for a page, and the page."""
    connection.request("GET", address)
    answer = connection.getresponse()
    place = urlsplit(urljoin(address, answer.headers.get("Location", "")))
    return answer.status, place.path + (f"?{place.query}" if place.query else ""), answer.read()


def fava(folder: Path, entries: int, accounts: int) -> Site:
    """Return Fava over a book of so many transactions in so many accounts; raises `PeerAbsent`."""
    need("fava", "fava", "beancount")
    book = folder / "book.beancount"
    with book.open("w", encoding="utf-8") as file:
        file.writelines(_book(entries, accounts))
    program = "from fava.cli import main; main()"
    return Site(["-c", program, str(book), "--host", "127.0.0.1", "--port", "{port}"], folder)


def _book(entries: int, accounts: int) -> Iterator[str]:
    """Yield the lines of a book of a government that spends three times for each time that it takes in."""
    random = Random(1)
    yield 'option "title" "Exampleland"\noption "operating_currency" "EUR"\n'
    for number in range(accounts):
        yield f"{_BEGAN} open Expenses:Field{number % 10}:Cluster{number} EUR\n"
    for number in range(_BANKS):
        yield f"{_BEGAN} open Income:Tax{number} EUR\n{_BEGAN} open Assets:Bank{number} EUR\n"
    for number in range(entries):
        day, one = _BEGAN + timedelta(days=number * _DAYS // entries), random.randrange(accounts)
        bank, sum_ = f"Assets:Bank{one % _BANKS}", f"{random.randrange(1, 10_000)}.00 EUR"
        spent = f"Expenses:Field{one % 10}:Cluster{one}"
        to, of = (bank, f"Income:Tax{one % _BANKS}") if number % 4 == 0 else (spent, bank)
        yield f'{day} * "Payee {one}" "Entry {number}"\n  {to}  {sum_}\n  {of}\n'


def datasette(folder: Path, rows: int) -> Site:
    """Return Datasette over a table `entries` of so many rows, with an index of its own; raises `PeerAbsent`."""
    need("datasette", "datasette")
    path = folder / "record.db"
    random = Random(1)
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "CREATE TABLE entries (position INTEGER PRIMARY KEY, cluster TEXT, kind TEXT, day TEXT, authority TEXT, "
            "reference TEXT, title TEXT)"
        )
        db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", (_row(random, n) for n in range(rows)))
        db.execute("CREATE INDEX by_cluster ON entries (cluster)")
        db.commit()
    return Site(["-m", "datasette", str(path), "--host", "127.0.0.1", "--port", "{port}"], folder)


def _row(random: Random, number: int) -> tuple[int, str, str, str, str, str, str]:
    one = random.randrange(1_000)
    day = _BEGAN + timedelta(days=number % _DAYS)
    kind = ("retitled", "affiliated", "measured")[number % 3]
    return number + 1, f"cluster-{one}", kind, str(day), "Council of Ministers", f"T-{number}", f"Field {one}, {number}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
