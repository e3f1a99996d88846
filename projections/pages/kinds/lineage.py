"""Lineage of clusters as a time line: a bar for each life, and what joins them, each with the way to its decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ledger.errors import UnknownName
from ledger.timeline import FOREVER, UNSTATED, iso
from projections.agility.record import Holding
from projections.charts.grouping import Grouped
from projections.charts.joins import SUCCEEDED, Join, joins
from projections.charts.lanes import placed
from projections.charts.question import Question
from projections.charts.text import ELLIPSIS, short
from projections.charts.timeline import CLUSTERS_MAX, WIDTH, drawn_days, in_families, rows_of
from projections.pages.question import PageQuestion
from projections.views.queries.record import RecordedDecision, decision_at

ROW, TOP = 40, 22  # pixels: a row with a name above its bar, and the years above all rows
LAST_LABEL = 88  # hundredths of the width: what begins later has no room
BAR = 29  # pixels from the top of a row to the middle of its bar
SIZE, NARROW, BROAD = (
    15,
    290,
    700,
)  # pixels: of letters in a wide font, and the room for a name on a phone and elsewhere
CHANGES_MAX = 2_000  # rows of the table


class LineageRow(NamedTuple):
    """A row of the picture: the name of a cluster, and the way to it; none for a row that stands for many."""

    name: str  # as far as a phone has room
    rest: str  # what follows where there is more room, with an ellipsis where that is not enough
    whole: str
    y: int
    way: str | None


class LineageBar(NamedTuple):
    """A life of a cluster: where it is drawn, in hundredths of the width, its days, and what begun and ended it."""

    id: str
    name: str
    x: float
    width: float
    y: int
    since: str | None
    until: str | None
    way: str
    end: int
    is_in_doubt: bool


class LineageJoin(NamedTuple):
    """What leads from one cluster to another: where it is drawn, and what it is; `how` is a word of the page."""

    x: float
    start: int
    end: int
    how: str
    is_transfer: bool
    day: str | None
    earlier: str
    later: str
    position: int


class LineageYear(NamedTuple):
    """A year of the scale."""

    label: str
    x: float


class LineageChange(NamedTuple):
    """A line of the table: a beginning, an end, or what joins two clusters; ids, and names for rows of many."""

    day: int
    what: str
    cluster: str
    other: str
    segment: str
    position: int
    decision: RecordedDecision | None

    @property
    def on(self) -> str | None:
        """Its day as a date; None where the beginning is not stated."""
        return None if self.day <= UNSTATED else iso(self.day)


class LineagePage(NamedTuple):
    """The time line of clusters, of one family or of all, and the same as a table."""

    cluster: str
    rows: Sequence[LineageRow]
    bars: Sequence[LineageBar]
    joins: Sequence[LineageJoin]
    years: Sequence[LineageYear]
    today: float
    height: int
    changes: Sequence[LineageChange]
    total: int
    clusters: int
    left_out: int


def lineage_page(question: PageQuestion, cluster: str = "") -> LineagePage:
    """Return the time line of every cluster, or of the family of one; raises `UnknownName` for one that never was.

    A family are the clusters that succeeded each other, as far as that is known, with those that gave them segments.
    """
    about = Question(question.views, question.day, question.at.known)
    lives, found = sorted(about.record.lives("cluster")), joins(about)
    if cluster:
        known = {row.id for row in lives}
        if cluster not in known:
            raise UnknownName("cluster", cluster, sorted(known))
        family = _family(cluster, found)
        lives, found = (
            [row for row in lives if row.id in family],
            [one for one in found if one.earlier in family and one.later in family],
        )
    return _TimeLine(question, about, lives, found, cluster).drawn()


def _family(cluster: str, found: Sequence[Join]) -> set[str]:
    """Return a cluster, all that succession leads to from it, and what passed a segment to it or from it."""
    beside: dict[str, set[str]] = {}
    for one in found:
        if one.how == SUCCEEDED:
            beside.setdefault(one.earlier, set()).add(one.later)
            beside.setdefault(one.later, set()).add(one.earlier)
    family, waiting = {cluster}, [cluster]
    while waiting:
        new = beside.get(waiting.pop(), set()) - family
        family |= new
        waiting += new
    near = {id_ for one in found if cluster in (one.earlier, one.later) for id_ in (one.earlier, one.later)}
    return family | near


class _TimeLine:
    def __init__(
        self, question: PageQuestion, about: Question, lives: list[Holding], found: list[Join], cluster: str
    ) -> None:
        self._question, self._lives, self._found, self._cluster = question, lives, found, cluster
        self._whole = rows_of(about, lives, found) if lives else Grouped([], [], {}, 0)
        order = in_families(self._whole.lives, self._whole.joins)
        self._left_out = max(0, len(order) - CLUSTERS_MAX)
        self._order = order[:CLUSTERS_MAX]
        self._place = {id_: number for number, id_ in enumerate(self._order)}
        self._first, self._last = drawn_days(about, lives, found) if lives else (question.day - 365, question.day + 30)
        successions = [one for one in found if one.how == SUCCEEDED]
        self._splits = Counter((one.day, one.earlier) for one in successions)
        self._mergers = Counter((one.day, one.later) for one in successions)

    def drawn(self) -> LineagePage:
        changes = sorted(self._changes())
        return LineagePage(
            cluster=self._cluster,
            rows=[self._row(id_) for id_ in self._order],
            bars=[self._bar(row) for row in self._whole.lives if row.id in self._place],
            joins=list(self._joins()),
            years=self._years(),
            today=self._x(self._question.day),
            height=TOP + ROW * len(self._order) + 6,
            changes=[self._with_decision(one) for one in changes[:CHANGES_MAX]],
            total=len(changes),
            clusters=len({row.id for row in self._lives}),
            left_out=self._left_out,
        )

    def _name(self, id_: str) -> str:
        return self._whole.names.get(id_) or self._question.titles.of(id_)

    def _x(self, day: float) -> float:
        inside = min(max(day, self._first), self._last)
        return round(100 * (inside - self._first) / (self._last - self._first), 2)

    def _y(self, id_: str) -> int:
        return TOP + ROW * self._place[id_]

    def _row(self, id_: str) -> LineageRow:
        name, way = self._name(id_), None
        if id_ not in self._whole.names:
            days = [row.start for row in self._lives if row.id == id_]
            way = self._dated(id_, max(days))
        line = short(name, BROAD, SIZE)
        first = short(line, NARROW, SIZE).removesuffix(ELLIPSIS)
        return LineageRow(first, line.removeprefix(first), name, self._y(id_), way)

    def _dated(self, id_: str, begun: int) -> str:
        """Return the way to the page of a cluster: on the day asked, or where it had not begun on its first day."""
        page = f"things/{id_}/"
        return self._question.on_day(begun, page) if begun > self._question.day else self._question.link(page)

    def _bar(self, row: Holding) -> LineageBar:
        x, end = self._x(row.start), self._x(row.end)
        lived = row.start <= self._question.day < row.end
        day = row.start if not lived and row.start > UNSTATED else self._question.day
        return LineageBar(
            id=row.id,
            name=self._name(row.id),
            x=x,
            width=max(0.3, round(end - x, 2)),
            y=self._y(row.id) + BAR,
            since=None if row.start <= UNSTATED else iso(row.start),
            until=None if row.end >= FOREVER else iso(row.end),
            way=self._question.on_day(day, f"things/{row.id}/") if row.id not in self._whole.names else "",
            end=row.ended_by if row.id not in self._whole.names and row.end < FOREVER else 0,
            is_in_doubt=bool(row.in_doubt),
        )

    def _joins(self) -> Iterator[LineageJoin]:
        inner = [one for one in self._whole.joins if one.earlier in self._place and one.later in self._place]
        for one, day, start, end in placed(inner, self._order, (self._last - self._first) / WIDTH):
            yield LineageJoin(
                x=self._x(day),
                start=TOP + ROW * start + BAR,
                end=TOP + ROW * end + BAR,
                how=self._how(one),
                is_transfer=one.how != SUCCEEDED,
                day=iso(one.day),
                earlier=self._name(one.earlier),
                later=self._name(one.later),
                position=one.position,
            )

    def _how(self, one: Join) -> str:
        if one.how != SUCCEEDED:
            return "gave a segment to"
        if self._splits[one.day, one.earlier] > 1:
            return "was split into"
        return "was merged into" if self._mergers[one.day, one.later] > 1 else "was succeeded by"

    def _changes(self) -> Iterator[LineageChange]:
        for row in self._lives:
            yield LineageChange(row.start, "began", row.id, "", "", row.set_by, None)
            if row.end < FOREVER:
                yield LineageChange(row.end, "ended", row.id, "", "", row.ended_by, None)
        for one in self._found:
            yield LineageChange(one.day, self._how(one), one.earlier, one.later, one.what, one.position, None)

    def _with_decision(self, one: LineageChange) -> LineageChange:
        return one._replace(decision=decision_at(self._question.views.file, one.position))

    def _years(self) -> list[LineageYear]:
        first, last = (int(str(iso(max(1, min(day, FOREVER - 1))))[:4]) for day in (self._first, self._last))
        step = max(1, -(-(last - first) // 6))
        return [
            LineageYear(str(year), self._x(date(year, 1, 1).toordinal()))
            for year in range(first + 1, last + 1)
            if (year - first - 1) % step == 0 and self._x(date(year, 1, 1).toordinal()) < LAST_LABEL
        ]
