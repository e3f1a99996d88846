"""The outcome of an append whose connection was lost: learnt by looking it up, never assumed."""

from __future__ import annotations

from datetime import datetime
from time import sleep

from ledger.errors import StoreError
from ledger.errors.servers import OutcomeUnknown, ServerRefused
from ledger.store.address import Address
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import DriverError, said
from ledger.store.types import StoredRow
from ledger.store.waiting import Wait

_GONE_MS = 5_000  # for the end of what the lost connection still does
# Whatever the lost connection left behind must have ended before it is looked for: it could still be committed then.
_ENDED = """SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    WHERE pid = %s AND backend_start = %s"""
_THERE = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"
_STARTED = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
_LINE = "SELECT line FROM events WHERE position = %s"


class Backend:
    """The process of the server at the other end of a connection, named so that no later one is taken for it."""

    def __init__(self, connection: Server) -> None:
        self.pid: int
        self.started: datetime
        ((self.pid, self.started),) = connection.execute(_STARTED).fetchall()

    def ended(self, connection: Server) -> bool:
        """End it, as another connection of the same user may; return whether it is gone for good."""
        connection.execute(_ENDED, (_GONE_MS, self.pid, self.started))
        row = connection.execute(_THERE, (self.pid, self.started)).fetchone()
        return row is not None and row[0] == 0


def stands(address: Address, backend: Backend, last: StoredRow, wait: Wait, error: BaseException) -> bool:
    """Return whether the batch that ends with a row stands, although the connection was lost by `error`.

    The server is tried again for as long as a writer waits. Raises `OutcomeUnknown` where it cannot be asked, or does
    not say that what the lost connection left behind has ended.
    """
    for pause in wait.anew():
        sleep(pause)
        try:
            with connect(address, read_only=False) as connection:
                if not backend.ended(connection):
                    break
                return connection.execute(_LINE, (last.position,)).fetchall() == [(last.line,)]
        except (ServerRefused, DriverError):
            continue  # it may be starting again
        except StoreError:
            break
    raise OutcomeUnknown(address, said(error)) from error
