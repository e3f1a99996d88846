"""Numbering: what a reference says by the pattern of its series, and the types of patterns and numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints

from ledger.events.types import Name

NUMBER, YEAR = "{n}", "{year}"
_PARTS = {NUMBER: "(?P<number>[0-9]{1,9})", YEAR: "(?P<year>[1-9][0-9]{3})"}
_NUMBER = "(0|[1-9][0-9]{0,8})"
_PART = re.compile(r"(\{[^{}]*\}|[{}])")


class Numbered(NamedTuple):
    """What a reference says by the pattern of its series; `year` is None where the pattern names none."""

    number: int
    year: int | None


@lru_cache(maxsize=256)  # asked for every decision
def _reader(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_PARTS.get(part) or re.escape(part) for part in _PART.split(pattern)))


def numbered(pattern: str, reference: str) -> Numbered | None:
    """Return the number, and the year, that a reference has by a pattern; None where it is none of that pattern.

    >>> numbered("SI {year}/{n}", "SI 2026/014"), numbered("SI {year}/{n}", "CM-14")
    (Numbered(number=14, year=2026), None)
    """
    found = _reader(pattern).fullmatch(reference)
    if found is None:
        return None
    said = found.groupdict()
    return Numbered(int(said["number"]), int(said["year"]) if "year" in said else None)


def _pattern(text: str) -> str:
    parts = _PART.split(text)
    wrong = [part for part in parts[1::2] if part not in _PARTS]
    if wrong:
        raise ValueError(f'"{wrong[0]}" is no part of a pattern; those in braces are {NUMBER} and {YEAR}')
    if parts.count(NUMBER) != 1 or parts.count(YEAR) > 1:
        raise ValueError(f"a pattern has {NUMBER} once, where the number stands, and {YEAR} at most once")
    return text


def _span(text: str) -> str:
    first, last = ends_of(text)
    if "." in text and first >= last:
        raise ValueError(f'"{text}" ends before it begins; write the smaller number first, such as 14..19')
    return text


def ends_of(span: str) -> tuple[int, int]:
    """Return the first and the last of some numbers: `14..19`, or `12` for one alone."""
    first, _, last = span.partition("..")
    return int(first), int(last or first)


Pattern = Annotated[Name, AfterValidator(_pattern)]
Numbers = Annotated[str, StringConstraints(pattern=rf"^{_NUMBER}(\.\.{_NUMBER})?$"), AfterValidator(_span)]
Number = Annotated[int, Field(ge=0, le=999_999_999)]
Year = Annotated[int, Field(ge=1, le=9999)]
