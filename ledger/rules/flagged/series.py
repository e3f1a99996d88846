"""Rules on series of references: numbers of which no decision is recorded, and decisions with a skipped number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import NamedTuple

from ledger.events.changes.settings import DeclareSeries
from ledger.events.numbering import Numbered, ends_of, numbered
from ledger.names import GOVERNMENT
from ledger.plurals import counted
from ledger.rules.flagged.twins import Deciding
from ledger.rules.notice import Notice
from ledger.state.structure import Structure

GAPS_MAX = 10  # that are listed of a series, or of one year of it
Span = tuple[int, int]  # the first and the last of some numbers
_Skipped = dict[tuple[str, int | None], list[Span]]


class DeclaredSeries:
    """The series in force on a day, and of each the numbers that decisions have: their runs, and none of them alone."""

    def __init__(self, structure: Structure) -> None:
        """Take the structure of the day."""
        government = structure.get(GOVERNMENT)
        declared = government.keyed("series") if government else {}
        skipped = _skipped(government.keyed("skipped")) if government and declared else {}
        self._of: dict[str, list[_Series]] = {}
        for id_, value in declared.items():
            series = DeclareSeries.of(id_, value)
            self._of.setdefault(series.office, []).append(_Series(series, skipped))

    def __bool__(self) -> bool:
        """Whether any is declared."""
        return bool(self._of)

    def add(self, decision: Deciding) -> Iterator[Notice]:
        """Take note of one more decision; yield a notice where its number is said to be skipped."""
        for series in self._of.get(decision.authority, ()):
            yield from series.add(decision)

    def gaps(self) -> Iterator[Notice]:
        """Yield a notice for each series, or year of one, that lacks numbers before its newest."""
        for some in self._of.values():
            for series in some:
                yield from series.gaps()


class _Series:
    """One series, with its numbers by year; by None where it does not begin anew each year."""

    def __init__(self, declared: DeclareSeries, skipped: _Skipped) -> None:
        self._declared, self._skipped = declared, skipped
        self._numbers: dict[int | None, _Numbers] = {}

    def add(self, decision: Deciding) -> Iterator[Notice]:
        declared, found = self._declared, numbered(self._declared.pattern, decision.reference)
        if found is None or not declared.holds(found):
            return
        year = found.year if declared.is_yearly else None
        if year not in self._numbers:
            self._numbers[year] = _Numbers(self._skipped.get((declared.series, year), ()))
        numbers = self._numbers[year]
        numbers.add(found, decision)
        if numbers.are_skipped(found.number):
            name = decision.reference
            said = f'Decision "{name}" has a number of series "{declared.series}" that is said to be skipped.'
            yield Notice("skipped-number-used", name, said, decision.position, name)

    def gaps(self) -> Iterator[Notice]:
        for year, numbers in sorted(self._numbers.items(), key=lambda one: one[0] or 0):
            said = _in_words(numbers.gaps(self._declared.first_of(year)), year)
            if said:
                series, newest = self._declared.series, numbers.newest
                found = f'Series "{series}" lacks {said}. The newest is "{newest.reference}".'
                of_year = series if year is None else f"{series}/{year}"
                yield Notice("gap-in-series", of_year, found, newest.position, newest.reference)


class _Newest(NamedTuple):
    """The decision that has the highest number."""

    number: int
    position: int
    reference: str


class _Numbers:
    """Numbers of a series, or of one year of it."""

    def __init__(self, skipped: Iterable[Span]) -> None:
        self.newest = _Newest(-1, 0, "")
        self._skipped = list(_merged(skipped))
        self._lasts: dict[int, int] = {}  # of runs, by their first numbers
        self._firsts: dict[int, int] = {}  # of the same runs, by their last numbers

    def add(self, found: Numbered, decision: Deciding) -> None:
        """Take note of a number; one more run at most is in memory."""
        number = found.number
        first, last = self._firsts.pop(number - 1, number), self._lasts.pop(number + 1, number)
        last = max(last, self._lasts.get(first, last))  # 014 is 14 again
        self._lasts[first], self._firsts[last] = last, first
        if number > self.newest.number:
            self.newest = _Newest(number, decision.position, decision.reference)

    def are_skipped(self, number: int) -> bool:
        """Return whether a number is said to be skipped."""
        place = bisect_right(self._skipped, number, key=lambda span: span[0])
        return place > 0 and number <= self._skipped[place - 1][1]

    def gaps(self, first: int) -> Iterator[Span]:
        """Yield the spans of numbers, from the first of the series on, that nothing has before the newest one."""
        awaited = first
        for start, last in merge(sorted(self._lasts.items()), self._skipped):
            if start > self.newest.number:
                break
            if start > awaited:
                yield awaited, start - 1
            awaited = max(awaited, last + 1)


def _skipped(keyed: Mapping[str, str]) -> _Skipped:
    """Return the spans that are said to be skipped, by series and year."""
    found: _Skipped = {}
    for key in keyed:
        series, *year, numbers = key.split("/")
        found.setdefault((series, int(year[0]) if year else None), []).append(ends_of(numbers))
    return found


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans in order, those that overlap as one."""
    begun: Span | None = None
    for first, last in sorted(spans):
        if begun is not None and first <= begun[1]:
            begun = begun[0], max(begun[1], last)
            continue
        if begun is not None:
            yield begun
        begun = first, last
    if begun is not None:
        yield begun


def _in_words(gaps: Iterable[Span], year: int | None) -> str:
    """Return how many numbers are missing, and the first gaps: `4 numbers of 2026: 12 to 14, 19`; empty where none."""
    listed: list[str] = []
    count = missing = 0
    for first, last in gaps:
        count, missing = count + 1, missing + last - first + 1
        if count <= GAPS_MAX:
            listed.append(str(first) if first == last else f"{first} to {last}")
    more = count - len(listed)
    rest = f" and {counted(more, 'more gap')}" if more else ""
    of_year = "" if year is None else f" of {year}"
    return f"{counted(missing, 'number')}{of_year}: {', '.join(listed)}{rest}" if missing else ""
