"""Effective days (valid time), and the timeline of one attribute over them.

A day is an integer, the proleptic Gregorian ordinal of `datetime.date`, so that dates are compared as dates
and never as strings. `UNSTATED` (the EDTF `..`) lies before every date, `FOREVER` after every date.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from ledger.errors import MalformedDate

UNSTATED = 0
FOREVER = date.max.toordinal() + 1
NOT_STATED = ".."
BEGINS, RESUMES, ENDS = "begins", "resumes", "ends"

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@lru_cache(maxsize=65_536)  # the same days come again and again in a ledger
def day_of(text: str) -> int:
    """Return the day from which an effective date counts; of a set of days, the day by which it surely does.

    `text` is `YYYY`, `YYYY-MM`, `YYYY-MM-DD` (the first day of each) or `..` (EDTF: not known), which gives
    `UNSTATED`; or an EDTF set, one day of these: `[2015-03..2016-02-28]`, `[..2016-02-28]`, which gives the last day.
    Raises `MalformedDate` for anything else, the year 0000 included.

    >>> day_of("2018-04") == day_of("2018-04-01")
    True
    >>> iso(day_of("[..2018-04]"))
    '2018-04-30'
    """
    return last_day_of(text[1:-1].partition("..")[2]) if is_set(text) else first_day_of(text)


def earliest_of(text: str) -> int:
    """Return the first day from which an effective date may count: that of a set is the first of its days."""
    if not is_set(text):
        return day_of(text)
    first = text[1:-1].partition("..")[0]
    return first_day_of(first) if first else UNSTATED


def is_set(text: str) -> bool:
    """Return whether a text is an EDTF set of days (one of these), its ends in order; raises `MalformedDate`."""
    if not text.startswith("["):
        return False
    first, dots, last = text[1:-1].partition("..")
    if not (text.endswith("]") and dots and last) or NOT_STATED in (first, last):
        raise MalformedDate(text)
    ends = last_day_of(last)
    if first and first_day_of(first) >= ends:
        raise MalformedDate(text)
    return True


def first_day_of(text: str) -> int:
    """Return the first day of one date, or `UNSTATED` for `..`; raises `MalformedDate`, for a set of days too."""
    if text == NOT_STATED:
        return UNSTATED
    match = _DATE.fullmatch(text)
    if match is None:
        raise MalformedDate(text)
    year, month, day = match.groups()
    try:
        return date(int(year), int(month or 1), int(day or 1)).toordinal()
    except ValueError:
        raise MalformedDate(text) from None


def last_day_of(text: str) -> int:
    """Return the last day of one date, or `UNSTATED` for `..`; raises `MalformedDate`, for a set of days too."""
    return _period(text).last


class PossibleDays(NamedTuple):
    """The first and the last day that a date may mean; they sort by the first."""

    first: int
    last: int


def days_of(text: str) -> PossibleDays:
    """Return the first and the last day that a date may mean: of a day, month, year or set; `UNSTATED` twice for `..`.

    Raises `MalformedDate` for anything else.

    >>> [iso(day) for day in days_of("2024-02")]
    ['2024-02-01', '2024-02-29']
    """
    return PossibleDays(earliest_of(text), day_of(text)) if is_set(text) else _period(text)


def _period(text: str) -> PossibleDays:
    first = first_day_of(text)
    if first == UNSTATED or len(text) == len("YYYY-MM-DD"):
        return PossibleDays(first, first)
    year, month = date.fromordinal(first).year, int(text[5:7] or 12)
    _, last = monthrange(year, month)
    return PossibleDays(first, date(year, month, last).toordinal())


def iso(day: int) -> str | None:
    """Return `day` as `YYYY-MM-DD`, `..` for `UNSTATED`, and None for `FOREVER`."""
    if day <= UNSTATED:
        return NOT_STATED
    return None if day >= FOREVER else date.fromordinal(day).isoformat()


class Entry(NamedTuple):
    """One event's say on one attribute; entries sort by day, then recording order, then position."""

    day: int
    order: int  # the position in whose place the event stands; its own, unless it corrects another
    position: int
    stated: str  # the effective date as it was given
    value: Any  # None: the attribute is absent from here on; of a life: BEGINS, RESUMES or ENDS
    kind: str = ""  # the kind of thing that the event speaks of; empty: of any

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it sorts, as all that its event says of other attributes does."""
        return self.day, self.order, self.position


class Span(NamedTuple):
    """A value that holds on the days start <= day < end."""

    start: int
    end: int
    value: Any
    set_by: int  # position of the event that set it
    stated: str


_day = itemgetter(0)


class Interval(NamedTuple):
    """Days start <= day < end on which a thing is live, with the positions of the events that bound it."""

    start: int
    end: int
    begun_by: int
    ended_by: int  # 0 while it has no end
    stated: str
    end_order: int = 0  # of the event that ends it
    end_stated: str = ""  # the effective date of its end as it was given
    sure_to: int = (
        FOREVER  # the day from which it is in doubt whether it has ended; not before `end` where that is known
    )


def insert(entries: list[Entry], entry: Entry) -> None:
    """Put `entry` in its sorted place."""
    insort(entries, entry)


def remove(entries: list[Entry], position: int) -> None:
    """Take out what the event at `position` said; nothing where it said nothing."""
    entries[:] = [entry for entry in entries if entry.position != position]


def intervals(life: Sequence[Entry], unpausing: Collection[int] = ()) -> tuple[tuple[Interval, ...], frozenset[int]]:
    """Return the live intervals that the sorted entries of a life make, in order.

    Where an end is one of several days, the life is in doubt from the first of them on; what comes back on one of them
    had ended by then. `unpausing` are the positions of resumptions of what was paused, which say no such thing. Beside
    the intervals stand the positions of the entries without effect: a beginning of what is live, an end of what is not,
    a resumption of what is live or never began. Intervals of no day (ended on the day they began) are left out.
    """
    found: list[Interval] = []
    idle: set[int] = set()
    start: Entry | None = None
    begun = False
    doubtful = [entry for entry in life if entry.value == ENDS and entry.stated.startswith("[")]
    drawn: set[int] = set()
    for entry in life:
        if entry.position in drawn:
            continue
        if doubtful and start is not None and entry.value == RESUMES and entry.position not in unpausing:
            ended = _ended_by(start, entry, doubtful)
            if ended is not None:
                doubtful.remove(ended)
                drawn.add(ended.position)
                found.append(_closed(start, ended, entry.day))
                start = None
        if start is None and (entry.value == BEGINS or (entry.value == RESUMES and begun)):
            start, begun = entry, True
        elif entry.value == ENDS and start is not None:
            if entry.day > start.day:
                found.append(_closed(start, entry, entry.day))
            start = None
        else:
            idle.add(entry.position)
    if start is not None:
        found.append(Interval(start.day, FOREVER, start.position, 0, start.stated))
    return tuple(found), frozenset(idle)


def _closed(start: Entry, ends: Entry, day: int) -> Interval:
    """Return the interval from a beginning to an end by `day`."""
    sure_to = max(earliest_of(ends.stated), start.day + 1) if ends.stated.startswith("[") else day
    said = (start.position, ends.position, start.stated, ends.order, ends.stated, sure_to)
    return Interval(start.day, day, *said)


def _ended_by(start: Entry, back: Entry, doubtful: Iterable[Entry]) -> Entry | None:
    """Return the end on one of several days by which what began had ended when it came back; None for none."""
    if back.day <= start.day:
        return None
    return next((ends for ends in doubtful if ends > back and earliest_of(ends.stated) <= back.day), None)


def is_live(lives: Iterable[Interval], day: int) -> bool:
    """Return whether `day` lies in one of the intervals."""
    for life in lives:  # noqa: SIM110 - asked for every value of every thing: a generator costs more than the answer
        if life.start <= day < life.end:
            return True
    return False


class Reach(IntEnum):
    """How far from a life an entry has effect."""

    LIVING = 0  # on the days of the life
    LASTING = 1  # after an end too: on what has ended, and on what comes back
    ANYWHERE = 2


def has_effect(lives: Iterable[Interval], entry: Entry, reach: Reach = Reach.LIVING) -> bool:
    """Return whether an entry has effect: on a day of a life, on its last before what ends it, or as it reaches.

    Changes of one day apply in order: a closing title holds on no day, and is what the ended thing was called last.
    """
    if reach is Reach.ANYWHERE:
        return True
    for life in lives:
        if life.start <= entry.day < life.end:
            return True
        if entry.day == life.end and (entry.order, entry.position) < (life.end_order, life.ended_by):
            return True
        if reach and entry.day >= life.end:
            return True
    return False


def value_at(
    entries: Sequence[Entry], lives: Sequence[Interval], day: int, reach: Reach = Reach.LIVING
) -> Entry | None:
    """Return the entry in force on `day`: the last by (day, order) at or before it that has effect, or None."""
    at = bisect_right(entries, day, key=_day)
    while at:
        at -= 1
        if has_effect(lives, entries[at], reach):
            return entries[at]
    return None


def spans(entries: Sequence[Entry], lives: Sequence[Interval], reach: Reach = Reach.LIVING) -> list[Span]:
    """Return the spans of an attribute in order of start, clipped to the life of its thing.

    An entry whose day lies outside every live interval has no effect, unless it reaches so far; absent values (None)
    leave no span; of several entries on one day the last in order holds. A thing that lives again keeps the older
    value.
    """
    active = [entry for entry in entries if has_effect(lives, entry, reach)]
    found: list[Span] = []
    for index, entry in enumerate(active):
        end = active[index + 1].day if index + 1 < len(active) else FOREVER
        if entry.value is None or end <= entry.day:
            continue
        for life in lives:
            first, last = max(entry.day, life.start), min(end, life.end)
            if first < last:
                found.append(Span(first, last, entry.value, entry.position, entry.stated))
    return found
