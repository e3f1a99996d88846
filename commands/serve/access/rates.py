"""Rates: how often somebody may do a thing, by address; what is remembered has a bound."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

ADDRESSES_MAX = 10_000


class Rates:
    """As many at once as a burst, and then one each so many seconds, for each address."""

    def __init__(self, *, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._span, self._seconds, self._clock = burst * seconds, seconds, clock
        self._free_at: OrderedDict[str, float] = OrderedDict()  # when all that was done is forgotten

    def wait(self, address: str) -> int:
        """Return after how many whole seconds this may be done by an address; 0 for now, which is counted."""
        whose, now = network(address), self._clock()
        due = max(self._free_at.get(whose, now), now) + self._seconds
        if due - now > self._span:
            return math.ceil(due - now - self._span)
        self._free_at[whose] = due
        self._free_at.move_to_end(whose)
        while len(self._free_at) > ADDRESSES_MAX:
            self._free_at.popitem(last=False)  # who did nothing for the longest time
        return 0


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
