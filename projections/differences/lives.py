"""The lives of a thing at a point of both times, and what was undone of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.timeline import FOREVER, iso
from projections.fields import StatedDate
from projections.views.filled import FilledViews
from projections.views.queries.rows import HistoryRow


class LifeShown(NamedTuple):
    """A life from one date until another, None while it has no end."""

    from_: str
    until: str | None


class KnownLife(NamedTuple):
    """A life from one date until another, None while it has no end, with the events that bound it (0: none)."""

    begins: StatedDate
    ends: StatedDate | None
    begun_by: int
    ended_by: int

    @property
    def shown(self) -> LifeShown:
        """It as it is answered."""
        return LifeShown(self.begins, self.ends)


Lives = tuple[KnownLife, ...]


class Undone(NamedTuple):
    """A beginning or an end that no longer holds: its date as it was known, and what became of it."""

    what: str
    effective: StatedDate
    how: str


def lives(rows: Iterable[HistoryRow], day: int, known: int) -> Lives:
    """Return the lives that began by a day as known at a position, in order; empty where none did."""
    of_then = [row for row in rows if row.known_from <= known < row.known_to and row.effective_from <= day]
    doubts = {row.effective_from: row.stated for row in of_then if row.attribute == IN_DOUBT}
    found = sorted((row for row in of_then if row.attribute == LIFE), key=lambda row: row.effective_from)
    return tuple(_life(row, doubts.get(row.effective_to)) for row in found)


def lives_of(views: FilledViews, id_: str, day: int, known: int) -> Lives:
    """Return the lives of a thing that began by a day as known at a position, in order; empty where none did."""
    views.catch_up()
    return lives(views.rows_at(id_, (LIFE, IN_DOUBT), known), day, known)


def told_in_words(found: Sequence[KnownLife]) -> list[str]:
    """Return a line that tells lives, `lives: ...`; none for a single life without an end."""
    return [f"lives: {in_words(found)}"] if len(found) > 1 or any(one.ends is not None for one in found) else []


def _life(row: HistoryRow, doubt: str | None) -> KnownLife:
    ends = doubt or (None if row.effective_to >= FOREVER else iso(row.effective_to))
    return KnownLife(row.stated, ends, row.set_by, row.ended_by)


def in_words(found: Sequence[KnownLife]) -> str:
    """Return lives as words: `2020-01-01 to 2021-03-01, 2022-01-01 on`; `none` where there is none."""
    told = (f"{one.begins} on" if one.ends is None else f"{one.begins} to {one.ends}" for one in found)
    return ", ".join(told) or "none"


def life_in_words(before: Sequence[KnownLife], after: Sequence[KnownLife], undone: Undone | None, *, ends: bool) -> str:
    """Return how a thing came to live, or not to, from one point to another: `ends`, `begins`, `still live: ...`."""
    if undone is not None:
        head = "still live" if undone.what == "end" else "never lived"
        return f"{head}: its {undone.what} on {undone.effective} {undone.how}"
    if ends:
        return "ends"
    return f"lives again, after {in_words(after[:-1])}" if len(after) > 1 and before else "begins"
