"""Dates in words, and lines that stand below the date from which they are so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.timeline import NOT_STATED, is_set

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def in_words(stated: str) -> str:
    """Return a date as stated in words: `1 December 2026`, `December 2026`, `2026`; one of several days as it is."""
    if stated == NOT_STATED:
        return "a day that is not stated"
    if is_set(stated):
        return f"one of the days {stated}"
    year, month, day = (*stated.split("-"), "", "")[:3]
    words = (day.lstrip("0"), MONTHS[int(month) - 1] if month else "", year)
    return " ".join(word for word in words if word)


def under_dates(lines: Iterable[tuple[str, str]], indent: str = "  ") -> Iterator[str]:
    """Yield lines given as (heading, line), each heading once before the lines that follow one another under it."""
    last = None
    for heading, line in lines:
        if heading != last:
            yield f"{indent}{heading}:"
            last = heading
        yield f"{indent}  {line}"
