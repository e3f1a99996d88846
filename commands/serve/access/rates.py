"""Rates: how often somebody may do a thing, by address, counted by all processes of a server together."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from commands.serve.access.memory import ROWS, SharedTimes


class Rates:
    """As many at once as a burst, and then one each so many seconds, for each address."""

    def __init__(
        self, *, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic, rows: int = ROWS
    ) -> None:
        """Take a clock that goes the same in all processes, and how many rows of addresses are remembered."""
        self._span, self._seconds, self._clock = burst * seconds, seconds, clock
        self._free_at = SharedTimes(rows)  # when all that was done is forgotten

    def wait(self, address: str) -> int:
        """Return after how many whole seconds this may be done by an address; 0 for now, which is counted."""
        now = self._clock()

        def counted(free_at: float) -> float:
            due = max(free_at, now) + self._seconds
            return free_at if due - now > self._span else due

        late = max(self._free_at.change(network(address), counted), now) + self._seconds - now - self._span
        return max(1, math.ceil(late)) if late > 0 else 0


def network(address: str) -> str:
    """Return by what an address is counted: of IPv6 its 64 bits that are one household's or office's.

    >>> network("2001:db8::1"), network("192.0.2.7"), network("")
    ('2001:db8::', '192.0.2.7', '')
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)
