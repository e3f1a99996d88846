"""A relay to a server that cuts a connection where it is told: before, during or after a commit."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Literal

import psycopg

from ledger.store.address import Address

Where = Literal["before", "during", "after"]
_PORT = 5432
_READY = b"Z\x00\x00\x00\x05I"  # ReadyForQuery, idle: the end of an answer after which nothing is open (protocol 3.0)


class Relay:
    """A socket that passes all on to a server; `cut` makes it cut the next connection that sends some bytes."""

    def __init__(self, place: str) -> None:
        self._address = Address(place)
        with psycopg.connect(self._address.uri) as found:
            self._host, self._port = found.info.host, found.info.port
        self.folder = Path(mkdtemp(prefix="pg-"))
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.folder / f".s.PGSQL.{_PORT}"))
        self._listening.listen()
        self._where: Where | None = None
        self._at = b""
        self.refuses = False  # whoever connects from now on is sent away
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def place(self) -> str:
        """The address of the ledger by way of the relay."""
        name = psycopg.conninfo.conninfo_to_dict(self._address.uri)
        return f"postgresql://{name.get('user', '')}@/{name['dbname']}?host={self.folder}&schema={self._address.schema}"

    def cut(self, where: Where, at: bytes = b"append(") -> None:
        """Cut the connection that sends `at` next: before it is passed on, with it, or once it is answered."""
        self._where, self._at = where, at

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()
        rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.refuses:
                    client.close()
                    continue
                server = self._reached()
                cut = threading.Event()
                ends = (client, server)
                threading.Thread(target=self._up, args=(*ends, cut), daemon=True).start()
                threading.Thread(target=self._down, args=(*ends, cut), daemon=True).start()

    def _reached(self) -> socket.socket:
        if self._host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{self._host}/.s.PGSQL.{self._port}")
            return server
        return socket.create_connection((self._host, self._port))

    def _up(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        """Pass on what a client sends."""
        with suppress(OSError):
            while some := client.recv(65_536):
                where = self._where if self._at in some else None
                if where is not None:
                    self._where = None
                    self.cuts += 1
                if where == "before":
                    break
                if where == "after":
                    cut.set()
                server.sendall(some)
                if where == "during":
                    break
        _shut(client, server)

    def _down(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        """Pass on what the server answers, but for the answer to what was cut."""
        with suppress(OSError):
            while some := server.recv(65_536):
                if not cut.is_set():
                    client.sendall(some)
                elif _READY in some:
                    break
        _shut(client, server)


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
