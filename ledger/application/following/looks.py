"""Looks at a ledger while others record, one after each wait; what keeps from looking is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from ledger.errors import LedgerError, LedgerLocked, StoreError
from ledger.errors.servers import ServerRefused
from ledger.store.address import is_server
from ledger.store.choice.waking import bell_of
from ledger.store.protocol import Location


def followed(
    location: Location,
    look: Callable[[], int],
    *,
    every_seconds: float,
    trouble: Callable[[LedgerError | None], None],
    passing: tuple[type[LedgerError], ...] = (),
) -> Iterator[int]:
    """Yield what `look` returns, the position that it took in, each time that it moved; the first at once, without end.

    It looks when the ledger rings, and every so many seconds whether it rang or not. `trouble` is called with what
    keeps it from looking for a while, once, and with None when that is over: a ledger that is locked, a server that
    starts again, one of `passing`. Raises `StoreError` for what does not pass by itself, such as damage, or another
    file in its place.
    """
    seen, troubled = -1, False
    with closing(bell_of(location)) as bell:
        while True:
            try:
                position = look()
            except LedgerError as error:
                if not (isinstance(error, passing) or _passes(location, error)):
                    raise
                if not troubled:
                    trouble(error)
                troubled = True
            else:
                if troubled:
                    trouble(None)
                troubled = False
                if position != seen:
                    yield position
                seen = position
            bell.wait(every_seconds)


def _passes(location: Location, error: LedgerError) -> bool:
    """Return whether what keeps one from reading may pass by itself."""
    lost = type(error) is StoreError and is_server(location)  # of a connection that it ended
    return lost or isinstance(error, LedgerLocked | ServerRefused)
