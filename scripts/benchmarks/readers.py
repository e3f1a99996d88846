"""Readers of a ledger's first page, many at once, while something else records."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Self
from urllib.parse import urljoin

_SECONDS_MAX = 60.0  # that a reader waits for an answer
_KEPT_SECONDS = 5.0  # for which a server keeps a connection over which nothing is asked
_POINT = re.compile(r"/p(\d+)/")


class Readers:
    """So many people who ask for the first page again and again, each by a connection of its own, until they are told.

    `recorded` is the last position that was recorded: whoever tells it has recorded it before.
    """

    def __init__(self, port: int, count: int) -> None:
        self._port, self._done = port, Event()
        self.recorded, self.seconds, self.faults = 0, list[float](), list[str]()
        self._threads = [Thread(target=self._read, daemon=True) for _ in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(_SECONDS_MAX)
        if any(thread.is_alive() for thread in self._threads):
            self.faults.append("somebody still waits for an answer")

    def wait(self, answers: int) -> None:
        """Wait until so many answers came in all, or none can come any more."""
        while len(self.seconds) < answers and any(thread.is_alive() for thread in self._threads):
            sleep(0.01)

    def share(self, part: float) -> float:
        """Return the seconds within which a share of all answers came; 0.5: half of them."""
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(len(found) * part))]

    def _read(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS_MAX)
        answered = perf_counter()
        try:
            while not self._done.is_set():
                recorded, began = self.recorded, perf_counter()
                try:
                    shown = _shown(connection)
                except ConnectionError:
                    if perf_counter() - answered < _KEPT_SECONDS:
                        raise
                    connection.close()  # this machine stood still meanwhile, and the server ended what it had kept
                    shown = _shown(connection)
                answered = perf_counter()
                self.seconds.append(answered - began)
                if shown < recorded:
                    self.faults.append(f"entry {recorded} was recorded, and a page asked for after it ended at {shown}")
        except (OSError, HTTPException, ValueError) as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()


def _shown(connection: HTTPConnection) -> int:
    """Ask for the first page, and return the last entry that it knows; raises `ValueError` for another answer."""
    way = _answer(connection, "/", 307)[0]
    found = _POINT.search(way)
    if found is None:
        raise ValueError(f"the first page is sent on to {way}")
    body = _answer(connection, urljoin("/", way), 200)[1]
    if f"known after entry {found[1]}." not in body:
        raise ValueError(f"{way} does not say that it was known after entry {found[1]}")
    return int(found[1])


def _answer(connection: HTTPConnection, address: str, wanted: int) -> tuple[str, str]:
    """Ask for an address, and return where it leads and what it says; raises `ValueError` for another status."""
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read().decode()
    if answer.status != wanted:
        raise ValueError(f"{address} was answered with {answer.status}: {body[:200]}")
    return answer.headers.get("Location", ""), body
