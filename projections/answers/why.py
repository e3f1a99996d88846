"""The event and the decision that set each attribute of a thing, on a day as known at a position."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.errors import InputError, harmless, suggestion
from ledger.names import IN_DOUBT, LIFE
from ledger.timeline import iso
from projections.answers.ended import ended
from projections.answers.grounds import DocumentedGrounds, documented_grounds_of
from projections.answers.history import unknown
from projections.views.queries.mentions import naming
from projections.views.queries.spans import known_ids, real
from projections.views.queries.standings import Standings
from projections.views.read_model import HistoryRow, Views
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


def why(views: Views, id_: str, day: int, known: int, names: Names = unnamed) -> list[SourcedAttribute]:
    """Return each attribute of a thing with its value and what set it, its life first and then by name.

    Of what has ended: as it last was. Raises `InputError` for what never lived by then.
    """
    rows = sorted(_live(views, id_, day, known), key=lambda row: (row.attribute != LIFE, row.attribute))
    standings = Standings(views, known)
    sources = standings.of(row.set_by for row in rows)
    return [
        SourcedAttribute(
            name=row.attribute,
            value=_value(row, names),
            since=row.stated,
            event=sources[row.set_by].fact.id,
            position=row.set_by,
            recorded_at=sources[row.set_by].recorded.event.recorded_at,
            because_of=tuple(later.id for later in sources[row.set_by].because_of),
            decision=documented_grounds_of(standings.header(row.set_by)),
        )
        for row in rows
    ]


class Set(NamedTuple):
    """A value that an attribute has, and the event that set it."""

    attribute: str
    value: Any
    stated: str
    set_by: int


def _live(views: Views, id_: str, day: int, known: int) -> list[Set]:
    """Return what a thing holds on a day as known at a position, its life included; of what has ended, what it held."""
    rows = [row for row in views.rows(id_) if row.known_from <= known < row.known_to]
    rows = real(rows)
    held = [row for row in rows if row.effective_from <= day < row.effective_to]
    if any(row.attribute in (LIFE, IN_DOUBT) for row in held):
        return [Set(row.attribute, row.value, row.stated, row.set_by) for row in held]
    if not naming(views.file, id_, known):
        raise unknown(views, id_, known)
    past = ended(views, id_, day, known)
    if past is not None:
        return [Set(name, held.value, held.stated, held.set_by) for name, held in past.thing.attributes.items()]
    lives = [_span(row) for row in rows if row.attribute == LIFE]
    spans = f" It is live {', and '.join(lives)}." if lives else " Nothing that stands began it."
    raise InputError(f'"{harmless(id_)}" is not live on {_said(day)}, as known at p{known}.{spans}')


def _span(row: HistoryRow) -> str:
    until = iso(row.effective_to)
    return f"from {row.stated}" + (f" until {until}" if until else "")


def _said(day: int) -> str:
    return iso(day) or "the last of days"


def _value(row: Set, names: Names) -> Any:
    """Return the value of a row; of an office, its holder where the name is kept, and what commits to it."""
    if not row.attribute.startswith("leaders:") or "commitment" not in row.value:
        return row.value
    return {"holder": names(row.value["commitment"]), **row.value}


def not_there(views: Views, day: int, id_: str, known: int) -> InputError:
    """Return the error for an id of nothing that is live on a day, as known at a position, with the nearest id."""
    ids = known_ids(views.file, known)
    if id_ in ids:
        return InputError(f'"{harmless(id_)}" is recorded, and not live on {iso(day)}. Ask for another day.')
    return InputError(f'Nothing is called "{harmless(id_)}".{suggestion(id_, ids)}')
