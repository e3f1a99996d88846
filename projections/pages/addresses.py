"""Addresses of pages: both times stand in each, and every link is relative to the page on which it stands."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

from ledger.errors import InputError, harmless
from ledger.timeline import first_day_of, iso

_ENTRY = re.compile(r"(?:entry\s+|p)?(\d{1,18})", re.ASCII | re.IGNORECASE)
_DAY_IN_WORDS = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SAFE = "/:@!$&'()*+,;=-._~"  # what RFC 3986, 3.3 lets stand in a path as it is


class PagePoint(NamedTuple):
    """A point of both times as it stands in an address: a day (its ordinal), and a position that ends a decision."""

    day: int
    known: int

    @property
    def path(self) -> str:
        """The beginning of every address of this point."""
        return f"{iso(self.day)}/p{self.known}/"


def address(point: PagePoint, page: str = "", **asked: object) -> str:
    """Return the address of a page (`things/x/`) at a point, below the root of the explorer, with what is asked."""
    given = {name.rstrip("_"): str(value) for name, value in asked.items() if value not in (None, "")}
    return point.path + quote(page, safe=SAFE) + (f"?{urlencode(given)}" if given else "")


def upwards(path: str) -> str:
    """Return the way from a page to the root of the explorer.

    >>> upwards("2026-11-25/p241/things/x/"), upwards("")
    ('../../../../', './')
    """
    return "../" * path.count("/") or "./"


def day_typed(text: str) -> int:
    """Return the day that somebody typed: `2024-05-15`, `2018-04`, `2018`, `15 May 2024`, `May 2024`.

    Of a month or year its first day. Raises `InputError`.
    """
    found = _DAY_IN_WORDS.fullmatch(text.strip())
    if found is None:
        return first_day_of(text.strip())
    day, month, year = found.groups()
    if month[:3].lower() not in _MONTHS:
        raise InputError(f'"{harmless(month)}" is not the name of a month. Write 15 May 2024, or 2024-05-15.')
    number = _MONTHS.index(month[:3].lower()) + 1
    return first_day_of(f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else ""))


def known_typed(text: str) -> str:
    """Return the state of knowledge that somebody typed, as `Reader.known` understands it.

    >>> known_typed("entry 233"), known_typed("p233"), known_typed("2026-11-25")
    ('p233', 'p233', '2026-11-25')
    """
    found = _ENTRY.fullmatch(text.strip())
    if found is not None and not (len(found[1]) == 4 and text.strip() == found[1]):  # four digits alone are a year
        return f"p{int(found[1])}"
    if _DAY_IN_WORDS.fullmatch(text.strip()):
        return str(iso(day_typed(text)))
    return text.strip()
