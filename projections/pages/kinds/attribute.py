"""A map of one attribute in both times: effective days across, entries down, a rectangle for each value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ledger.errors import InputError, UnknownName
from ledger.timeline import FOREVER, UNSTATED, iso
from projections.pages.question import PageQuestion
from projections.report.wording import attribute, attribute_value
from projections.views.queries.record import RecordedDecision, decision_at
from projections.views.queries.rows import HistoryRow
from projections.views.queries.spans import real
from projections.views.schema import KNOWN_FOREVER
from projections.withheld import told

WIDTH, ROW = 1000, 36
ROWS_MAX = 400


class MapRectangle(NamedTuple):
    """A value on some days, as some entries have it: its place on the map, and the decision that set it."""

    value: str
    since: str
    until: str | None
    first_entry: int
    last_entry: int
    position: int
    decision: RecordedDecision | None
    x: float
    width: float
    y: int
    height: int
    asked: bool


class MapLine(NamedTuple):
    """A line of the map: the entries from one to another, between which nothing of the attribute changed."""

    first: int
    last: int
    y: int


class MapYear(NamedTuple):
    """A day on the scale of the map."""

    label: str
    x: float


class AttributeMap(NamedTuple):
    """The map of an attribute of a thing."""

    id: str
    attribute: str
    name: str
    title: str
    rectangles: Sequence[MapRectangle]
    lines: Sequence[MapLine]
    years: Sequence[MapYear]
    height: int
    left_out: int


def attribute_map(question: PageQuestion, id_: str) -> AttributeMap:
    """Return the map of the attribute that `attribute` asks for; raises `UnknownName` where the thing has none such."""
    question.views.catch_up()
    rows = [row for row in real(question.views.rows(id_)) if row.known_from <= question.known]
    if not rows:
        raise InputError(f'Nothing was known of "{id_}" at entry {question.known}.')
    wanted = question.asked.get("attribute", "title") or "title"
    found = [row for row in rows if row.attribute == wanted]
    if not found:
        raise UnknownName("attribute", wanted, sorted({row.attribute for row in rows}))
    return _Map(question, id_, wanted, found[:ROWS_MAX], max(0, len(found) - ROWS_MAX)).drawn()


class _Map:
    def __init__(self, question: PageQuestion, id_: str, name: str, rows: Sequence[HistoryRow], left_out: int) -> None:
        self._question, self._id, self._name, self._rows, self._left_out = question, id_, name, rows, left_out
        bounds = {min(end, question.known + 1) for row in rows for end in (row.known_from, row.known_to)}
        self._bounds = sorted(bounds)
        days = [day for row in rows for day in (row.effective_from, row.effective_to) if UNSTATED < day < FOREVER]
        days.append(question.day)
        low, high = min(days), max(days)
        self._low, self._high = low - max(30, (high - low) // 20), high + max(30, (high - low) // 20)

    def drawn(self) -> AttributeMap:
        return AttributeMap(
            id=self._id,
            attribute=self._name,
            name=attribute(self._name, self._question.titles.of),
            title=self._question.titles.of(self._id),
            rectangles=[self._rectangle(row) for row in self._rows],
            lines=[
                MapLine(first, last - 1, ROW * place)
                for place, (first, last) in enumerate(zip(self._bounds, self._bounds[1:], strict=False))
            ],
            years=self._years(),
            height=ROW * (len(self._bounds) - 1),
            left_out=self._left_out,
        )

    def _rectangle(self, row: HistoryRow) -> MapRectangle:
        question, until = self._question, min(row.known_to, self._question.known + 1)
        x, end = self._x(row.effective_from), self._x(row.effective_to)
        y, below = (ROW * self._bounds.index(place) for place in (row.known_from, until))
        said = told({self._name: row.value}, question.names)[self._name]
        value = attribute_value(self._name, said, question.titles.of) if self._name != "life" else "live"
        return MapRectangle(
            value=value or "yes",
            since=row.stated,
            until=None if row.effective_to >= FOREVER else iso(row.effective_to),
            first_entry=row.known_from,
            last_entry=question.known if row.known_to == KNOWN_FOREVER else until - 1,
            position=row.set_by,
            decision=decision_at(question.views.file, row.set_by),
            x=x,
            width=max(1.0, round(end - x, 1)),
            y=y,
            height=below - y,
            asked=row.holds_on(question.day) and row.known_from <= question.known < row.known_to,
        )

    def _x(self, day: int) -> float:
        inside = min(max(day, self._low), self._high)
        return round(WIDTH * (inside - self._low) / (self._high - self._low), 1)

    def _years(self) -> list[MapYear]:
        first, last = (int(str(iso(max(1, min(day, FOREVER - 1))))[:4]) for day in (self._low, self._high))
        step = max(1, -(-(last - first) // 8))
        return [
            MapYear(str(year), self._x(date(year, 1, 1).toordinal()))
            for year in range(first + 1, last + 1)
            if (year - first) % step == 0
        ]
