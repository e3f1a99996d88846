"""The cessation of an assertion: what was known of its day, from its own decision to the one that it is asked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Protocol

from ledger.events.changes.assertion import AssertCount, OfADay
from ledger.names import IN_DOUBT, LIFE
from ledger.rules.assertions import verdict
from projections.views.queries.rows import HistoryRow, structure_of_rows
from projections.views.queries.spans import real
from projections.views.values import as_json


def on_day(rows: Iterable[HistoryRow], day: int) -> list[HistoryRow]:
    """Return the rows that hold on a day at some position, without what is without effect."""
    return [row for row in real(rows) if row.holds_on(day)]


def ceased(
    assertion: OfADay, rows: Iterable[HistoryRow], day: int, asserted: int, known: int
) -> tuple[int, set[str]] | None:
    """Return the last position of the decision with which an assertion ceased surely to hold, and what that was about.

    `rows` are those of the day of everything that the assertion rests on, `asserted` is the position that ends its
    own decision. None where it holds at `known`, and where it never held.
    """
    truth: _Truth = _Counts(assertion) if isinstance(assertion, AssertCount) else _Things(assertion, day)
    begun, ended = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.known_at(asserted):
            truth.turn(row, 1)
        elif asserted < row.known_from <= known:
            begun[row.known_from].append(row)
        if asserted < row.known_to <= known:
            ended[row.known_to].append(row)
    held, since = truth.holds(), None
    for position in sorted({*begun, *ended}):
        for row in ended[position]:
            truth.turn(row, -1)
        for row in begun[position]:
            truth.turn(row, 1)
        if truth.holds() is not held:
            held, since = not held, position
    return None if held or since is None else (since, _turned(begun[since], ended[since]))


def _turned(begun: Iterable[HistoryRow], ended: Iterable[HistoryRow]) -> set[str]:
    """Return the ids of the things that rows say something else of, and not only for other days."""
    count = Counter((row.id, row.attribute, as_json(row.value)) for row in begun)
    count.subtract((row.id, row.attribute, as_json(row.value)) for row in ended)
    return {id_ for (id_, *_), times in count.items() if times}


class _Truth(Protocol):
    """Whether an assertion surely holds, kept up while rows come (1) and go (-1)."""

    def turn(self, row: HistoryRow, by: int) -> None: ...

    def holds(self) -> bool: ...


class _Things:
    """An assertion on single things."""

    def __init__(self, assertion: OfADay, day: int) -> None:
        self._assertion, self._day = assertion, day
        self._rows: dict[tuple[str, str], HistoryRow] = {}

    def turn(self, row: HistoryRow, by: int) -> None:
        if by > 0:
            self._rows[row.id, row.attribute] = row
        else:
            del self._rows[row.id, row.attribute]

    def holds(self) -> bool:
        return verdict(self._assertion, structure_of_rows(self._day, self._rows.values())).holds is True


class _Counts:
    """A count at both ends: without what may have ended, and with it."""

    def __init__(self, assertion: AssertCount) -> None:
        self._count, self._ends = assertion.count, (_Tally(assertion, doubted=False), _Tally(assertion, doubted=True))

    def turn(self, row: HistoryRow, by: int) -> None:
        for tally in self._ends:
            tally.turn(row, by)

    def holds(self) -> bool:
        return all(tally.count == self._count for tally in self._ends)


class _Tally:
    """A count; missions within a cluster are counted by their ties to its segments.

    What may have ended is counted where `doubted`, and left out elsewhere.
    """

    def __init__(self, assertion: AssertCount, *, doubted: bool) -> None:
        self._assertion, self._doubted, self.count = assertion, doubted, 0
        self._in_doubt: set[str] = set()
        self._inside: set[str] = set()
        self._tied: dict[str, set[str]] = defaultdict(set)  # segment -> missions
        self._ties: Counter[str] = Counter()  # mission -> ties to segments inside

    def turn(self, row: HistoryRow, by: int) -> None:
        assertion = self._assertion
        if assertion.within is None or assertion.kind == "mandate":
            lives = row.attribute == LIFE or (self._doubted and row.attribute == IN_DOUBT)
            counted = lives and (assertion.within is None or row.id.startswith(f"{assertion.within}/"))
            self.count += by if counted and row.kind == assertion.kind else 0
        elif row.attribute == IN_DOUBT:
            self._doubt(row.id, by)
        elif row.kind == "segment" and row.attribute == "cluster" and row.value == assertion.within:
            (self._inside.add if by > 0 else self._inside.discard)(row.id)
            self._segment(row.id, 0 if row.id in self._in_doubt else by)
        elif assertion.kind == "mission" and row.attribute.startswith("segments:"):
            segment = row.attribute.partition(":")[2]
            (self._tied[segment].add if by > 0 else self._tied[segment].discard)(row.id)
            self._tie(row.id, by if segment in self._inside and segment not in self._in_doubt else 0)

    def _doubt(self, id_: str, by: int) -> None:
        """Leave out what comes into doubt, and take in what comes out of it."""
        if self._doubted:
            return
        (self._in_doubt.add if by > 0 else self._in_doubt.discard)(id_)
        if id_ in self._inside:
            self._segment(id_, -by)
        if self._ties[id_] > 0:
            self.count -= by

    def _segment(self, id_: str, by: int) -> None:
        if self._assertion.kind == "segment":
            self.count += by
        else:
            for mission in self._tied[id_]:
                self._tie(mission, by)

    def _tie(self, mission: str, by: int) -> None:
        before = self._ties[mission]
        self._ties[mission] += by
        if mission not in self._in_doubt:
            self.count += (before + by > 0) - (before > 0)
