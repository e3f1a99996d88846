"""Rows of the views: the values that an attribute held, and structures made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ledger.lots import lots
from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.views.values import from_json

VALUES_AT_ONCE = 5_000  # texts decoded in one reading


class HistoryRow(NamedTuple):
    """A value that an attribute held on some days, as known at some positions; both spans are half-open."""

    kind: str
    id: str
    attribute: str
    value: Any
    stated: str
    effective_from: int
    effective_to: int
    known_from: int
    known_to: int
    set_by: int
    ended_by: int

    def holds_on(self, day: int) -> bool:
        """Return whether the value held on a day, at some positions."""
        return self.effective_from <= day < self.effective_to

    def known_at(self, position: int) -> bool:
        """Return whether the value was known at a position, for some days."""
        return self.known_from <= position < self.known_to


def history_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[HistoryRow]:
    """Yield rows as the file has them, their values read from JSON, in their order."""
    for some in lots(rows, VALUES_AT_ONCE):
        values = from_json(row[3] for row in some)
        yield from (HistoryRow._make((*row[:3], value, *row[4:])) for row, value in zip(some, values, strict=True))


_Things = dict[str, tuple[str, dict[str, Held]]]  # id -> kind and attributes


def structure_of(day: int, found: list[tuple[str, str, str, str, str, int]]) -> Structure:
    """Return the structure that rows make which all hold on a day at one position.

    A row is id, kind, attribute, value as JSON text, effective date as stated, and the position that set it.
    """
    things: _Things = {}
    values = from_json([row[3] for row in found])
    days: dict[str, int] = {}
    for (id_, kind, attribute, _, stated, set_by), value in zip(found, values, strict=True):
        start = days.get(stated)
        if start is None:
            start = days[stated] = day_of(stated)
        thing = things.get(id_)
        if thing is None:
            thing = things[id_] = (kind, {})
        thing[1][attribute] = Held(value, set_by, start, stated)
    return _structure(day, things)


def structure_of_rows(day: int, rows: Iterable[HistoryRow]) -> Structure:
    """Return the structure that rows make which all hold on a day at one position; empty where nothing lives."""
    things: _Things = {}
    for row in rows:
        held = Held(row.value, row.set_by, day_of(row.stated), row.stated)
        things.setdefault(row.id, (row.kind, {}))[1][row.attribute] = held
    return _structure(day, things)


def _structure(day: int, things: _Things) -> Structure:
    """Return the structure of those of some things that live, or may: of the others there are only judgements."""
    live = {id_: thing for id_, thing in things.items() if LIFE in thing[1] or IN_DOUBT in thing[1]}
    return Structure.of_days(
        day, {id_: ThingAt(kind, id_, dict(sorted(held.items()))) for id_, (kind, held) in live.items()}
    )
