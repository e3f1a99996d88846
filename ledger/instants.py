"""Record times (transaction time): UTC with six decimals, spelt so that text order is time order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.errors import MalformedDocument, harmless

TICK = timedelta(microseconds=1)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def stamp(instant: datetime) -> str:
    """Write an aware datetime as 2026-03-05T10:00:00.000000Z; raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"a record time needs a time zone: {instant!r}")
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def shown_seconds(seconds: int) -> str:
    """Write seconds since 1970 as 2026-03-05T10:00:00Z; in words where no calendar has them."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return f"{seconds} seconds after 1970"


def instant_of(text: str) -> datetime:
    """Read what stamp wrote, as aware UTC; raises ValueError for any other spelling."""
    if _STAMP.fullmatch(text) is None:
        raise ValueError(f"not a record time: {text!r}")
    return datetime.fromisoformat(text)


def next_instant(last: datetime | None, now: datetime) -> tuple[datetime, bool]:
    """Give the record time after `last`: `now`, or one microsecond later than `last` if now is not after it.

    The second value says whether the clock ran backwards. A decision is never refused for the clock.
    """
    if now.tzinfo is None:
        raise ValueError(f"the clock must give an aware time, not {now!r}")
    if now.tzinfo is not UTC:
        now = now.astimezone(UTC)
    if last is None or now > last:
        return now, False
    return last + TICK, True


def parse_instant(text: Any, where: str) -> datetime:
    """Return the UTC instant that RFC 3339 `text` (with an offset) names; raises `MalformedDocument`."""
    if isinstance(text, str) and _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise MalformedDocument(where, f'"{harmless(str(text), 40)}" is not an instant such as 2026-03-05T10:00:00Z.')
