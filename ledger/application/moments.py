"""Moments of knowledge as a person names them: an instant, a date, a position, a size and root kept elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ledger.errors import InputError, LedgerError, harmless
from ledger.errors.store import NotContinued
from ledger.instants import TICK, parse_instant
from ledger.integrity.tree import format_root
from ledger.store.protocol import ReadStore
from ledger.zones import zone

_PLACE = re.compile(r"p(0|[1-9]\d{0,17})", re.ASCII)
_HELD = re.compile(r"p(0|[1-9]\d{0,17})=(sha256:[0-9a-f]{64})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Known(NamedTuple):
    """What the ledger knew: its last position then, when that was recorded, and the root of the tree of that size."""

    position: int
    at: datetime | None
    size: int
    root: str


class NotAKnown(InputError):
    """A word that names no state of knowledge."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f'"{harmless(text, 40)}" is not understood as a state of knowledge. Write a date (the end of that day), '
            "an instant (2026-03-05T10:00:00Z), a position (p120), or the file of a checkpoint."
        )


class NotYetRecorded(InputError):
    """A position beyond the last event."""

    def __init__(self, position: int, head: int) -> None:
        super().__init__(f"Nothing stands at p{position}: the ledger ends at p{head}. Give p{head}, or leave it out.")


def resolve(store: ReadStore, text: str | None, timezone: str) -> Known:
    """Return what `text` names in a store; None is all that is known.

    An instant is the last decision recorded at or before it, a date the end of that day in `timezone`, a position
    inside a decision the end of the one before. `p120=sha256:HEX` is what was known at a size, once the ledger has that
    root there. Before the first record: position 0. Raises `InputError`, and `NotContinued` for another root.
    """
    return known_at(store, _position(store, text, timezone))


def need_when(text: str) -> None:
    """Raise `NotAKnown` unless a text is an instant, a date or a position, whatever any ledger holds."""
    if not (_PLACE.fullmatch(text) or _HELD.fullmatch(text)):
        instant_named(text, "UTC")


def need_instant(text: str) -> None:
    """Raise `InputError` unless a text is an instant or a date, which mean the same to every ledger."""
    if _PLACE.fullmatch(text) or _HELD.fullmatch(text):
        raise InputError(
            f'"{harmless(text, 40)}" is a position, and means another day in every ledger. '
            "Write a date (the end of that day) or an instant (2026-03-05T10:00:00Z)."
        )
    instant_named(text, "UTC")


def resolve_before(store: ReadStore, text: str, timezone: str) -> Known:
    """Return what was known just before `text`: an instant, a date (its first moment in `timezone`) or a position.

    Position 0 where nothing can lie before it, as before the first of all days. Raises `InputError`.
    """
    place = _PLACE.fullmatch(text) or _HELD.fullmatch(text)
    if place:
        _position(store, text, timezone)  # refuses one beyond the end
        return known_at(store, store.decision_end(max(0, int(place[1]) - 1)))
    instant_named(text, timezone)  # refuses in words what names no moment
    try:
        first = (
            start_of_day(date.fromisoformat(text), timezone) if _DATE.fullmatch(text) else instant_named(text, timezone)
        )
        return known_at(store, store.position_at(first - TICK))
    except OverflowError:  # the first of all moments
        return known_at(store, 0)


def known_at(store: ReadStore, position: int) -> Known:
    """Return what was known at a position that ends a decision, or at 0."""
    row = store.at(position) if position else None
    at = datetime.fromisoformat(row.recorded_at) if row else None
    return Known(position, at, position, format_root(store.root(position)))


def _position(store: ReadStore, text: str | None, timezone: str) -> int:
    if text is None:
        return store.head().position
    held = _HELD.fullmatch(text)
    if held:
        return _held(store, int(held[1]), held[2])
    place = _PLACE.fullmatch(text)
    if place:
        position, head = int(place[1]), store.head().position
        if position > head:
            raise NotYetRecorded(position, head)
        return store.decision_end(position)
    return store.position_at(instant_named(text, timezone))


def _held(store: ReadStore, size: int, root: str) -> int:
    """Return a size that ends a decision, once a store has that root there."""
    there = format_root(store.root(size)) if size <= store.head().position else None
    if there != root:
        raise NotContinued(store.location, size, root, there)
    return store.decision_end(size)


def instant_named(text: str, timezone: str) -> datetime:
    """Return the instant that a text is, or the last one of a date in a time zone; raises `NotAKnown`."""
    try:
        if _DATE.fullmatch(text):
            return end_of_day(date.fromisoformat(text), timezone)
        return parse_instant(text, "The time")
    except (ValueError, OverflowError, LedgerError):
        raise NotAKnown(text) from None


def end_of_day(day: date, timezone: str) -> datetime:
    """Return the last microsecond of a day in a time zone, as UTC."""
    try:
        midnight = datetime.combine(day + timedelta(days=1), time(), zone(timezone))
        return midnight.astimezone(UTC) - timedelta(microseconds=1)
    except OverflowError:  # the last of all days has no next one, or none that UTC can say: nothing is later
        return datetime.max.replace(tzinfo=UTC)


def start_of_day(day: date, timezone: str) -> datetime:
    """Return the first moment of a day in a time zone, as UTC; raises `OverflowError` where UTC cannot say it."""
    return datetime.combine(day, time(), zone(timezone)).astimezone(UTC)
