"""The bell of a ledger on a server, which rings when a decision was recorded, and may miss one."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic, sleep

from ledger.errors import StoreError
from ledger.store.address import Address
from ledger.store.postgres.connections import Server, connect
from ledger.store.postgres.driver import DriverError
from ledger.store.postgres.entering import channel_of


class ServerBell:
    """What one waits at for more in a ledger on a server; where none rings, it is a wait and no more.

    None rings on a standby, through a pool that hands connections out by transaction, nor for who records by an address
    with `notify=off`: so whoever waits looks at the end of every wait, whether it rang or not.
    """

    def __init__(self, address: Address) -> None:
        """Listen, if the server lets one."""
        self._address = address
        self._connection: Server | None = None
        self._listen()

    @property
    def rings(self) -> bool:
        """Whether the server lets one listen just now."""
        return self._connection is not None

    def wait(self, seconds: float) -> None:
        """Wait until it rings, so long at most; one that was lost is listened to again."""
        began = monotonic()
        if self._connection is None:
            self._listen()
        elif self._heard(seconds):
            return
        sleep(max(0.0, seconds - (monotonic() - began)))

    def close(self) -> None:
        """Listen no more; a second time does nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        with suppress(StoreError):
            connection = connect(self._address, read_only=True)
            try:
                connection.execute(f'LISTEN "{channel_of(self._address)}"'.encode())
                self._connection = connection
            except DriverError:
                connection.close()

    def _heard(self, seconds: float) -> bool:
        """Return whether it rang, or was lost, which is no less a reason to look."""
        assert self._connection is not None  # it is asked only then
        try:
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
        except DriverError:
            self.close()
            return False
