"""Differences between two points of both times, each explained by the events and decisions behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from ledger.lags import Lag, Lags, lags_of, measurable
from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import Structure, ThingAt
from projections.answers.grounds import DecisionRef
from projections.differences.lives import Lives, Undone, lives
from projections.differences.structures import LIVES, AttributeChange, between
from projections.fields import fields
from projections.views.queries.events import Places
from projections.views.queries.mentions import naming, speaking_of
from projections.views.queries.record import days_of, names_coming_into_effect
from projections.views.queries.standings import Standings
from projections.views.read_model import HistoryRow, Views

Cause = Literal["correction", "came into effect", "new decision"]
AT_ONCE = 500  # differences for which what was read is kept
CORRECTION: Final = "correction"
IN_EFFECT: Final = "came into effect"
NEW_DECISION: Final = "new decision"


class Point(NamedTuple):
    """A point of both times: an effective day, and what was known at a position that ends a decision."""

    day: int
    known: int


class Difference(NamedTuple):
    """An explained difference, with event ids and decisions in recording order.

    `events` give the value by themselves, replayed alone; `decisions` are those that made the difference.
    """

    kind: str
    id: str
    attribute: str
    before: Any
    after: Any
    cause: Cause
    late_days: Lag | None
    retroactive_days: int | None
    events: tuple[str, ...]
    decisions: tuple[DecisionRef, ...]
    lives: tuple[Lives, Lives] | None = None  # before and after, of what begins, ends or comes back
    undone: Undone | None = None


class Behind(NamedTuple):
    """What is behind a difference: the positions of its events, and whether knowledge or only the day moved.

    `main` are those that judge it: of a thing that begins, those of its life and not of all that it brings along.
    """

    positions: frozenset[int]
    learnt: bool
    main: frozenset[int]
    holds: frozenset[int] = frozenset()  # that hold the value at the later point, however long they have been known


def differences(views: Views, first: Point, second: Point) -> list[Difference]:
    """Return what turns the structure at one point into that at the other, in order of id; empty where nothing does.

    `cause` is the first that applies: `correction` (an event behind it is, or carries, a correction or strike),
    `came into effect` (all was known already at `first`), `new decision`. `late_days` says how long after it was
    decided (where that is not stated: after it took effect) the last event behind it was recorded, negative: in
    advance; `retroactive_days` by how much, at the least, it took effect before it was decided; None where a day is not
    stated, or only inferred.
    """
    before, after = views.structure(*first), views.structure(*second)
    changes = [*between(before, after), *renewed(views, before, after, first, second)]
    return list(explained(views, sorted(changes, key=lambda change: change.id), first, second))


def renewed(
    views: Views, before: Structure, after: Structure, first: Point, second: Point
) -> Iterator[AttributeChange]:
    """Yield what lives at both points, and more or fewer lives by then: it ended and came back in between."""
    for id_, new in after.things.items():
        yield from renewed_thing(views, before.get(id_), new, first, second)


def renewed_thing(
    views: Views, old: ThingAt | None, new: ThingAt, first: Point, second: Point
) -> Iterator[AttributeChange]:
    """Yield that a thing ended and came back, where it lives at both points with more or fewer lives by then."""
    if old is None or old.kind != new.kind or old.since.set_by == new.since.set_by:
        return
    rows = views.rows(new.id)
    then, now = lives(rows, *first), lives(rows, *second)
    if len(then) != len(now):
        earlier, later = ([fields(life.shown) for life in some] for some in (then, now))
        yield AttributeChange(new.kind, new.id, LIVES, earlier, later, (LIFE,))


def explained(views: Views, changes: Iterable[AttributeChange], first: Point, second: Point) -> Iterator[Difference]:
    """Yield each of `changes`, found between the two points, with what is behind it."""
    for number, change in enumerate(changes):
        if number % AT_ONCE == 0:
            explanation = Explanation(views, first, second)  # it keeps what it reads
        behind = explanation.behind(change)
        yield explanation.difference(change, behind)


def without_net_effect(views: Views, found: Iterable[Difference], first: Point, second: Point) -> list[tuple[str, str]]:
    """Return the decisions recorded, or come into effect, between two points that no difference names.

    Each as (authority, reference), in recording order.
    """
    (low, high), (start, end) = sorted((first.known, second.known)), sorted((first.day, second.day))
    named = {decision for difference in found for decision in difference.decisions}
    return [name for name in names_coming_into_effect(views.file, (low, high), (start, end)) if name not in named]


class Explanation:
    """Finds what is behind differences between two points; the earlier knowledge, then the earlier day, comes first."""

    def __init__(self, views: Views, first: Point, second: Point) -> None:
        self._views, self._second = views, second
        earlier, later = sorted((first, second), key=lambda point: (point.known, point.day))
        self._from, self._to = earlier, later
        self._places = Places(views.file)
        self._standings = Standings(views, later.known)
        self._of_thing: dict[str, dict[str, list[HistoryRow]]] = {}

    def behind(self, change: AttributeChange) -> Behind:
        """Return the events behind a change."""
        if change.attribute != LIFE:
            found = [self._of_attribute(change.id, name) for name in change.names]
            positions = frozenset(place for one in found for place in one.positions)
            holds = frozenset(place for one in found for place in one.holds)
            return Behind(positions, any(one.learnt for one in found), positions, holds)
        life = self._of_attribute(change.id, LIFE)
        if not life.positions:  # it was in doubt whether it lives, or it is
            life = self._of_attribute(change.id, IN_DOUBT)
        if change.after is None or self._to != self._second:
            return life
        brought = [self._of_attribute(change.id, name) for name in change.names if name not in (LIFE, IN_DOUBT)]
        positions = life.positions.union(*(one.positions for one in brought))
        return life._replace(positions=positions, holds=life.holds.union(*(one.holds for one in brought)))

    def _of_attribute(self, id_: str, attribute: str) -> Behind:
        """Return what moved one attribute from the earlier to the later point."""
        as_expected = Point(self._to.day, self._from.known)
        expected = self._views.row_at(id_, attribute, *as_expected)
        found = expected if as_expected == self._to else self._views.row_at(id_, attribute, *self._to)
        holds: frozenset[int] = frozenset() if found is None else frozenset({found.set_by})
        if _same(expected, found):  # as was to be expected: only the day has moved
            positions = frozenset(self._moved(expected, id_, attribute))
            return Behind(positions, False, positions, holds)
        positions = frozenset(self._learnt(self._rows(id_).get(attribute, []), found, id_))
        return Behind(positions, True, positions, holds)

    def _rows(self, id_: str) -> dict[str, list[HistoryRow]]:
        """Return the rows of a thing by attribute."""
        if id_ not in self._of_thing:
            found: dict[str, list[HistoryRow]] = {}
            for row in self._views.rows_between(id_, self._from.known, self._to.known):
                found.setdefault(row.attribute, []).append(row)
            self._of_thing = {id_: found}  # differences come thing by thing
        return self._of_thing[id_]

    def _moved(self, there: HistoryRow | None, id_: str, attribute: str) -> Iterator[int]:
        """Yield the events by which the value on one day gives way to that on another, as known at one position."""
        here = self._views.row_at(id_, attribute, *self._from)
        early, late = (here, there) if self._from.day <= self._to.day else (there, here)
        if late is not None:
            yield late.set_by
        elif early is not None and early.ended_by:
            yield early.ended_by
        elif attribute != LIFE:  # a thing of another kind under the same id: its life tells
            yield from self._of_attribute(id_, LIFE).positions

    def _learnt(self, rows: list[HistoryRow], found: HistoryRow | None, id_: str) -> Iterator[int]:
        """Yield the events of the decision since which the value on the later day is what it is."""
        turned, before = self._since(rows, found)
        first = self._places.at(turned).first - 1
        own = self._ender(rows) if found is None else found.set_by
        if own > self._from.known:
            yield own
            if own > first:
                return
        yield from self._speaking_of(own, before, first, turned) or self._about(id_, first, turned)

    def _since(self, rows: list[HistoryRow], found: HistoryRow | None) -> tuple[int, HistoryRow | None]:
        """Return since which position, up to the later point, `found` holds on its day, and what held before it."""
        covering = [row for row in rows if row.effective_from <= self._to.day < row.effective_to]
        covering = sorted((row for row in covering if row.known_from <= self._to.known), key=lambda row: row.known_from)
        if found is None:
            return covering[-1].known_to, covering[-1]
        since, before = found.known_from, None
        for row in reversed(covering):
            if row.known_to == since and _same(row, found):
                since = row.known_from
            elif row.known_to <= since:
                before = row
                break
        return since, before

    def _ender(self, rows: list[HistoryRow]) -> int:
        """Return the event that ended what held before the later day, as known then; 0 where nothing did."""
        known = self._to.known
        ended = [row for row in rows if row.known_from <= known < row.known_to and row.effective_to <= self._to.day]
        return max(ended, key=lambda row: row.effective_to).ended_by if ended else 0

    def _speaking_of(self, own: int, before: HistoryRow | None, first: int, last: int) -> list[int]:
        """Return the events of a decision that speak of the event behind a value, or behind the one before it."""
        set_before, ended_before = (before.set_by, before.ended_by) if before else (0, 0)
        spoken = speaking_of(self._views.file, (own, set_before, ended_before), last, after=first)
        return sorted({one.later for one in spoken})

    def _about(self, id_: str, first: int, last: int) -> list[int]:
        """Return the events with first < position <= last that name a thing, or speak of what did; or all of them."""
        return naming(self._views.file, id_, last, after=first) or list(range(first + 1, last + 1))

    def difference(self, change: AttributeChange, behind: Behind) -> Difference:
        """Return a change with what is behind it."""
        decided = [self._places.at(position) for position in sorted(behind.positions)]
        events = tuple(self._places.at(position).id for position in sorted(self._enough(behind)))
        cause: Cause = NEW_DECISION if behind.learnt else IN_EFFECT
        if any(self._places.at(position).corrects for position in behind.main):
            cause = CORRECTION
        lags = self._lags(max(behind.main)) if behind.main else Lags(None, None)
        decisions = dict.fromkeys(DecisionRef(one.authority, one.reference) for one in decided)
        told = Difference(
            change.kind,
            change.id,
            change.attribute,
            change.before,
            change.after,
            cause,
            lags.late,
            lags.retroactive_days,
            events,
            tuple(decisions),
        )
        return self._with_lives(told) if change.attribute in (LIFE, LIVES) else told

    def _with_lives(self, told: Difference) -> Difference:
        """Return a difference of a life with the lives at both points, and the end or beginning that was undone."""
        rows = [row for name in (LIFE, IN_DOUBT) for row in self._rows(told.id).get(name, ())]
        first = self._from if self._to == self._second else self._to
        before, after = lives(rows, *first), lives(rows, *self._second)
        return told._replace(lives=(before, after), undone=self._undone(told, before, after))

    def _undone(self, told: Difference, before: Lives, after: Lives) -> Undone | None:
        if self._to != self._second or not before or told.attribute != LIFE:
            return None
        last = before[-1]
        if told.after is not None and last.ends and after and after[-1].begun_by == last.begun_by:
            return Undone("end", last.ends, self._became_of(last.ended_by))
        if told.after is None and not after:
            return Undone("beginning", last.begins, self._became_of(last.begun_by))
        return None

    def _became_of(self, position: int) -> str:
        """Return what became of an event that bound a life, as known at the later point."""
        standing = self._standings.of([position])[position].standing
        return f"was moved to {standing.effective}" if standing.status == "stands" else f"was {standing.status}"

    def _enough(self, behind: Behind) -> set[int]:
        """Return the events that give a value by themselves: those behind it, what holds it, and who spoke of them."""
        found: set[int] = set()
        new = set(behind.positions | behind.holds if self._to == self._second else behind.positions)
        while new:
            found |= new
            new = {one.later for one in speaking_of(self._views.file, new, self._to.known)} - found
        return found

    def _lags(self, position: int) -> Lags:
        """Return how far the record of an event lags, by the dates that are known of it at the later point."""
        standing = self._standings.of([position])[position].standing
        recorded, decided_on = days_of(self._views.file, self._places.at(position).first, self._to.known)
        return lags_of(decided_on, measurable(standing.effective, inferred=standing.basis is not None), recorded)


def _same(one: HistoryRow | None, other: HistoryRow | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.attribute == IN_DOUBT and one.stated != other.stated:
        return False
    return (one.set_by, one.value) == (other.set_by, other.value)
