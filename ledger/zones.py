"""The time zones of places, always read from the `tzdata` package: a machine need not keep zones of its own."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

from ledger.errors import InputError, harmless, suggestion

Zone = ZoneInfo  # so that whoever names the type need not make one by another way
UTC_NAME = "UTC"
_DATA = Path(*tzdata.__path__)  # by its path: importlib.resources takes as long to load as the rest of a short answer
_NO_PLACES = ("Etc/", "SystemV/", "right/", "posix/")  # areas of the zone data that are none of the world


@cache
def names() -> tuple[str, ...]:
    """Return the zones that a government may have, sorted: UTC, and each `Area/Place` of the shipped data."""
    listed = _DATA.joinpath("zones").read_text(encoding="ascii").split()
    return tuple(sorted({UTC_NAME, *(name for name in listed if "/" in name and not name.startswith(_NO_PLACES))}))


@cache  # one object for each zone: two of one name would not be the same time zone to Python
def zone(name: str) -> Zone:
    """Return the time zone called `name`; raises `InputError` for what is neither UTC nor a place.

    >>> zone("Europe/London").key
    'Europe/London'
    """
    if name not in names():
        raise InputError(
            f'"{harmless(name, 60)}" is not a time zone of a place.{suggestion(name, names())} '
            "Write UTC, or a place such as Europe/London."
        )
    with _DATA.joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def day_in(timezone: tzinfo, instant: datetime) -> int:
    """Return the day of an instant in a time zone, as an ordinal; raises `OverflowError` beyond the years 1 to 9999."""
    return instant.astimezone(timezone).toordinal()
