"""The event and the decision that set each attribute of a thing, on a day as known at a position."""

from __future__ import annotations

from ledger.names import LIFE
from projections.answers.ended import ended
from projections.answers.grounds import documented_grounds_of
from projections.answers.history import unknown
from projections.answers.sourced import HeldAttribute, SourcedAttribute, held_on, value_with_holder
from projections.answers.surroundings import not_live
from projections.views.queries.mentions import naming
from projections.views.queries.standings import Standings
from projections.views.read_model import Views
from projections.withheld import Names, unnamed


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
            value=value_with_holder(row, names),
            since=row.stated,
            event=sources[row.set_by].fact.id,
            position=row.set_by,
            recorded_at=sources[row.set_by].recorded.event.recorded_at,
            because_of=tuple(later.id for later in sources[row.set_by].because_of),
            decision=documented_grounds_of(standings.header(row.set_by)),
        )
        for row in rows
    ]


def _live(views: Views, id_: str, day: int, known: int) -> list[HeldAttribute]:
    """Return what a thing holds on a day as known at a position, its life included; of what has ended, what it held."""
    held = held_on(views, id_, day, known)
    if held:
        return held
    if not naming(views.file, id_, known):
        raise unknown(views, id_, known)
    past = ended(views, id_, day, known)
    if past is not None:
        last = past.thing.attributes.items()
        return [HeldAttribute(name, held.value, held.stated, held.set_by) for name, held in last]
    raise not_live(views, day, id_, known)
