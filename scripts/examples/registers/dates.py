"""Dates as registers write them: of mixed precision, and ends that name the last day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ledger.errors import MalformedDate
from ledger.timeline import day_of


def checked(text: str) -> str:
    """Return a date of year, month or day precision as it is; raises `MalformedDate` for anything else."""
    if re.fullmatch(r"[0-9-]+", text) is None:
        raise MalformedDate(text)
    day_of(text)
    return text


def day_after(last: str) -> str:
    """Return the first day after a last day, month or year, in the precision that it was given in.

    >>> day_after("2018-03-31"), day_after("2018-12"), day_after("2018")
    ('2018-04-01', '2019-01', '2019')
    """
    first = date.fromordinal(day_of(checked(last)))
    if len(last) == 10:
        return (first + timedelta(days=1)).isoformat()
    if len(last) == 7:
        return (first + timedelta(days=31)).replace(day=1).isoformat()[:7]
    return f"{first.year + 1:04d}"
