"""Turns between two points next to one another, found by what began or ended between them and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.application.facts import fact_of
from ledger.names import AFFILIATION, LIFE
from ledger.state.effects import effects
from ledger.state.record import Record
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import FOREVER
from projections.differences.explained import Difference, Point, explained, renewed
from projections.differences.structures import AttributeChange, between
from projections.views.queries.rows import structure_of_rows
from projections.views.queries.spans import ids_turning, real
from projections.views.read_model import HistoryRow, Views


class Turned(NamedTuple):
    """An explained difference on the days effective <= day < until."""

    difference: Difference
    effective: int
    until: int


def turned(views: Views, first: Point, second: Point) -> Iterator[Turned]:
    """Yield what turns from one day to a later one, both as known at one position, in order of id.

    The same as `differences` between the points, at the price of what turned and not of the whole structure.
    """
    for id_ in ids_turning(views.file, first.day, second.day, first.known):
        rows = real(views.rows_between(id_, first.known, first.known))
        before, after = _alone(rows, first), _alone(rows, second)
        changes = [*between(before, after), *renewed(views, before, after, first, second)]
        for difference in explained(views, changes, first, second):
            yield Turned(difference, second.day, FOREVER)


def learnt(views: Views, first: int, second: int) -> Iterator[Turned]:
    """Yield what is known at position `second` otherwise than at `first`, on whatever days, in order of id and day.

    Nothing for days on which both say the same.
    """
    for id_ in sorted(_spoken_about(views, first, second)):
        yield from _learnt_of(views, real(views.rows_between(id_, first, second)), first, second)


def _spoken_about(views: Views, first: int, second: int) -> set[str]:
    """Return the ids of what events after one position, up to another, are about, or the events they speak of."""
    source = views.ledger.facts(second)
    record = Record(source.event)
    found: set[str] = set()
    for recorded in views.ledger.events(first, second):
        fact = fact_of(recorded, recorded.event.decision.key)
        for one in (fact, *record.reach(fact, source.decision)):
            found.update(effect.thing for effect in effects(one.change, one.effective or ""))
    return found


def _learnt_of(views: Views, rows: list[HistoryRow], first: int, second: int) -> Iterator[Turned]:
    """Yield what is learnt of one thing, with the days from which and until which it makes a difference."""
    days = _edges(rows, first, second)
    told = [_told(rows, Point(day, first), Point(day, second)) for day in days]
    before: dict[str, AttributeChange] = {}
    for place, (day, found) in enumerate(zip(days, told, strict=True)):
        if (LIFE in before) != (LIFE in found):
            before = {}
        new = [change for name, change in found.items() if not _goes_on(before.get(name), change)]
        if any(change.attribute == LIFE for change in new):
            new = [found[LIFE]]  # it brings, or takes, everything else along
        for change in new:
            points = Point(day, first), Point(day, second)
            end = _end(change, LIFE in found, days[place + 1 :], told[place + 1 :])
            yield from (Turned(one, day, end) for one in explained(views, [change], *points))
        before = found


def _edges(rows: Sequence[HistoryRow], first: int, second: int) -> list[int]:
    """Return the days on which what is known at one of two positions only begins or ends.

    The affiliations of a mission are told as one list: where one of them is known at one position only, the list that
    it stands in turns on the days of the others, too.
    """
    either = [row for row in rows if row.known_from <= second and row.known_to > first]
    turned = [row for row in either if _is_known(row, first) != _is_known(row, second)]
    if any(row.attribute.startswith(AFFILIATION) for row in turned):
        turned += [row for row in either if row.attribute.startswith(AFFILIATION)]
    found = {day for row in turned for day in (row.effective_from, row.effective_to)}
    return sorted(day for day in found if day < FOREVER)


def _is_known(row: HistoryRow, position: int) -> bool:
    return row.known_from <= position < row.known_to


def _told(rows: list[HistoryRow], first: Point, second: Point) -> dict[str, AttributeChange]:
    """Return the changes of one thing between two points by attribute; beside its life, what comes along with it."""
    old, new = _alone(rows, first), _alone(rows, second)
    found = {change.attribute: change for change in between(old, new)}
    if LIFE in found:
        there = next(iter((*new.possible.values(), *old.possible.values())))
        nothing = Structure(first.day, {there.id: ThingAt(there.kind, there.id, {})})
        found |= {
            one.attribute: one for one in between(old if old.possible else nothing, new if new.possible else nothing)
        }
    return found


def _goes_on(before: AttributeChange | None, change: AttributeChange) -> bool:
    """Return whether a change says what was said on the day before already."""
    if before is None:
        return False
    if change.attribute == LIFE:
        return (before.before is None, before.after is None) == (change.before is None, change.after is None)
    return (before.before, before.after) == (change.before, change.after)


def _end(change: AttributeChange, of_life: bool, days: list[int], told: list[dict[str, AttributeChange]]) -> int:
    """Return the day on which a change makes no difference any more, or another one; FOREVER where none is.

    `of_life`: it comes along with a difference of the thing's life.
    """
    for day, found in zip(days, told, strict=True):
        later = found.get(change.attribute)
        if later is None or (LIFE in found) != of_life or not _goes_on(change, later):
            return day
    return FOREVER


def _alone(rows: Iterable[HistoryRow], point: Point) -> Structure:
    """Return the structure at a point as if the thing of these rows were alone; empty where it is not live."""
    return structure_of_rows(point.day, (row for row in rows if row.holds_on(point.day) and row.known_at(point.known)))
