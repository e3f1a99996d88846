"""Connections to the server: durable, in one isolation, with a limit to every wait, and in one schema."""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.waiting import Ready

from ledger.errors import harmless
from ledger.errors.servers import MayNotRecord, ServerRefused, ServerUnfit
from ledger.store.address import Address
from ledger.store.postgres.driver import Asking, said
from ledger.store.postgres.entering import Array, ArrayDumper
from ledger.store.waiting import TURN_SECONDS, Told

STATEMENT_SECONDS = 600  # for one statement, beside what it may wait for the lock
IDLE_SECONDS = 300  # for judging under the lock: whoever stalls longer lets others in, and records nothing
CONNECT_SECONDS = 15
CANCEL_SECONDS = 5.0
STANDBY = "its server is a standby, which only reads. Give the address of the primary."
VERSION_LEAST = 150000  # as the server counts: 15

_BEGIN = """SELECT pg_is_in_recovery(), current_setting('server_version_num')::int, current_setting('server_encoding'),
    set_config('search_path', %s, false), set_config('statement_timeout', %s, false),
    set_config('idle_in_transaction_session_timeout', %s, false), set_config('default_transaction_isolation',
    'read committed', false), set_config('default_transaction_read_only', %s, false), set_config('jit', 'off', false),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
        ELSE current_setting('synchronous_commit') END, false)"""
_Made = TypeVar("_Made")


class Server(psycopg.Connection[Any]):
    """A connection that tells somebody how long it has been waiting, several times a second, if asked to."""

    told: Told | None = None

    def wait(
        self, gen: Generator[Any, Any, _Made], interval: float = TURN_SECONDS, timeout: float | None = None
    ) -> _Made:
        """Wait for what a generator asks of the server; what `told` raises ends it, unless it is done by then."""
        if self.told is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(_telling(gen, self.told), min(interval, TURN_SECONDS), timeout)
        except _Ended as ended:
            return self._end(gen, ended.error)

    def _end(self, gen: Generator[Any, Any, _Made], error: BaseException) -> _Made:
        """Cancel what is asked, and return what it gave all the same; raises `error` where it gave nothing."""
        try:
            self.cancel_safe(timeout=CANCEL_SECONDS)
            return super().wait(_going_on(gen), timeout=CANCEL_SECONDS)
        except psycopg.errors.QueryCanceled:
            raise error from None
        except BaseException:
            self.close()
            raise error from None


class _Ended(BaseException):
    """What was told ended the wait."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _telling(gen: Generator[Any, Any, _Made], told: Told) -> Generator[Any, Any, _Made]:
    """Go on with a generator, and tell of each interval in which nothing came."""
    began = monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready == Ready.NONE:
                try:
                    told(monotonic() - began)
                except BaseException as error:
                    raise _Ended(error) from None
            wanted = gen.send(ready)
    except StopIteration as done:
        made: _Made = done.value
        return made


def _going_on(gen: Generator[Any, Any, _Made]) -> Generator[Any, Any, _Made]:
    """Go on with a generator that is under way."""
    try:
        wanted = gen.send(Ready.NONE)
        while True:
            wanted = gen.send((yield wanted))
    except StopIteration as done:
        made: _Made = done.value
        return made


def connect(address: Address, *, read_only: bool, wait_seconds: float = 0) -> Server:
    """Open one connection in autocommit mode; transactions are begun by name.

    Raises `ServerRefused`, `ServerUnfit` or `MayNotRecord` (of a standby, asked to write).
    """
    connection = reached(address)
    try:
        with Asking(address):
            longest = f"{int(STATEMENT_SECONDS + wait_seconds)}s"
            settings = (search_path(address), longest, f"{IDLE_SECONDS}s", "on" if read_only else "off")
            found = connection.execute(_BEGIN, settings).fetchone()
        assert found is not None
        _check(address, *found[:3], read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def reached(address: Address) -> Server:
    """Open one connection as the server makes it; raises `ServerRefused`."""
    opening: dict[str, Any] = {"fallback_application_name": "cluster-ledger", **address.opening()}
    if "connect_timeout" not in address.uri:
        opening["connect_timeout"] = CONNECT_SECONDS
    try:
        connection = Server.connect(address.uri, autocommit=True, client_encoding="utf8", **opening)
    except psycopg.Error as error:
        raise ServerRefused(address, _reason(error)) from None  # what the driver keeps of it may hold a password
    connection.adapters.register_dumper(Array, ArrayDumper)
    return connection


def search_path(address: Address) -> str:
    """Return where names are looked up: first what the server brings, last what a session makes for itself."""
    return f'pg_catalog, "{address.schema}", pg_temp'


def _check(address: Address, standby: bool, version: int, encoding: str, *, read_only: bool) -> None:
    if version < VERSION_LEAST:
        raise ServerUnfit(address, f"its server is PostgreSQL {version // 10000}, and 15 is the oldest that is known.")
    if encoding != "UTF8":
        raise ServerUnfit(address, f"the database is in {encoding}. Make one with ENCODING 'UTF8'.")
    if standby and not read_only:
        raise MayNotRecord(address, STANDBY)


def _reason(error: psycopg.Error) -> str:
    """Return why a server was not reached: the last thing that libpq says, which speaks of no password."""
    told = [line for line in str(error).strip().splitlines() if line and not line.startswith(("Is the", "\t"))]
    text = told[-1] if told else said(error)
    return harmless(text.rpartition("failed: ")[2].rpartition("FATAL:  ")[2] or text, 300)
