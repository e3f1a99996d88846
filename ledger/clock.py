"""The clock, and the one place that reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from ledger.zones import zone

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return this instant as an aware UTC datetime with microseconds."""
    return datetime.now(UTC)


def today(timezone: str, clock: Clock = now) -> date:
    """Return the calendar day of this instant in the time zone named `timezone` (an IANA name)."""
    return clock().astimezone(zone(timezone)).date()
