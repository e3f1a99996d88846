"""Any decisions through the ledger's own door: what it remembers is what its lines say, and nothing breaks it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from support import naive
from support.examples import examples
from support.governing import AUTHORITY, REGISTRY, Document, constituted, document, ticking
from support.histories import plain_line
from support.small_world import CLUSTERS, DATE, MISSIONS, SEGMENTS, changes, dates

from ledger.application import Ledger
from ledger.errors import LedgerError, Refused
from ledger.names import LIFE
from ledger.state.state import State
from ledger.timeline import iso

Draw = Callable[..., Any]
OPENING: list[Document] = [
    *({"change": "establish-cluster", "cluster": id_, "title": "Care"} for id_ in CLUSTERS),
    *({"change": "add-segment", "segment": id_, "title": "Care"} for id_ in SEGMENTS),
    *({"change": "launch-mission", "mission": id_, "title": "Care"} for id_ in MISSIONS),
    *({"change": "add-mission", "mission": id_, "segments": ["a/x"]} for id_ in MISSIONS),
    {"change": "issue-mandate", "mandate": "a/do", "text": "Do."},
]
STREAMS = ("cluster:a", "cluster:b", "mission:m", "mission:n", "government")


@st.composite
def said(draw: Draw) -> Document:
    """Draw a change: of the world, in the place of an event, or of the record itself."""
    change = draw(changes())
    found = {"change": change.NAME, **change.normal(), "effective": draw(dates(change))}
    target = f"{draw(st.sampled_from(STREAMS))}@{draw(st.integers(1, 7))}"
    name = {"authority": AUTHORITY, "reference": f"CM-{draw(st.integers(1, 6))}"}
    because = {"because": "A slip."}
    about = draw(st.sampled_from(("world", "world", "world", "stand-in", "strike", "correct", "date", "decision")))
    match about:
        case "stand-in":
            return {**found, "corrects": f"{change.stream()}@{draw(st.integers(1, 7))}"}
        case "strike":
            return {"change": "strike", "target": draw(st.sampled_from((target, name))), **because}
        case "correct":
            field = draw(st.sampled_from(("title", "segments", "lead", "extent", "text", "data")))
            value = draw(st.sampled_from(("Health", "b/z", "partial", ["a/y"], {"title": "Health"}, None)))
            return {"change": "correct", "target": target, "data": {field: value}, **because}
        case "date":
            return {"change": "correct", "target": target, "new_effective": draw(DATE), **because}
        case "decision":
            how = draw(st.sampled_from(("rescind-decision", "postpone-decision")))
            moved = {"new_effective": draw(DATE)} if how == "postpone-decision" else {}
            return {"change": how, "decision": name, **moved, "effective": draw(DATE)}
    return found


def everything(state: State) -> dict[str, Any]:
    return {thing.id: (thing.kind, thing.life, thing.attributes) for thing in state.things() if thing.life}


def whole(ledger: Ledger, upto: int | None = None) -> State:
    """The fold of every stream, from the stored lines."""
    state = State(ledger.facts(upto))
    state.load(dict.fromkeys(one.event.stream for one in ledger.events(0, upto)))
    return state


def take(ledger: Ledger, asked: Document) -> bool:
    """Record a decision, with whatever it needs accepted; refused in words, it leaves no trace."""
    before = ledger.head()
    try:
        held = ledger.plan(asked).acceptances_needed
        accept = [{"rule": rule, "on": on, "because": "So be it."} for rule, on in {one[:2] for one in held}]
        ledger.record({**asked, **({"accept": accept} if accept else {})})
    except LedgerError as refusal:
        event(type(refusal).__name__)
        assert str(refusal).isprintable()
        assert isinstance(refusal, Refused) and ledger.head() == before
        return False
    return True


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(said(), min_size=1, max_size=3), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_two_open_ledgers_and_the_naive_fold_agree_on_whatever_was_let_in(asked: Any, random: Any) -> None:
    """Each decision goes to either of two open ledgers of one file, which keep their states in memory."""
    with tempfile.TemporaryDirectory() as folder, constituted(Path(folder)) as one:
        one.record(document(*OPENING, effective="2020-01-01", reference="CM-0"))
        with Ledger.open(one.store.location, recorder=REGISTRY, clock=ticking()) as other:
            for number, decision in enumerate(asked, 1):
                take(random.choice((one, other)), document(*decision, effective="2021", reference=f"CM-{number}"))
            fresh, stands = whole(one), naive.standing([plain_line(recorded) for recorded in one.events()])
            for ledger in (one, other):
                ledger.judging.catch_up()
                ledger.judging.state.load(STREAMS)
                assert everything(ledger.judging.state) == everything(fresh)
            for day in sorted({0, *(found.day for found in stands)}):
                values = {
                    id_: {name: held.value for name, held in thing.attributes.items() if name != LIFE}
                    for id_, thing in fresh.at(day).possible.items()
                }
                expected = naive.structure(stands, day)
                assert values.keys() == expected.keys()
                assert {id_: found.keys() for id_, found in values.items()} == {
                    id_: found.keys() for id_, found in expected.items()
                }
            assert one.verify().ok


def faults(state: State) -> Iterator[str]:
    """What no decision leads to that needed no acceptance: lost effects, and parts that outlive what they belong to."""
    things = list(state.things())
    yield from (f"p{position} is without effect" for thing in things for position in thing.without_effect())
    lines = [entries for thing in things for entries in (thing.life, *thing.attributes.values())]
    for day in sorted({entry.day for entries in lines for entry in entries}):
        live = state.at(day)
        for thing in live.things.values():
            belongs = set(thing.keyed("segments")) if thing.kind == "mission" else set()
            belongs |= {thing.get("cluster")} if thing.kind == "segment" else set()
            belongs |= {thing.id.partition("/")[0]} if thing.kind == "mandate" else set()
            yield from (f"{thing.id} belongs to {id_} on {iso(day)}" for id_ in belongs - set(live.things))


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(said(), min_size=1, max_size=9))
def test_what_needed_no_acceptance_leaves_nothing_behind_on_any_day(asked: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, constituted(Path(folder)) as ledger:
        ledger.record(document(*OPENING, effective="2020-01-01", reference="CM-0"))
        for number, change in enumerate(asked, 1):
            with suppress(LedgerError):
                ledger.record(document(change, effective="2021", reference=f"CM-{number}"))
        assert list(faults(whole(ledger))) == []


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(said(), min_size=1, max_size=2), min_size=1, max_size=9), st.lists(said(), min_size=1, max_size=4)
)
def test_what_the_rules_say_does_not_depend_on_what_is_in_memory(recorded: Any, asked: Any) -> None:
    """A ledger just opened folds the streams concerned; one that has folded every stream says the same."""
    with tempfile.TemporaryDirectory() as folder, constituted(Path(folder)) as warm:
        warm.record(document(*OPENING, effective="2020-01-01", reference="CM-0"))
        for number, decision in enumerate(recorded, 1):
            take(warm, document(*decision, effective="2021", reference=f"CM-{number}"))
        warm.judging.state.load(STREAMS)
        for number, change in enumerate(asked):
            proposed = document(change, effective="2021", reference=f"P-{number}")
            try:
                said_by_warm = warm.plan(proposed)
            except LedgerError:
                continue
            with Ledger.open(warm.store.location, clock=warm.clock) as cold:
                said_by_cold = cold.plan(proposed)
            assert said_by_cold.refused == said_by_warm.refused
            assert said_by_cold.acceptances_needed == said_by_warm.acceptances_needed
