"""A source register: rows as its clerks entered them, and what they say of a unit on a day.

The rows are read naively and anew for every question; nothing of `ledger/` is imported. Departments are parts of
departments, divisions of one department, bodies of divisions (of several departments, too), targets of one body.
"""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

BEYOND = date.max.toordinal() + 1  # the day after every day
LIVE, IN_DOUBT = "live", "in doubt"


class Row(NamedTuple):
    """What was entered of one unit: that it `began`, `ended` or came `back`, or what it was `called` and so on."""

    number: int  # of the entry
    written: str  # the day on which it was entered
    unit: str
    what: str
    day: str  # YYYY-MM-DD or YYYY-MM; `..` (not known) where it began; at an end also one of several days, [A..B]
    said: dict[str, Any]


class Register(NamedTuple):
    """The kind of each unit, and every row in the order in which they were entered."""

    kinds: dict[str, str]
    rows: list[Row]


class Life(NamedTuple):
    """The days on which a unit lived: surely from `start`, maybe from `sure_to`, no longer from `end`."""

    start: int
    sure_to: int
    end: int
    began: Row
    ended: Row | None


class Told(NamedTuple):
    """What is so of a unit."""

    title: str
    parents: frozenset[str]
    keys: dict[str, str]
    names: dict[str, dict[str, str]]
    others: dict[str, str]  # the type of a body, the parts of a target that are stated


def days(text: str) -> tuple[int, int]:
    """Return the days between which that of a row lies; both are the same where it is one day."""
    if text.startswith("["):
        first, last = text.strip("[]").split("..")
        return _first(first) if first else 0, _last(last)
    return (0, 0) if text == ".." else (_first(text), _first(text))


def _first(text: str) -> int:
    return date.fromisoformat((text + "-01-01")[:10]).toordinal()


def _last(text: str) -> int:
    if len(text) == 10:
        return _first(text)
    year, month = int(text[:4]), int(text[5:] or 12)
    return date(year, month, monthrange(year, month)[1]).toordinal()


def iso(day: int) -> str:
    """Return a day as a date; `..` where it is not known."""
    return date.fromordinal(day).isoformat() if day else ".."


def legible(title: str | bytes) -> str:
    """Return a title as it can be read: of bytes, what is no text stands as U+FFFD, and breaks as spaces."""
    if isinstance(title, str):
        return title
    found = unicodedata.normalize("NFC", title.decode("utf-8", "replace"))
    return "".join(_legible(char) for char in found)


def _legible(char: str) -> str:
    return " " if char in "\t\n" else "\ufffd" if char == "\u202e" or unicodedata.category(char) == "Cc" else char


class Source:
    """The answers of a register, from its rows alone."""

    def __init__(self, register: Register) -> None:
        self.kinds = register.kinds
        self.rows: dict[str, list[Row]] = {unit: [] for unit in register.kinds}
        for row in register.rows:
            self.rows[row.unit].append(row)
        for rows in self.rows.values():  # by day; those of one day as they were entered
            rows.sort(key=lambda row: days(row.day)[1])

    def lives(self, unit: str) -> list[Life]:
        """Return the lives of a unit in order; where it came back on a day of doubt, it had ended by then."""
        found: list[Life] = []
        rest = list(self.rows[unit])
        while rest:
            row = rest.pop(0)
            day = days(row.day)[1]
            if row.what == "back" and found[-1].ended is None:
                ended = next(other for other in rest if other.what == "ended")
                rest.remove(ended)
                found[-1] = self._until(found[-1], ended, day)
            if row.what in ("began", "back"):
                found.append(Life(day, BEYOND, BEYOND, row, None))
            elif row.what == "ended":
                found[-1] = self._until(found[-1], row, day)
        return found

    def _until(self, life: Life, ended: Row, day: int) -> Life:
        """Return a life with its end by a day: it is in doubt after the last day of which anything is said."""
        first, last = days(ended.day)
        others = [days(row.day)[1] for row in self.rows[ended.unit] if row.what != "ended"]
        said = [other for other in others if life.start <= other < day]
        sure_to = day if first == last else min(day, max(first, *(one + 1 for one in said)))
        return Life(life.start, sure_to, day, life.began, ended)

    def certainty(self, unit: str, day: int) -> str:
        """Return whether a unit is `live` on a day or `in doubt`; empty where it is neither."""
        for life in self.lives(unit):
            if life.start <= day < life.end:
                return LIVE if day < life.sure_to else IN_DOUBT
        return ""

    def told(self, unit: str, day: int = BEYOND) -> Told:
        """Return what is so of a unit by a day, and in the end where none is given."""
        title, parents = "", frozenset[str]()
        keys: dict[str, str] = {}
        names: dict[str, dict[str, str]] = {}
        others: dict[str, str] = {}
        for said in (row.said for row in self.rows[unit] if days(row.day)[1] <= day):
            title = legible(said.get("title") or title)
            parents = frozenset(said.get("parents", parents))
            keys.update(said.get("keys", {}))
            names.update(said.get("names", {}))
            others.update(said.get("others", {}))
        return Told(title, parents, _given(keys), _given(names), others)

    def titles(self, unit: str) -> list[tuple[str, str]]:
        """Return each title that a unit lived under (or may have), with the day since when, in order; of a target none.

        One that it had when it came back is told again.
        """
        rows = [row for row in self.rows[unit] if row.said.get("title") and self.kinds[unit] != "target"]
        starts = [*(days(row.day)[1] for row in rows), BEYOND]
        return [
            (legible(row.said["title"]), row.day)
            for life in self.lives(unit)
            for row, start, end in zip(rows, starts, starts[1:], strict=False)
            if max(start, life.start) < min(end, life.end)
        ]

    def dates(self, unit: str) -> set[int]:
        """Return the unit's own days, each with the day before it; those before the year 1 are left out."""
        own = {day for row in self.rows[unit] for day in days(row.day)}
        own |= {life.sure_to for life in self.lives(unit)}
        return {day for one in own for day in (one - 1, one) if 0 < day < BEYOND}

    def successors(self) -> set[tuple[str, str]]:
        """Return each unit that has ended with each that succeeded it."""
        rows: Iterable[Row] = (row for rows in self.rows.values() for row in rows)
        return {(row.unit, later) for row in rows for later in row.said.get("successors", ())}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Return values without those that were withdrawn."""
    return {name: value for name, value in values.items() if value}


def occurrences(register: Register) -> Counter[str]:
    """Return how often each of what older programs could not say occurs in a register."""
    source, found = Source(register), Counter[str]()
    home = {unit: rows[0].said.get("parents", ("",))[0] for unit, rows in source.rows.items()}
    for row in register.rows:
        kind, said, after = register.kinds[row.unit], row.said, not source.certainty(row.unit, days(row.day)[1])
        ended = row.what == "ended"
        found["an end within days"] += row.day.startswith("[") and row.day[1] != "."
        found["an end by a day"] += row.day.startswith("[..")
        found["a body with successors"] += ended and kind == "body" and bool(said.get("successors"))
        found["a body that ended for a reason"] += ended and kind == "body" and "reason" in said
        found["a body of several departments"] += (
            kind == "body" and len({home[one] for one in said.get("parents", ())}) > 1
        )
        found[f"a {kind} that came back"] += row.what == "back"
        found["back on a day of doubt"] += row.what == "back" and any(
            life.ended is not None and life.end == days(row.day)[1] < days(life.ended.day)[1]
            for life in source.lives(row.unit)
        )
        found["a department within another"] += kind == "department" and bool(said.get("parents"))
        found["a target not wholly stated"] += kind == "target" and row.what == "began" and len(said["others"]) < 6
        found["a target that moved"] += kind == "target" and row.what == "put"
        for what in ("called", "typed", "keyed"):
            found[f"{what} after its end"] += row.what == what and after
        found["a title of its last day"] += ended and "title" in said
        found["a further name"] += row.what == "named"
        found["older text"] += isinstance(said.get("title"), bytes)
    return found
