"""The reading side of a store on a server: one connection, shared by threads, opened again where it was lost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

from ledger.errors import LedgerClosed, LedgerDamaged, NewerFormat
from ledger.store.address import Address
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import Asking, DriverError, missing_or
from ledger.store.postgres.schema import FORMAT

_HIDDEN = "SELECT true FROM pg_namespace WHERE nspname = %s AND NOT has_schema_privilege(oid, 'USAGE')"
_OPENED = "SELECT format FROM head"


class AskedServer:
    """What answers one statement after the other; threads may share it."""

    def __init__(self, address: Address) -> None:
        """Open it; raises `LedgerMissing`, `NewerFormat`, `ServerRefused` or another `StoreError`."""
        self._address = address
        self._one_at_a_time = Lock()
        self._closed = False
        self._connection = self._opened()

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT, its parameters marked by `?`, and give its rows; raises `StoreError`."""
        with self._one_at_a_time:
            if self._closed:
                raise LedgerClosed(self._address)
            if self._connection.closed:
                self._connection = self._opened()
            with Asking(self._address):
                return self._connection.execute(_marked(statement), parameters, binary=True).fetchall()

    def _opened(self) -> Server:
        connection = connect(self._address, read_only=True)
        try:
            check_format(self._address, connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._closed = True
        self._connection.close()


def check_format(address: Address, connection: Server) -> None:
    """Raise `LedgerMissing` where there is no ledger, `NewerFormat` for a newer program's, and other `StoreError`s."""
    try:
        row = connection.execute(_OPENED).fetchone()
    except DriverError as error:
        with Asking(address):  # the server may be lost, or get lost now
            hidden = not connection.closed and bool(connection.execute(_HIDDEN, (address.schema,)).fetchall())
        raise missing_or(address, error, hidden=hidden) from error
    if row is None:
        raise LedgerDamaged(address, "its head is gone")
    if row[0] > FORMAT:
        raise NewerFormat(address, row[0], FORMAT)


@lru_cache(maxsize=256)
def _marked(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()
