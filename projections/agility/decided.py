"""Decisions that stand, with what metrics ask of them: when they were recorded, how late, what they respond to."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ledger.lags import Lags


class LaggedDecision(NamedTuple):
    """A decision by the position of its first event."""

    first: int
    last: int
    recorded_day: int
    lags: Lags
    responds_to: tuple[str, ...] = ()
    decided_day: int | None = None


class Cited(NamedTuple):
    """A signal, and a decision that responds to it: its day and the position of its last event.

    The day is that on which it was decided; where it is not stated, of its record.
    """

    signal: str
    day: int
    position: int


class Decisions:
    """Decisions in recording order, at the places 0 to `len` - 1: three numbers each, so that many go in."""

    def __init__(self, decided: Iterable[LaggedDecision] = ()) -> None:
        """Take them in recording order."""
        self.firsts, self.days, self._which = array("i"), array("i"), array("i")
        self._lags: list[Lags] = []  # each once: there are few, and many decisions
        self.cited: list[Cited] = []
        numbers: dict[Lags, int] = {}
        for one in decided:
            number = numbers.get(one.lags)
            if number is None:
                number = numbers[one.lags] = len(self._lags)
                self._lags.append(one.lags)
            self.firsts.append(one.first)
            self.days.append(one.recorded_day)
            self._which.append(number)
            day = one.recorded_day if one.decided_day is None else one.decided_day
            self.cited += (Cited(signal, day, one.last) for signal in one.responds_to)

    def __len__(self) -> int:
        return len(self.firsts)

    def lags(self, place: int) -> Lags:
        """Return the lags of the decision at a place."""
        return self._lags[self._which[place]]

    def places(self, firsts: Iterable[int]) -> Iterator[int]:
        """Yield the places of those of some decisions, by their first positions in order, that are among these."""
        place, end = 0, len(self)
        for first in firsts:
            place = bisect_left(self.firsts, first, place)
            if place < end and self.firsts[place] == first:
                yield place
