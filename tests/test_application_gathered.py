"""A decision judged on what an index names: the rules say of it what they say on all that was ever recorded."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.governing import AUTHORITY, REGISTRY, Document, document, governed, ticking
from support.hiding import hide
from support.histories import History, events, histories
from support.small_world import DATE, changes, dates
from support.written_ledgers import written

from ledger.application import Ledger
from ledger.application.completion import completed
from ledger.application.facts import facts_of, header_of
from ledger.application.gathering.index import Index
from ledger.application.gathering.things import Gathering
from ledger.application.source import StoreSource
from ledger.documents.decision import Decision, Intent
from ledger.errors import LedgerDamaged, Refused
from ledger.rules.judge import Judgement, judge, settings_on
from ledger.state.state import State
from ledger.state.thing import Thing
from projections.differences.plan import planned_differences
from projections.views.queries.index import ViewsIndex
from projections.views.read_model import Views

Draw = Callable[..., Any]
DAY = 738_000
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)
RETITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Health and care"}
RETIRE: Document = {"change": "retire-segment", "segment": "care/work"}


@st.composite
def cut(draw: Draw) -> tuple[History, int, int]:
    """Draw a history, how many decisions of it the views know, and how many are recorded."""
    history = draw(histories(execution=True, clashes=True, plots=True))
    recorded = draw(st.integers(1, max(1, len(history.decisions) - 1)))
    return history, draw(st.integers(0, recorded)), recorded


def as_decision(decision: tuple[Any, ...]) -> Decision:
    """A decision of a history, as it was proposed."""
    return Decision(
        header_of(decision[0].event.decision), tuple(Intent.of_event(recorded.event) for recorded in decision)
    )


def judged(state: State, source: StoreSource, decision: Decision) -> tuple[Judgement, Any]:
    """What the rules say of a decision on a state, and its facts."""
    key = decision.header.key
    decision = completed(decision, key, state, source)
    facts = facts_of(decision, key, source.position, source.version)
    return judge(state, source, facts, decision.header, settings=settings_on(state, DAY)), facts


def told(thing: Thing | None) -> Any:
    """All that a thing holds, empty where nothing that stands says anything of it."""
    if thing is None:
        return {}, [], [], []
    return thing.attributes, thing.life, thing.beginnings, sorted(thing.aside, key=str)


def void(thing: Thing | None) -> set[Any]:
    """The acts upon what does not stand; upon decisions that nothing is to be said of, they are not gathered."""
    return set() if thing is None else set(thing.void.items())


def same(ledger: Ledger, index: Index, decision: Decision) -> None:
    """Hold the judgement on what an index names to the one on all that was recorded."""
    source = ledger.facts()
    gathering = Gathering(ledger.store, source, index)
    gathering.need(decision)
    found, facts = judged(gathering.state, source, decision)
    streams = {fact.stream for fact in facts}
    assert {name: gathering.version(name) for name in streams} == {name: source.version(name) for name in streams}
    key = decision.header.key
    assert gathering.is_recorded(key) == bool(ledger.store.decision(key))
    all_ = State(ledger.facts(), whole=True)
    all_.apply(source.fact(row) for row in ledger.store.lines())
    expected, same_facts = judged(all_, ledger.facts(), decision)
    assert facts == same_facts
    assert found[1:] == expected[1:]
    for thing in found.after.things():
        there = expected.after.thing(thing.id)
        assert told(thing) == told(there) and void(thing) <= void(there)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(cut())
def test_any_decision_after_any_history_is_judged_as_on_all_that_was_recorded(drawn: tuple[History, int, int]) -> None:
    history, seen, recorded = drawn
    ends = [0, *(facts[-1].position for facts in history.decisions)]
    decisions = [as_decision(decision) for decision in events(history)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ledger"
        with written(path, History(history.decisions[:recorded])) as ledger, Views(ledger, folder) as views:
            views.catch_up(upto=ends[seen])
            index = ViewsIndex(views.file, ledger)
            assert index.position == ends[seen]
            for decision in decisions[recorded : recorded + 3]:
                same(ledger, index, decision)


@st.composite
def asked(draw: Draw) -> Document:
    """Draw a change of the world, a strike or correction of an event, or an act upon a decision."""
    change = draw(changes())
    found = {"change": change.NAME, **change.normal(), "effective": draw(dates(change))}
    target = f"{draw(st.sampled_from(('cluster:care', 'mission:sleep')))}@{draw(st.integers(1, 6))}"
    because = {"target": target, "because": "A slip."}
    name = {"authority": AUTHORITY, "reference": f"R-{draw(st.integers(0, 5))}"}
    chosen: Document = draw(
        st.sampled_from(
            (
                *(found, found, {**RETITLE, "effective": draw(DATE)}, {**RETIRE, "effective": draw(DATE)}),
                *({"change": "strike", **because}, {"change": "correct", "data": {"title": "Health"}, **because}),
                {"change": "rescind-decision", "decision": name, "effective": draw(DATE)},
            )
        )
    )
    return chosen


def outcome(ledger: Ledger, proposed: Document) -> tuple[Any, ...]:
    """What a plan of a decision says, and what recording it gives: a receipt, or the refusal in words."""
    plan = ledger.plan(proposed)
    said = (plan.refused, plan.acceptances_needed, plan.notices, plan.facts, tuple(planned_differences(ledger, plan)))
    try:
        return said, ledger.record(proposed)
    except Refused as error:
        return said, str(error)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(asked(), min_size=1, max_size=6))
def test_plans_and_receipts_are_the_same_with_an_index_and_without(proposed: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "a", Path(folder) / "b"
        first.mkdir()
        governed(first).close()
        shutil.copytree(first, second)
        (path,) = first.glob("*.ledger")
        with (
            Ledger.open(path, recorder=REGISTRY, clock=ticking(LATER)) as one,
            Ledger.open(second / path.name, recorder=REGISTRY, clock=ticking(LATER)) as other,
            Views(one, folder) as views,
        ):
            views.catch_up()
            for number, change in enumerate(proposed):
                one.use_index(ViewsIndex(views.file, one))
                decision = document(change, reference=f"R-{number}")
                assert outcome(one, decision) == outcome(other, decision)


@pytest.mark.parametrize(
    ("number", "columns", "reference", "says"),
    [
        ("1", "stream, version", "CM-3", "leads to version"),
        ("2", "decision, part", "CM-2", "does not lead to the decision"),
    ],
    ids=["of streams", "of decisions"],
)
def test_nothing_is_recorded_where_an_index_of_the_file_hides_what_the_views_counted(
    tmp_path: Path, number: str, columns: str, reference: str, says: str
) -> None:
    with governed(tmp_path) as ledger:
        ledger.record(document(RETITLE, reference="CM-2"))
        path, last = Path(ledger.location), ledger.store.length("cluster:care")
    hide(path, number, f"{columns}) WHERE NOT (stream = 'cluster:care' AND version = {last})")
    with Ledger.open(path, recorder=REGISTRY) as ledger, Views(ledger, tmp_path / "views") as views:
        views.catch_up()
        ledger.use_index(ViewsIndex(views.file, ledger))
        before = ledger.head()
        with pytest.raises(LedgerDamaged, match=says):
            ledger.record(document({**RETITLE, "title": "Health"}, reference=reference))
        assert ledger.head() == before
