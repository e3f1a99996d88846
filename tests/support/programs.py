"""A program that asks the interface of a server, without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from commands.serve.api.application import api
from commands.serve.pool import AnsweringThreads

PLACE = "/api/v1"
_NEXT = re.compile(r'<([^>]*)>; rel="next"')


class Program:
    """A client of the interface to one ledger."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, address: str, **headers: str) -> Any:
        """Return the response to `show?id=wellbeing`."""
        return self.client.get(f"{PLACE}/{address}", headers=headers)

    def json(self, address: str, status: int = 200) -> Any:
        """Return the answer to an address."""
        response = self.get(address)
        assert response.status_code == status, response.text
        return response.json()

    def pages(self, address: str) -> Iterator[Any]:
        """Yield the responses of an address and of all that follow it."""
        while address:
            response = self.get(address)
            assert response.status_code == 200, response.text
            yield response
            found = _NEXT.fullmatch(response.headers.get("link", ""))
            address = urljoin(address, found[1]) if found else ""


def application_of(location: Path | str, *, public: bool = False) -> tuple[Starlette, AnsweringThreads]:
    """Return an application with the interface alone, and the pool that it asks, to be closed."""
    pool = AnsweringThreads(str(location), 1)
    return Starlette(routes=[Mount(PLACE, api(pool, public=public))]), pool


@contextmanager
def program(location: Path | str, *, public: bool = False) -> Iterator[Program]:
    """Yield a program that asks the interface to a ledger."""
    app, pool = application_of(location, public=public)
    try:
        yield Program(TestClient(app))
    finally:
        pool.close()
