"""Questions about the order of the record: decisions and events by their positions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.rules.flagged import EffectiveDate
from projections.views.file import ViewsFile
from projections.views.queries.decisions import Decided, effects_of, of_columns

_NAMING = (
    "AND k.first IN (SELECT e.decision FROM mentioned m JOIN events e ON e.position = m.position WHERE m.id = ? "
    "UNION SELECT e.decision FROM mentioned m JOIN events e ON e.position = m.position WHERE m.id >= ? AND m.id < ?) "
)


class Begun(NamedTuple):
    """Where a decision begins in the record."""

    first: int
    reference: str
    recorded_at: str


class DatedDecision(NamedTuple):
    """A decision with its days, as known at a position."""

    first: int
    last: int
    authority: str
    reference: str
    recorded_at: str
    recorded_day: int
    decided_on: str | None
    effects: tuple[EffectiveDate, ...]


class RecordedDecision(NamedTuple):
    """A decision as it stands in the record: its first and last position, its name, and when it was recorded."""

    first: int
    last: int
    authority: str
    reference: str
    recorded_at: str


def last_before(file: ViewsFile, place: int, low: int) -> int | None:
    """Return the last position of the last decision that begins by `place` and after `low`, or None."""
    rows = file.select(
        "SELECT last FROM decisions WHERE first <= ? AND first > ? ORDER BY first DESC LIMIT 1", (place, low)
    )
    return next((int(last) for (last,) in rows), None)


def last_after(file: ViewsFile, place: int, high: int) -> int | None:
    """Return the last position of the first decision that begins after `place` and by `high`, or None."""
    rows = file.select(
        "SELECT last FROM decisions WHERE first > ? AND first <= ? ORDER BY first LIMIT 1", (place, high)
    )
    return next((int(last) for (last,) in rows), None)


def around(file: ViewsFile, position: int) -> Begun:
    """Return where the decision begins that has the event at `position`."""
    ((first, reference, recorded_at),) = file.select(
        "SELECT first, reference, recorded_at FROM decisions WHERE first <= ? ORDER BY first DESC LIMIT 1", (position,)
    )
    return Begun(int(first), str(reference), str(recorded_at))


def names_between(file: ViewsFile, after: int, last: int) -> list[tuple[str, str]]:
    """Return (authority, reference) of each decision that begins after one position, up to another, in order."""
    rows = file.select(
        "SELECT authority, reference FROM decisions WHERE first > ? AND first <= ? ORDER BY first", (after, last)
    )
    return [(str(authority), str(reference)) for authority, reference in rows]


def named_by(file: ViewsFile, reference: str, known: int) -> list[tuple[str, int]]:
    """Return (authority, first position) of the decisions with a reference that are known at `known`, in order."""
    rows = file.select(
        "SELECT authority, first FROM decisions WHERE reference = ? AND first <= ? ORDER BY first", (reference, known)
    )
    return [(str(authority), int(first)) for authority, first in rows]


def first_of(file: ViewsFile, authority: str, reference: str) -> int:
    """Return where the decision of this name begins; it is one of the record."""
    rows = file.select("SELECT first FROM decisions WHERE authority = ? AND reference = ?", (authority, reference))
    return next(int(first) for (first,) in rows)


def names_coming_into_effect(
    file: ViewsFile, recorded: tuple[int, int], effective: tuple[int, int]
) -> list[tuple[str, str]]:
    """Return (authority, reference) of the decisions recorded, or coming into effect, in two half-open spans.

    `recorded` are two positions, `effective` two days: after the first, up to the second; of those in effect only what
    is recorded by then. In recording order.
    """
    rows = file.select(
        "SELECT DISTINCT d.authority, d.reference, d.first FROM events e JOIN decisions d ON d.first = e.decision "
        "WHERE e.position <= ?2 AND (e.position > ?1 OR (e.effective > ?3 AND e.effective <= ?4)) ORDER BY d.first",
        (*recorded, *effective),
    )
    return [(str(authority), str(reference)) for authority, reference, _ in rows]


def days_of(file: ViewsFile, first: int, known: int) -> tuple[int, str | None]:
    """Return when the decision that begins at `first` was recorded, and when it was decided, as known then."""
    ((recorded, decided_on),) = file.select(
        "SELECT recorded_day, decided_on FROM decided WHERE first = ? AND known_from <= ? AND known_to > ?",
        (first, known, known),
    )
    return int(recorded), decided_on


def dated(
    file: ViewsFile,
    known: int,
    after: int,
    last: int,
    passed_over: Sequence[str],
    authority: str | None = None,
    thing: str | None = None,
) -> Iterator[DatedDecision]:
    """Yield the decisions that stand at `known` and begin after one position, up to another, in order.

    Those of one authority, or of all; those that name a thing or a part of it, or all. Those with events of the types
    `passed_over` alone are left out.
    """
    marks = ", ".join("?" * len(passed_over))
    asked = "" if authority is None else "AND d.authority = ? "
    asked += "" if thing is None else _NAMING
    parts = () if thing is None else (thing, f"{thing}/", f"{thing}0")  # 0 comes next after /
    rows = file.select(
        "SELECT d.first, d.last, d.authority, d.reference, d.recorded_at, k.recorded_day, k.decided_on, k.effects "
        "FROM decided k JOIN decisions d ON d.first = k.first "
        f"WHERE k.first > ? AND k.first <= ? AND k.known_from <= ? AND k.known_to > ? AND k.stands {asked}"
        "AND EXISTS (SELECT 1 "
        f"FROM events e WHERE e.position BETWEEN d.first AND d.last AND e.type NOT IN ({marks})) ORDER BY k.first",
        (after, last, known, known, *(() if authority is None else (authority,)), *parts, *passed_over),
    )
    return (DatedDecision._make((*row[:-1], effects_of(row[-1]))) for row in rows)


def decisions_between(
    file: ViewsFile, after: int, last: int, passed_over: Sequence[str], authority: str | None = None
) -> Iterator[RecordedDecision]:
    """Yield the decisions that begin after one position, up to another, in order; those of one authority, or all.

    Those with events of the types `passed_over` alone are left out.
    """
    marks = ", ".join("?" * len(passed_over))
    rows = file.select(
        "SELECT d.first, d.last, d.authority, d.reference, d.recorded_at FROM decisions d "
        "WHERE d.first > ? AND d.first <= ? AND (? IS NULL OR d.authority = ?) AND EXISTS (SELECT 1 "
        f"FROM events e WHERE e.position BETWEEN d.first AND d.last AND e.type NOT IN ({marks})) ORDER BY d.first",
        (after, last, authority, authority, *passed_over),
    )
    return map(RecordedDecision._make, rows)


def standing_among(file: ViewsFile, decisions: Sequence[int], known: int) -> set[int]:
    """Return those of some decisions, by their first positions, of which something stands at `known`."""
    rows = file.select(
        "SELECT k.first FROM json_each(?) j JOIN decided k ON k.first = j.value "
        "WHERE k.known_from <= ? AND k.known_to > ? AND k.stands",
        (json.dumps(decisions), known, known),
    )
    return {int(first) for (first,) in rows}


def spoken_of(file: ViewsFile, decisions: Sequence[int], known: int) -> list[tuple[int, int]]:
    """Return (first, last) of those of some decisions, by their first positions, that others speak of by `known`."""
    rows = file.select(
        "SELECT DISTINCT d.first, d.last FROM json_each(?) j JOIN decisions d ON d.first = j.value "
        "JOIN spoken s ON s.position BETWEEN d.first AND d.last WHERE s.later <= ?",
        (json.dumps(decisions), known),
    )
    return [(int(first), int(last)) for first, last in rows]


def decisions_at(file: ViewsFile, known: int, *, fallen: bool = False) -> Iterable[tuple[int, Decided]]:
    """Return every decision known at `known`, as it was known then, with its first position, in recording order.

    Those that have `fallen`, so that nothing of them stands, or all.
    """
    rows = file.select(
        "SELECT k.first, d.authority, d.reference, k.last, k.recorded_day, k.decided_day, k.has_document, "
        "k.responds_to, k.review_day, k.said_days, k.decided_on, k.effects, k.stands "
        "FROM decided k JOIN decisions d ON d.first = k.first "
        f"WHERE k.known_from <= ? AND k.known_to > ? {'AND NOT k.stands ' if fallen else ''}ORDER BY k.first",
        (known, known),
    )
    return ((first, of_columns(authority, reference, tuple(columns))) for first, authority, reference, *columns in rows)


def decisions_with_papers(file: ViewsFile, known: int) -> int:
    """Return how many decisions name papers, as known at a position."""
    ((count,),) = file.select(
        "SELECT COUNT(*) FROM decided WHERE has_document AND known_from <= ? AND known_to > ?", (known, known)
    )
    return int(count)


def positions_of_types(file: ViewsFile, types: Sequence[str], known: int) -> list[int]:
    """Return the positions of the events of some types known at `known`."""
    marks = ", ".join("?" * len(types))
    rows = file.select(f"SELECT position FROM events WHERE type IN ({marks}) AND position <= ?", (*types, known))
    return [int(position) for (position,) in rows]


def reasons_at(file: ViewsFile, known: int) -> dict[int, str]:
    """Return the reason that each event known at `known` gives as it was recorded, by position."""
    return dict(file.select("SELECT position, reason FROM events WHERE reason IS NOT NULL AND position <= ?", (known,)))


class JournalSearch:
    """What is asked of the journal: conditions, all of which an event meets."""

    def __init__(self, upto: int) -> None:
        """Ask for events up to a position."""
        self._conditions, self._parameters = ["e.position <= ?"], [upto]  # type: list[str], list[Any]
        self._most = -1  # SQLite takes it for all

    def _add(self, condition: str, *parameters: Any) -> None:
        self._conditions.append(condition)
        self._parameters += parameters

    def naming(self, id_: str) -> None:
        """Ask for what names a thing."""
        self._add("e.position IN (SELECT position FROM mentioned WHERE id = ?)", id_)

    def of_types(self, types: Sequence[str]) -> None:
        """Ask for events of some types."""
        self._add(f"e.type IN ({', '.join('?' * len(types))})", *types)

    def decided_by(self, authority: str) -> None:
        """Ask for what an authority decided."""
        self._add("d.authority = ?", authority)

    def of_reference(self, reference: str) -> None:
        """Ask for what has a reference."""
        self._add("d.reference = ?", reference)

    def recorded(self, after: int | None = None, upto: int | None = None) -> None:
        """Ask for events after a position, and up to another."""
        if after is not None:
            self._add("e.position > ?", after)
        if upto is not None:
            self._add("e.position <= ?", upto)

    def effective(self, first: int | None = None, last: int | None = None) -> None:
        """Ask for what takes effect from a day on, and by another."""
        if first is not None:
            self._add("e.effective >= ?", first)
        if last is not None:
            self._add("e.effective <= ?", last)

    def first(self, most: int) -> None:
        """Ask for the first events that are found, at most so many."""
        self._most = most

    def with_word(self, word: str) -> None:
        """Ask for events that hold a folded word, or whose decision does."""
        self._add("(instr(e.search, ?) OR instr(d.search, ?))", word, word)

    def positions(self, file: ViewsFile) -> Iterator[int]:
        """Yield the positions of the events that meet every condition, in order."""
        rows = file.select(
            f"SELECT e.position {self._found} ORDER BY e.position LIMIT {self._most:d}", self._parameters
        )
        return (int(position) for (position,) in rows)

    def count(self, file: ViewsFile) -> int:
        """Return how many events meet every condition; there is one at each position."""
        if len(self._conditions) == 1:
            return int(self._parameters[0])
        ((number,),) = file.select(f"SELECT count(*) {self._found}", self._parameters)
        return int(number)

    def newest(self, file: ViewsFile, skip: int, most: int) -> list[int]:
        """Return the positions of the newest of them, the last first, after so many that are passed over."""
        asked = f"SELECT e.position {self._found} ORDER BY e.position DESC LIMIT {most:d} OFFSET {skip:d}"
        return [int(position) for (position,) in file.select(asked, self._parameters)]

    @property
    def _found(self) -> str:
        conditions = " AND ".join(self._conditions)
        decisions = " JOIN decisions d ON d.first = e.decision" if "d." in conditions else ""
        return f"FROM events e{decisions} WHERE {conditions}"


def decision_at(file: ViewsFile, position: int) -> RecordedDecision | None:
    """Return the decision that has the event at `position`; None where none has."""
    rows = file.select(
        "SELECT first, last, authority, reference, recorded_at FROM decisions WHERE first <= ?1 AND last >= ?1 "
        "ORDER BY first DESC LIMIT 1",
        (position,),
    )
    return next((RecordedDecision._make(row) for row in rows), None)


def decisions_counted(file: ViewsFile, known: int) -> int:
    """Return how many decisions are recorded up to a position."""
    ((count,),) = file.select("SELECT count(*) FROM decisions WHERE first <= ?", (known,))
    return int(count)


def ends_of_decisions(file: ViewsFile, known: int, most: int) -> list[int]:
    """Return the last positions of decisions up to a position, in order: all, or `most` of them at even distances."""
    all_ = "SELECT last FROM decisions WHERE first <= ? ORDER BY first LIMIT ?"
    ends = [int(last) for (last,) in file.select(all_, (known, most + 1))]
    if len(ends) <= most:
        return ends
    places = json.dumps([known * place // most for place in range(1, most + 1)])
    around_each = "SELECT last FROM decisions WHERE first <= j.value ORDER BY first DESC LIMIT 1"
    rows = file.select(f"SELECT DISTINCT ({around_each}) AS end FROM json_each(?) j ORDER BY end", (places,))
    return [int(last) for (last,) in rows if last is not None]
