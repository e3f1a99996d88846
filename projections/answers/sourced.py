"""The attributes of a thing, each with what set it: by rows and lines alone, where nothing speaks of what set them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from ledger.events.ids import event_id
from ledger.names import IN_DOUBT, LIFE
from ledger.store.types import Sealed
from projections.answers.grounds import DocumentedGrounds, grounds_as_recorded
from projections.views.filled import FilledViews
from projections.views.queries.mentions import speaking_of, spoken_between
from projections.views.queries.spans import real
from projections.withheld import Names, unnamed


class SourcedAttribute(NamedTuple):
    """An attribute of a thing with its value, and what set it.

    `because_of` names the events that corrected, struck or postponed what set it, so that it reads as it does. The
    decision is as known where it is asked, its corrections included.
    """

    name: str
    value: Any
    since: str
    event: str
    position: int
    recorded_at: str
    because_of: tuple[str, ...]
    decision: DocumentedGrounds


class HeldAttribute(NamedTuple):
    """A value that an attribute has, and the event that set it."""

    attribute: str
    value: Any
    stated: str
    set_by: int


def held_on(views: FilledViews, id_: str, day: int, known: int) -> list[HeldAttribute]:
    """Return what a thing holds on a day as known at a position, its life first and then by name.

    Empty for what neither lives on that day nor may.
    """
    rows = real(row for row in views.rows_between(id_, known, known) if row.holds_on(day))
    if not any(row.attribute in (LIFE, IN_DOUBT) for row in rows):
        return []
    rows.sort(key=lambda row: (row.attribute != LIFE, row.attribute))
    return [HeldAttribute(row.attribute, row.value, row.stated, row.set_by) for row in rows]


def sourced_as_recorded(
    views: FilledViews, id_: str, day: int, known: int, names: Names = unnamed
) -> list[SourcedAttribute] | None:
    """Return what `why` does of a thing that is live, where every event that set something stands as it was recorded.

    None for any other, which takes the events themselves to tell.
    """
    held = held_on(views, id_, day, known)
    positions = {one.set_by for one in held}
    rows = {row.position: row for row in views.ledger.rows_among(positions)}
    if not held or speaking_of(views.file, positions, known) or _corrected(views, rows.values(), known):
        return None
    grounds = {row.position: grounds_as_recorded(json.loads(row.line)["decision"]) for row in rows.values()}
    found: list[SourcedAttribute] = []
    for one in held:
        row, decision = rows[one.set_by], grounds[one.set_by]
        if decision is None:
            return None
        value, place = value_with_holder(one, names), (event_id(row.stream, row.version), row.position, row.recorded_at)
        found.append(SourcedAttribute(one.attribute, value, one.stated, *place, (), decision))
    return found


def _corrected(views: FilledViews, rows: Iterable[Sealed], known: int) -> bool:
    """Return whether anything speaks of the decision of one of some events, whose header it may have put right."""
    decisions = {(row.position - row.part + 1, row.position - row.part + row.parts) for row in rows}
    return any(spoken_between(views.file, first, last, known) for first, last in decisions)


def value_with_holder(row: HeldAttribute, names: Names) -> Any:
    """Return the value of a row; of an office, its holder where the name is kept, and what commits to it."""
    if not row.attribute.startswith("leaders:") or "commitment" not in row.value:
        return row.value
    return {"holder": names(row.value["commitment"]), **row.value}
