"""Plurals: a number with its noun, made in this one place."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, or with other words that agree with it.

    >>> counted(1, "change"), counted(2000, "change"), counted(0, "is live", "are live")
    ('1 change', '2,000 changes', '0 are live')
    """
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a noun, or other words, as they agree with a number; `many` where it is not the noun with an s.

    >>> plural(1, "day"), plural(-1, "day"), plural(3, "is", "are")
    ('day', 'day', 'are')
    """
    return one if abs(number) == 1 else many or f"{one}s"
