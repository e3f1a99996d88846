"""Watched connections: every statement to a database is a point at which something can come in between.

An actor that died is let do nothing more: each of its statements raises `Death`, and its connections are closed raw, as
the system closes those of a process that was killed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from unittest.mock import patch

import psycopg
from support import servers

from ledger.store.postgres import connections


class Death(BaseException):
    """The end of a process at this moment: nothing in the program may catch it."""


class Watch:
    """Who does something at this moment, through which connections, and what is told of each of its statements."""

    def __init__(self) -> None:
        self.acting: list[str] = []  # the one who does so now is the last; the others wait for it
        self.dead: set[str] = set()
        self.told: dict[str, Callable[[Any, str], None]] = {}
        self.connections: list[tuple[str, Any]] = []

    @property
    def actor(self) -> str:
        """Who acts now; nobody where the simulation itself looks."""
        return self.acting[-1] if self.acting else ""

    def opened(self, connection: Any) -> None:
        """Note a connection of whoever acts."""
        connection.owner = self.actor
        self.connections.append((self.actor, connection))

    def reach(self, connection: Any, statement: str) -> None:
        """Tell that a statement is about to be put to a database, or was."""
        owner = connection.owner
        if owner in self.dead:
            raise Death
        if owner and owner == self.actor and owner in self.told:
            self.told[owner](connection, statement)

    def bury(self, actor: str) -> None:
        """Close the connections of an actor, whatever was under way in them."""
        for connection in [one for owner, one in self.connections if owner == actor]:
            with suppress(sqlite3.Error, psycopg.Error):
                connection.raw_close()
        self.connections = [one for one in self.connections if one[0] != actor]
        self.dead.discard(actor)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Let every connection that is opened be watched."""

    class WatchedCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> WatchedCursor:
            return _told(watch, self.connection, super().execute, sql, parameters)  # type: ignore[no-any-return]

        def executemany(self, sql: str, parameters: Any) -> WatchedCursor:
            return _told(watch, self.connection, super().executemany, sql, parameters)  # type: ignore[no-any-return]

    class Watched(sqlite3.Connection):
        owner = ""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            watch.opened(self)

        def cursor(self, factory: Any = WatchedCursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, parameters: Any = ()) -> Any:
            return self.cursor().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any) -> Any:
            return self.cursor().executemany(sql, parameters)

        def raw_close(self) -> None:
            if self.in_transaction:  # a cursor somewhere may keep the connection, and its locks with it
                self.rollback()
            self.close()

    def opened(*given: Any, **named: Any) -> sqlite3.Connection:
        return _connect(*given, **{"factory": Watched, **named})

    with patch.object(sqlite3, "connect", opened), _watching_servers(watch):
        yield


_connect = sqlite3.connect


def _told(watch: Watch, connection: Any, put: Callable[..., Any], sql: str, parameters: Any) -> Any:
    watch.reach(connection, sql)
    found = put(sql, parameters)
    watch.reach(connection, sql)
    return found


@contextmanager
def _watching_servers(watch: Watch) -> Iterator[None]:
    """Let every connection to a server be watched."""
    execute, connect = connections.Server.execute, connections.reached

    def told(self: Any, *given: Any, **named: Any) -> Any:
        watch.reach(self, "")
        found = execute(self, *given, **named)
        watch.reach(self, "")
        return found

    def opened(address: Any) -> Any:
        connection: Any = connect(address)
        connection.raw_close = partial(_cut_off, connection)
        watch.opened(connection)
        return connection

    with (
        patch.object(connections.Server, "execute", told),
        patch.object(connections.Server, "owner", "", create=True),
        patch.object(connections, "reached", opened),
    ):
        yield


def _cut_off(connection: Any) -> None:
    """Close a connection to a server, and wait until the server has let go of what was under way in it."""
    if connection.closed:
        return
    backend, address = connection.info.backend_pid, servers.server()
    connection.close()
    while servers.ask(address, f"SELECT 1 FROM pg_stat_activity WHERE pid = {backend}"):
        pass


def may_fail(statement: str) -> bool:
    """Whether a database may fail at a statement: one that begins or ends a transaction is done, or is not."""
    return statement.split(" ")[0] not in ("BEGIN", "ROLLBACK")


def failure(connection: Any) -> Exception:
    """Return the error that a driver raises where its database fails; a server is then lost."""
    if isinstance(connection, sqlite3.Connection):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_IOERR_READ, "SQLITE_IOERR_READ"
        return error
    connection.raw_close()
    return psycopg.OperationalError("server closed the connection unexpectedly")
