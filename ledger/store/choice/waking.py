"""The bell of the store at a location: what one waits at until there may be more."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ledger.store.address import address_of
from ledger.store.protocol import Location
from ledger.store.sqlite.bell import FileBell


class Bell(Protocol):
    """A wait for more in a ledger. That it rang promises nothing, nor that it did not: look after each wait."""

    @property
    def rings(self) -> bool:
        """Whether it may end a wait early."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait so long at most; raises `StoreError` where what one reads is not what stands there any more."""
        ...

    def close(self) -> None:
        """Wait no more."""
        ...


def bell_of(location: Location) -> Bell:
    """Return the bell of a ledger that is open; raises `LedgerMissing` for a file that is gone."""
    if (address := address_of(location)) is not None:
        from ledger.store.postgres.bell import ServerBell

        return ServerBell(address)
    return FileBell(Path(location))
