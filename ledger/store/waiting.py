"""The wait for the write lock: as long as it was asked for, in short turns, with somebody told of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

WAIT_SECONDS = 60.0  # for the write lock, unless asked otherwise
TURN_SECONDS = 0.2  # after which whoever waits is told so, and may stop
_LEAST_SECONDS = 0.001  # SQLite counts in thousandths

Told = Callable[[float], None]  # called with the seconds waited so far; what it raises ends the wait


def nobody(_: float) -> None:
    """Tell nobody."""


class Wait:
    """One wait, which begins now: iterate it for the seconds of each turn, 0 first, until the time is over."""

    def __init__(self, seconds: float, told: Told = nobody) -> None:
        self.seconds, self._told, self._began = seconds, told, monotonic()

    def anew(self) -> Wait:
        """Return a wait of the same length that begins now."""
        return Wait(self.seconds, self._told)

    @property
    def left(self) -> float:
        """The seconds that are left of it."""
        return max(0.0, self.seconds - (monotonic() - self._began))

    def tell(self, _: float) -> None:
        """Tell whoever waits how long it has been waiting in all; what that raises ends the wait."""
        self._told(monotonic() - self._began)

    def __iter__(self) -> Iterator[float]:
        """Yield 0, then turns until the time is over; each later turn is told of before it begins."""
        yield 0.0
        while (waited := monotonic() - self._began) < self.seconds:
            self._told(waited)
            yield max(_LEAST_SECONDS, min(TURN_SECONDS, self.seconds - waited))
