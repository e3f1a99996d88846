"""The one fold against the naive one, over generated histories in which everything happens often."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import naive
from support.examples import examples
from support.histories import History, ListSource, Recording, histories
from support.small_world import change, constitution

from ledger.events.change import streams_of
from ledger.events.changes.cluster import EstablishCluster
from ledger.events.changes.record import Strike
from ledger.names import LIFE
from ledger.state.record import Fact, Record
from ledger.state.state import State
from ledger.state.structure import Structure
from ledger.timeline import FOREVER

SLOW = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
QUICK = settings(SLOW, max_examples=examples(80))


def plain(value: Any) -> Any:
    """A value as JSON has it: lists for tuples."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def shown(structure: Structure) -> dict[str, naive.Values]:
    return {
        id_: {name: (plain(held.value), held.set_by) for name, held in thing.attributes.items() if name != LIFE}
        for id_, thing in {**structure.things, **structure.in_doubt}.items()
    }


def everything(state: State) -> dict[str, Any]:
    """All that a state holds: the kind, the life and every timeline of every thing."""
    return {
        thing.id: (thing.kind, list(thing.life), copied(thing.attributes), sorted(thing.aside), thing.void.copy())
        for thing in state.things()
        if thing.life or thing.attributes or thing.aside or thing.void
    }


def copied(timelines: dict[str, Any]) -> dict[str, Any]:
    return {name: list(entries) for name, entries in timelines.items()}


@SLOW
@given(histories(execution=True, clashes=True))
def test_the_fold_agrees_with_the_naive_one_at_every_point_of_both_times(history: History) -> None:
    for known in (0, *history.ends()):
        state = history.state(known)
        lines = history.lines(known)
        said = naive.standing(lines)
        for day in history.days():
            assert shown(state.at(day)) == naive.structure(said, day)
        found = {position for thing in state.things() for position in thing.without_effect()}
        assert found == naive.without_effect(said, lines)


@st.composite
def tangles(draw: Callable[..., Any]) -> History:
    """Draw a history of one cluster in which most events speak of earlier ones, and of those that spoke of them."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    recording.say(change("establish-cluster", cluster="a", title="Care"), "2020")
    for number in range(draw(st.integers(1, 9))):
        earlier = recording.facts[1:]
        recording.decide()
        how = draw(st.sampled_from(("retitle", "stand-in", "strike", "annul", "correct", "redate", "rescind", "move")))
        target = earlier[draw(st.integers(0, len(earlier) - 1))]
        _tangle(recording, how, target, draw(st.sampled_from(("2020", "2021", "2022"))), f"Title {number}")
    return recording.history()


def _tangle(recording: Recording, how: str, target: Fact, day: str, title: str) -> None:
    authority, reference = json.loads(target.decision)
    decision = {"authority": authority, "reference": reference}
    domain = target.change.NAME in ("retitle-cluster", "establish-cluster")
    match how:
        case "strike" | "annul":
            target_ = target.id if how == "strike" else decision
            recording.say(change("strike", target=target_, because="A slip."), None)
        case "correct" if domain or target.change.NAME == "correct":
            data = {"title": title} if domain else {"because": title, "data": target.change.normal().get("data")}
            recording.say(change("correct", target=target.id, data=data, because="A slip."), None)
        case "redate" if domain:
            recording.say(change("correct", target=target.id, new_effective=day, because="A slip."), None)
        case "rescind":
            recording.say(change("rescind-decision", decision=decision), day)
        case "move":
            recording.say(change("postpone-decision", decision=decision, new_effective=day), day)
        case _:
            stood_in = target.id if how == "stand-in" and domain else None
            recording.say(change("retitle-cluster", cluster="a", title=title), day, stood_in)


@SLOW
@given(tangles())
def test_what_stands_agrees_with_the_naive_record_however_events_speak_of_one_another(history: History) -> None:
    state, lines = history.state(), history.lines()
    said = naive.standing(lines)
    for day in history.days():
        assert shown(state.at(day)) == naive.structure(said, day)
    found = {position for thing in state.things() for position in thing.without_effect()}
    assert found == naive.without_effect(said, lines)


class Growing(ListSource):
    """A source to which decisions are appended."""

    def __init__(self) -> None:
        super().__init__(())
        self._facts: list[Fact] = []

    def append(self, facts: Iterable[Fact]) -> None:
        self._facts += facts
        super().__init__(self._facts)


@QUICK
@given(histories(execution=True, clashes=True, plots=True))
def test_a_fork_becomes_what_applying_makes_and_leaves_its_parent_alone_until_it_is_absorbed(history: History) -> None:
    source = Growing()
    state = State(source)
    state.load(history.streams)
    for decision in history.decisions:
        before, whole = everything(state), everything(history.state(decision[-1].position))
        fork = state.fork()
        touched = fork.apply(decision)
        assert everything(fork) == whole
        assert everything(state) == before
        same = {(id_, name) for id_, name, found in timelines(before) if found == dict_of(whole).get((id_, name))}
        changed = {(id_, name) for id_, name, _ in (*timelines(before), *timelines(whole))} - same
        assert changed <= set(touched)
        source.append(decision)
        state.absorb(fork)
        assert everything(state) == whole


def timelines(found: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [
        (id_, name, entries)
        for id_, (_, life, attributes, aside, void) in found.items()
        for name, entries in (
            *((LIFE, life), *attributes.items()),
            *((name, (one, "aside")) for name, one in aside),
            *((f"act:{position}", one) for position, one in void.items()),
        )
        if entries
    ]


def dict_of(found: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(id_, name): entries for id_, name, entries in timelines(found)}


@QUICK
@given(histories(execution=True, clashes=True))
def test_catching_up_event_by_event_is_the_same_as_folding_at_once(history: History) -> None:
    source = Growing()
    state = State(source)
    state.load(history.streams)
    for fact in history.facts:
        source.append((fact,))
        state.apply((fact,))
    assert everything(state) == everything(history.state())


@QUICK
@given(histories(execution=True, clashes=True), st.randoms(use_true_random=False))
def test_streams_folded_when_they_are_asked_for_make_what_folding_them_all_makes(history: History, random: Any) -> None:
    ids = [stream.partition(":")[2] for stream in history.streams]
    random.shuffle(ids)
    state, whole = State(history.source()), everything(history.state())
    for id_ in ids:
        state.load(streams_of(id_))
        if id_ in whole:
            assert everything(state)[id_] == whole[id_]
    state.load(state.acted_upon())
    assert everything(state) == whole


@QUICK
@given(histories(max_decisions=5, clashes=True))
def test_a_strike_makes_it_as_if_and_the_strike_of_the_strike_brings_it_back(history: History) -> None:
    """Striking the last decision gives what was before it, and striking that strike what was after it."""
    last = history.decisions[-1]
    authority, reference = json.loads(last[0].decision)
    government = sum(fact.stream == "government" for fact in history.facts)
    strike = change("strike", target={"authority": authority, "reference": reference}, because="A slip.")
    again = change("strike", target=f"government@{government + 1}", because="No slip.")
    position = last[-1].position
    facts = [Fact(position + 1, f"government@{government + 1}", strike, None, '["x","1"]')]
    facts += [Fact(position + 2, f"government@{government + 2}", again, None, '["x","2"]')]
    source = Growing()
    source.append(history.facts)
    state = State(source)
    state.load(history.streams)
    after = everything(state)
    before = everything(history.state(history.decisions[-2][-1].position if len(history.decisions) > 1 else 0))
    source.append(facts[:1])
    state.apply(facts[:1])
    assert dict_of(everything(state)) == dict_of(before)
    source.append(facts[1:])
    state.apply(facts[1:])
    assert dict_of(everything(state)) == dict_of(after)


@QUICK
@given(histories(execution=True, clashes=True))
def test_values_spans_and_the_structure_of_a_day_say_the_same(history: History) -> None:
    state = history.state()
    for day in history.days():
        structure = state.at(day)
        for thing in state.things():
            at = structure.get(thing.id) or structure.in_doubt.get(thing.id)
            assert (at is not None) == thing.live_at(day)
            assert (thing.id in structure.in_doubt) == thing.in_doubt_at(day)
            for name in thing.names():
                spans = [span for span in thing.spans(name) if span.start <= day < span.end]
                held = at.attributes.get(name) if at else None
                assert [span.value for span in spans] == ([held.value] if held else [])
                assert [span.set_by for span in spans] == ([held.set_by] if held else [])
                assert thing.value(name, day) == (held.value if held else None)


@QUICK
@given(histories())
def test_spans_are_half_open_in_order_and_never_overlap(history: History) -> None:
    for thing in history.state().things():
        for name in (LIFE, *thing.names()):
            spans = thing.spans(name)
            assert all(0 <= span.start < span.end <= FOREVER for span in spans)
            assert all(one.end <= other.start for one, other in pairwise(spans))


def test_a_strike_may_be_struck_and_that_strike_again_as_often_as_one_likes() -> None:
    """Three thousand deep: deeper than Python calls itself."""
    establish = EstablishCluster(cluster="care", title="Care")
    facts = [Fact(1, "cluster:care@1", establish, "2026", "first")]
    for number in range(2, 3_002):
        strike = Strike(target=f"cluster:care@{number - 1}", because="A slip.")
        facts.append(Fact(number, f"cluster:care@{number}", strike, None, f"decision {number}"))
    by_id = {fact.id: fact for fact in facts}
    record = Record(by_id.get)
    for fact in facts:
        record.register(fact)
    assert [record.standing(fact).status for fact in facts[-4:]] == ["struck", "stands", "struck", "stands"]
    assert record.standing(facts[0]).status == "stands"  # as many strikes fell as stand
    assert len(list(record.reach(facts[-1], lambda key: ()))) == 3_000
