"""A thing that has ended, as it last was, with its end: when, why, what came of it, what came after it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ledger.events.change import streams_of
from ledger.state.day import as_it_last_was
from ledger.state.state import State
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import Interval
from projections.answers.grounds import grounds_of
from projections.answers.structure import End, OneThing, one_thing
from projections.answers.surroundings import Surroundings
from projections.views.queries.standings import Standings
from projections.views.read_model import Views
from projections.withheld import Names, unnamed


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


def end_of(views: Views, past: Ended, known: int) -> End:
    """Return how a thing ended, as known at position `known`: its date, what the change said, event and decision."""
    standings, position = Standings(views, known), past.life.ended_by
    event = standings.of([position])[position]
    stated = event.standing.change.normal()
    return End(
        effective=past.life.end_stated,
        reason=stated.get("reason"),
        outcome=stated.get("outcome"),
        successors=stated.get("successors"),
        event=event.fact.id,
        position=position,
        decision=grounds_of(standings.header(position)),
    )


def as_it_ended(views: Views, past: Ended, known: int, names: Names = unnamed) -> OneThing:
    """Return a thing as the structure of its last day shows it, with its end."""
    with views.file.reading():  # held once for all that is asked of it
        before = Surroundings(views, past.life.end - 1, known).of_thing(past.thing)
    structure = Structure(before.day, {**before.things, past.thing.id: past.thing})
    last = one_thing(structure, past.thing.id, names)
    assert last is not None  # it was put there
    return replace(last, end=end_of(views, past, known))
