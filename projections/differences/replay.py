"""History as a sequence of explained differences: step by step through what was so, or through what was known.

Along the days of effect a step is a day (or month) on which something turned, all of it as known at one position.
Along the record a step is a decision (or a day or month of recording), and its differences lie on all days: each
says from which day, and until which, the new answer differs from the old one. A step costs what it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ledger.timeline import FOREVER, UNSTATED, first_day_of
from ledger.zones import zone
from projections.differences.explained import Point
from projections.differences.turns import Turned, learnt, turned
from projections.views.queries.decisions import day_recorded
from projections.views.queries.record import around, first_of, last_after, last_before, names_between
from projections.views.queries.spans import first_turn, last_turn
from projections.views.read_model import Views

Along = Literal["effective", "recorded"]
By = Literal["decision", "day", "month"]
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
BEFORE_ALL = UNSTATED - 1  # a day on which nothing is live


class Step(NamedTuple):
    """One step: the points that it leads from and to, what it is called, its decisions and differences.

    `decisions` (authority, reference) of a step along the record are all that it takes in, in order; along the days
    of effect those that its differences name.
    """

    label: str
    first: Point
    second: Point
    decisions: tuple[tuple[str, str], ...]
    differences: tuple[Turned, ...]


class Replay:
    """A replay of one kind between two ends; asks for steps in either direction."""

    def __init__(self, views: Views, known: int, along: Along, by: By, start: str | None, end: str | None) -> None:
        """`start` and `end` (both taken in; None: all) are dates; along the record also instants or positions.

        Raises `InputError` for an end that cannot be read, and `ValueError` for decisions along the days of effect.
        """
        if along == "effective" and by == "decision":
            raise ValueError("a day of effect is not that of one decision")
        views.catch_up()
        self._views, self._known, self._by = views, known, by
        self._zone = zone(views.ledger.government.timezone)
        self.along: Along = along
        self._low, self._high = self._ends(start, end)

    def _ends(self, start: str | None, end: str | None) -> tuple[int, int]:
        """Return the places, days or positions, low < place <= high, that a replay goes through."""
        ledger = self._views.ledger
        if self.along == "recorded":
            low = 0 if start is None else ledger.known_before(start).position
            return low, self._known if end is None else min(self._known, ledger.known(end).position)
        low = BEFORE_ALL if start is None else first_day_of(start) - 1
        return low, FOREVER - 1 if end is None else first_day_of(end)

    def steps(self) -> Iterator[Step]:
        """Yield every step in order; none where nothing happened in between."""
        step = self.after(None)
        while step is not None:
            yield step
            step = self.after(step)

    def after(self, step: Step | None) -> Step | None:
        """Return the step after one, the first where None is given; None at the end."""
        place = self._low if step is None else self._place(step.second)
        return self._onward(place)

    def before(self, step: Step) -> Step | None:
        """Return the step before one; None at the beginning."""
        place = self._place(step.first)
        recorded = self.along == "recorded"
        with self._views.file.reading():
            last = last_before(self._views.file, place, self._low) if recorded else self._last_turn(place)
            return None if last is None else self._step(last)

    def at(self, text: str) -> Step | None:
        """Return the first step on or after a date (along the record also an instant or position), else None.

        Raises `InputError` for what cannot be read.
        """
        if self.along == "recorded":
            return self._onward(max(self._low, self._views.ledger.known_before(text).position))
        return self._onward(max(self._low, first_day_of(text) - 1))

    def _onward(self, place: int) -> Step | None:
        recorded = self.along == "recorded"
        with self._views.file.reading():  # held once for all that a step asks of it
            following = last_after(self._views.file, place, self._high) if recorded else self._next_turn(place)
            return None if following is None else self._step(following)

    def _place(self, point: Point) -> int:
        return point.known if self.along == "recorded" else point.day

    # Along the record

    def _step(self, place: int) -> Step:
        """Return the step that takes in a place, a day or the last position of a decision."""
        if self.along == "effective":
            return self._turn(place)
        first, last, label = self._period(place)
        found = tuple(learnt(self._views, first, last))
        decisions = tuple(names_between(self._views.file, first, last))
        return Step(label, Point(FOREVER, first), Point(FOREVER, last), decisions, found)

    def _period(self, last: int) -> tuple[int, int, str]:
        """Return the positions around the step with the decision that ends at `last`, and its name."""
        begun = around(self._views.file, last)
        if self._by == "decision":
            return begun.first - 1, last, begun.reference
        ledger = self._views.ledger
        begin, end, label = _around(day_recorded(begun.recorded_at, self._zone), self._by)
        low = ledger.known_before(date.fromordinal(begin).isoformat()).position
        high = ledger.known(date.fromordinal(end).isoformat()).position
        return max(low, self._low), min(high, self._high), label

    # Along the days of effect

    def _turn(self, day: int) -> Step:
        begin, end, label = _around(day, self._by)
        low, high = max(begin - 1, self._low), min(end, self._high)
        first, second = Point(low, self._known), Point(high, self._known)
        found = tuple(turned(self._views, first, second))
        decisions = {name for one in found for name in one.difference.decisions}
        return Step(label, first, second, tuple(sorted(decisions, key=self._recorded)), found)

    def _recorded(self, decision: tuple[str, str]) -> int:
        """Return where a decision begins in the record."""
        return first_of(self._views.file, *decision)

    def _next_turn(self, day: int) -> int | None:
        """Return the first day after one, within the end, on which something turns."""
        return first_turn(self._views.file, day, self._high, self._known)

    def _last_turn(self, day: int) -> int | None:
        """Return the last day up to one, after the beginning, on which something turns."""
        return last_turn(self._views.file, self._low, day, self._known)


def _around(day: int, by: By) -> tuple[int, int, str]:
    """Return the first and last day of the day or month around a day, and what it is called."""
    if day <= UNSTATED:
        return UNSTATED, UNSTATED, "not stated"
    found = date.fromordinal(day)
    if by != "month":
        return day, day, found.isoformat()
    first = found.replace(day=1)
    last = FOREVER - 1 if (first.year, first.month) == (date.max.year, 12) else _next_month(first).toordinal() - 1
    return first.toordinal(), last, f"{found:%Y-%m}" if found.year > 999 else found.isoformat()[:7]


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
