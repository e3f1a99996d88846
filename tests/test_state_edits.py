"""Edits that the fold reports: what a thing was before them, and the rows that they turn."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.histories import History, ListSource, Recording, histories
from support.small_world import change, constitution

from ledger.names import LIFE
from ledger.state.edits import Edit, undone
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.state.thing import Thing
from projections.views.spans import Row, idle_rows, rows_of, turn

FOLDS = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Made = dict[str, dict[str, list[Edit]]]


def held(thing: Thing | None) -> Any:
    """All that a thing holds; the same for one that is not there and for one that holds nothing."""
    thing = thing or Thing("")
    attributes = {name: list(entries) for name, entries in thing.attributes.items()}
    return thing.kind, list(thing.life), attributes, sorted(thing.aside), thing.void.copy(), thing.lives


def rows(thing: Thing | None) -> list[Row]:
    if thing is None:
        return []
    return [row for name in (LIFE, *thing.attributes) for row in rows_of(thing, name)] + idle_rows(thing)


def folded(state: State, facts: tuple[Fact, ...]) -> Made:
    """Fold a decision; return what that did, by thing and attribute."""
    made: Made = {}
    for (id_, name), edits in state.apply(facts).items():
        made.setdefault(id_, {})[name] = edits
    return made


@FOLDS
@given(histories(execution=True, clashes=True, plots=True))
def test_a_thing_without_the_edits_of_a_decision_is_what_it_was_before(history: History) -> None:
    state = State(ListSource(history.facts), whole=True)
    for decision in history.decisions:
        before = {thing.id: held(thing) for thing in state.things()}
        made = folded(state, decision)
        for thing in state.things():
            assert held(undone(thing, made.get(thing.id, {}))) == before.get(thing.id, held(None)), thing.id


def hold_rows(history: History) -> None:
    """Hold what `turn` makes of the edits of each decision to all rows of each thing, before it and after it."""
    state = State(ListSource(history.facts), whole=True)
    for decision in history.decisions:
        before = {thing.id: (thing.kind, rows(thing)) for thing in state.things()}
        made = folded(state, decision)
        for thing in state.things():
            kind, old = before.get(thing.id, ("", []))
            now, (gone, new) = rows(thing), turn(thing, made.get(thing.id, {}))
            kept = [row for row in old if row in now] if kind == thing.kind else []
            assert sorted(gone, key=repr) == sorted((row for row in old if row not in kept), key=repr)
            assert sorted(new, key=repr) == sorted((row for row in now if row not in kept), key=repr)


@FOLDS
@given(histories(execution=True, clashes=True, plots=True))
def test_edits_turn_the_rows_that_a_comparison_of_all_rows_tells_apart(history: History) -> None:
    hold_rows(history)


def test_a_late_affiliation_turns_the_extent_that_was_kept_from_it() -> None:
    recording = Recording()
    recording.decide()
    recording.say(constitution(), "2020-01-01")
    recording.say(change("launch-mission", mission="m", title="Live longer"), "2020-01-01")
    recording.say(change("add-mission", mission="m", segments=["a/x"], extent="partial"), "2020-01-01")
    recording.say(change("realign-mission", mission="m", **{"from": ["a/x"]}, to=["a/y"]), "2022-01-01")
    recording.decide()
    recording.say(change("add-mission", mission="m", segments=["a/x"], extent="full"), "2021-01-01")
    hold_rows(recording.history())


def test_what_is_said_on_a_day_in_doubt_turns_the_life_of_its_thing() -> None:
    recording = Recording()
    recording.decide()
    recording.say(constitution(), "2020-01-01")
    recording.say(change("establish-cluster", cluster="a", title="Care"), "2020-01-01")
    recording.say(change("dissolve-cluster", cluster="a"), "[2021..2022]")
    recording.decide()
    recording.say(change("retitle-cluster", cluster="a", title="Wellbeing"), "2021-06-01")
    hold_rows(recording.history())


@FOLDS
@given(histories(execution=True, clashes=True))
def test_a_whole_state_that_was_told_of_every_fact_is_the_state_that_reads_its_streams(
    history: History,
) -> None:
    whole, reading = State(ListSource(history.facts), whole=True), State(ListSource(history.facts))
    whole.apply(history.facts)
    reading.load(history.streams)
    for thing in reading.things():
        assert held(whole.thing(thing.id)) == held(thing)
