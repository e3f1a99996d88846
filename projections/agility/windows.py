"""The windows of days that figures are asked about: a period, or the years (calendar or fiscal), quarters or months."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from ledger.errors import InputError, MalformedDate
from ledger.timeline import FOREVER, NOT_STATED, first_day_of, last_day_of
from projections.agility.figures import Window

By = Literal["year", "fiscal-year", "quarter", "month"]
BY: tuple[By, ...] = get_args(By)
WINDOWS_MAX = 1_200  # a century of months
_MONTHS: dict[str, int] = {"year": 12, "fiscal-year": 12, "quarter": 3, "month": 1}


def first_day(text: str) -> int:
    """Return the first day of a date of day, month or year precision; raises `MalformedDate`, for `..` too."""
    if text == NOT_STATED:
        raise MalformedDate(text)
    return first_day_of(text)


def last_day(text: str) -> int:
    """Return the last day of a date of day, month or year precision; raises `MalformedDate`, for `..` too."""
    first_day(text)
    return last_day_of(text)


def _following(day: int, months: int, begins: int = 1) -> int:
    """Return the first day of the next period of so many months, the year beginning with month `begins`.

    `FOREVER` after the last.
    """
    now = date.fromordinal(day)
    month = now.year * 12 + now.month - begins  # counted from that month of the year 0
    place = month // months * months + months + begins - 1
    return date(place // 12, place % 12 + 1, 1).toordinal() if place // 12 <= date.max.year else FOREVER


def windows(first: int, last: int, by: By | None = None, fiscal_year_begins: int = 1) -> list[Window]:
    """Return the windows from one day to another, both included: one, or one for each of what `by` names.

    A fiscal year begins with the month `fiscal_year_begins` (1 to 12); years, quarters and months are the calendar's.
    Windows at the ends are as short as the period makes them. Raises `InputError` where the last day comes before the
    first, and for more windows than `WINDOWS_MAX`.
    """
    if last < first:
        raise InputError(
            f"The window ends on {date.fromordinal(last)}, before it begins on {date.fromordinal(first)}. "
            "Give another --from or --to."
        )
    end = last + 1
    if by is None:
        return [Window(first, end)]
    found: list[Window] = []
    begins = fiscal_year_begins if by == "fiscal-year" else 1
    while first < end:
        following = min(end, max(first + 1, _following(first, _MONTHS[by], begins)))
        found.append(Window(first, following))
        first = following
        if len(found) > WINDOWS_MAX:
            raise InputError(
                f"That makes more than {WINDOWS_MAX:,} windows. Ask for a shorter time, or by longer ones."
            )
    return found
