"""A thing that has ended, as it last was, with its end: when, why, what came of it, what came after it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.events.change import streams_of
from ledger.state.state import State
from ledger.state.structure import Structure, ThingAt, as_it_last_was
from ledger.timeline import Interval
from projections.answers.grounds import decision_fields
from projections.answers.structure import one_thing
from projections.views.queries.standings import Standings
from projections.views.read_model import Views
from projections.withheld import Names, unnamed

Fields = dict[str, Any]
_SAID = ("reason", "outcome", "successors")  # what the change of an end may say


class Ended(NamedTuple):
    """A thing as it last was, and its last life up to the day that was asked about."""

    thing: ThingAt
    life: Interval


def ended(views: Views, id_: str, day: int, known: int) -> Ended | None:
    """Return a thing that has ended by `day`, as known at position `known`; None for what lives then, or never did.

    It is folded from its own streams: what has ended stands in no row of the views.
    """
    state = State(views.ledger.facts(known))
    state.load(streams_of(id_))
    thing = state.thing(id_)
    if thing is None or thing.live_at(day):
        return None
    past = [life for life in thing.lives if life.end <= day]
    last = as_it_last_was(thing, day)
    return Ended(last, past[-1]) if past and last is not None else None


def end_fields(views: Views, found: Ended, known: int) -> Fields:
    """Return the end of a thing as JSON values: its date as stated, what the change said, event and decision."""
    standings, position = Standings(views, known), found.life.ended_by
    told = standings.of([position])[position]
    said = told.standing.change.normal()
    return {
        "effective": found.life.end_stated,
        **{name: said.get(name) for name in _SAID},
        "event": told.fact.id,
        "position": position,
        "decision": decision_fields(standings.header(position)),
    }


def ended_fields(views: Views, found: Ended, known: int, names: Names = unnamed) -> Fields:
    """Return a thing as it last was, as the structure of its last day shows it, with its `end`."""
    before = views.structure(found.life.end - 1, known)
    structure = Structure(before.day, {**before.things, found.thing.id: found.thing})
    return {**(one_thing(structure, found.thing.id, names) or {}), "end": end_fields(views, found, known)}
