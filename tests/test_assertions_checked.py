"""Assertions asked again: equal to a naive asking at every known position, told since when they do not hold."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import naive
from support.examples import examples
from support.governing import Document, decide, event_id, governed
from support.histories import History, Recording, histories
from support.small_world import CLUSTERS, DATES, MANDATES, MISSIONS, SEGMENTS, SIGNALS, TITLES, Draw, change
from support.written_ledgers import written

from ledger.application import Ledger
from ledger.errors import Refused
from ledger.events.change import Change
from ledger.events.changes.assertion import Assertion
from ledger.state.record import Fact
from projections.answers.assertions import Checked, checked
from projections.views.read_model import Views

FEW = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
IDS = {"cluster": CLUSTERS, "segment": SEGMENTS, "mission": MISSIONS, "mandate": MANDATES, "signal": SIGNALS}
DAY = "2026-02-01"

# Histories in which facts are asserted, whether they are so or not


@st.composite
def assertions(draw: Draw) -> Change:
    """Draw an assertion on the small world."""
    what = draw(st.sampled_from(("count", "within", "life", "value", "affiliation")))
    if what in ("count", "within"):
        kind = draw(st.sampled_from(tuple(IDS) if what == "count" else ("segment", "mission", "mandate")))
        within = None if what == "count" else draw(st.sampled_from(CLUSTERS))
        return change("assert-count", kind=kind, count=draw(st.integers(0, 2)), within=within)
    if what == "life":
        thing = draw(st.sampled_from([id_ for ids in IDS.values() for id_ in ids]))
        return change("assert-life", thing=thing, life=draw(st.sampled_from(("live", "not-live"))))
    if what == "affiliation":
        mission, segment = draw(st.sampled_from(MISSIONS)), draw(st.sampled_from(SEGMENTS))
        extent = draw(st.sampled_from(("full", "partial", "none")))
        return change("assert-affiliation", mission=mission, segment=segment, extent=extent)
    thing = draw(st.sampled_from((*CLUSTERS, *SEGMENTS, *MISSIONS)))
    attribute = draw(st.sampled_from(("title", "cluster") if "/" in thing else ("title",)))
    value = draw(st.none() | st.sampled_from(CLUSTERS if attribute == "cluster" else TITLES))
    return change("assert-value", thing=thing, attribute=attribute, value=value)


@st.composite
def asserting(draw: Draw) -> History:
    """Draw a history with decisions in between that assert something, some of which are struck or redated later."""
    history: History = draw(histories(max_decisions=6))
    places = st.integers(1, len(history.decisions))
    said = draw(st.lists(st.tuples(places, assertions(), st.sampled_from(DATES)), min_size=1, max_size=4))
    recording, ids, stated = Recording(), {}, []
    for number, facts in enumerate(history.decisions, 1):
        authority, reference = json.loads(facts[0].decision)
        recording.decide(authority, reference)
        for fact in facts:
            stood_in = ids.get(fact.corrects or "")
            ids[fact.id] = recording.say(_renamed(fact, ids), fact.effective, stood_in, own=fact.own_date).id
        for place, assertion, day in said:
            if place == number:
                recording.decide(reference=f"check {len(stated)}")
                stated.append(recording.say(assertion, day).id)
    for target in stated:
        how = draw(st.sampled_from(("", "", "strike", "correct")))
        if how:
            recording.decide()
            redated = {"new_effective": draw(st.sampled_from(DATES))} if how == "correct" else {}
            recording.say(change(how, target=target, because="A slip.", **redated), None)
    return recording.history()


def _renamed(fact: Fact, ids: dict[str, str]) -> Change:
    """The events of the government have other numbers once assertions stand between them."""
    target = getattr(fact.change, "target", None)
    return fact.change.model_copy(update={"target": ids[target]}) if isinstance(target, str) else fact.change


# The naive asking


class Naive(NamedTuple):
    """What is expected of an assertion: where it stands, whether it holds, since which position it does not."""

    position: int
    holds: bool | None
    since: int | None


def holds(said: Any, structure: dict[str, naive.Values]) -> bool | None:
    """Whether an assertion is so however what is in doubt was; None where it depends on that."""
    worlds = naive.worlds(structure)
    if said.NAME == "assert-count":
        counts = [counted(said, world) for world in worlds]
        cannot_be_said = min(counts) < max(counts) and min(counts) <= said.count <= max(counts)
        return None if cannot_be_said else said.count in counts
    found = {is_so(said, world) for world in worlds}
    return found.pop() if len(found) == 1 else None


def counted(said: Any, structure: dict[str, naive.Values]) -> int:
    """How many of what an assertion counts a structure holds, without any of the ledger's words for it."""
    live = [id_ for id_ in IDS[said.kind] if id_ in structure]
    if said.within is not None and said.kind == "mandate":
        live = [id_ for id_ in live if id_.split("/")[0] == said.within]
    elif said.within is not None:
        inside = [id_ for id_ in SEGMENTS if structure.get(id_, {}).get("cluster", ("",))[0] == said.within]
        ties = {f"segments:{id_}" for id_ in inside}
        live = inside if said.kind == "segment" else [id_ for id_ in live if ties & set(structure[id_])]
    return len(live)


def is_so(said: Any, structure: dict[str, naive.Values]) -> bool:
    """Whether an assertion on a thing is so in a structure in which nothing is in doubt."""
    if said.NAME == "assert-life":
        return (said.thing in structure) is (said.life == "live")
    if said.NAME == "assert-affiliation":
        return structure.get(said.mission, {}).get(f"segments:{said.segment}", ("none", 0))[0] == said.extent
    thing = structure.get(said.thing)
    return thing is not None and thing.get(said.attribute, (None, 0))[0] == (said.value[0] if said.value else None)


def asked(history: History, known: int) -> list[Naive]:
    """What is expected of every assertion at a position, by a fold of its own at every earlier one."""
    facts, lines = history.facts, history.lines(known)
    ends = [end for end in history.ends() if end <= known]
    found = []
    for line in lines:
        change, (_, effective, state) = facts[line["position"] - 1].change, naive.reading(line, lines)
        if not isinstance(change, Assertion) or state != "stands":
            continue
        position, day = line["position"], naive.first_day(effective or "..")
        by_end = {end: holds(change, _at(history, end, day)) for end in ends if end >= position}
        now = by_end[ends[-1]]
        held = [end for end, so in by_end.items() if so]
        since = None if now or not held else min(end for end in by_end if end > held[-1])
        found.append(Naive(position, now, since))
    return found


def _at(history: History, known: int, day: int) -> dict[str, naive.Values]:
    return naive.structure(naive.standing(history.lines(known)), day)


@FEW
@given(asserting())
def test_assertions_are_as_a_naive_asking_finds_them_at_every_known_position(history: History) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, folder) as views,
    ):
        for known in (0, *history.ends()):
            found = [
                Naive(one.recorded.position, one.holds, one.since and one.since.position)
                for one in checked(views, known)
            ]
            assert found == asked(history, known), known


# Given a small government


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


@pytest.fixture
def views(ledger: Ledger, tmp_path: Path) -> Iterator[Views]:
    """Its views."""
    with Views(ledger, tmp_path) as found:
        yield found


def stated(ledger: Ledger, what: str, /, *, effective: str = DAY, **fields: Any) -> str:
    """Record an assertion; return the id of its event."""
    return event_id(ledger, decide(ledger, {"change": f"assert-{what}", **fields}, effective=effective))


def only(views: Views, known: str | None = None) -> Checked:
    """The one assertion that stands."""
    (found,) = checked(views, views.ledger.known(known).position)
    return found


def test_where_nothing_was_asserted_nothing_is_found(views: Views):
    assert checked(views, views.ledger.head().position) == []
    assert checked(views, 0) == []


LATER: list[tuple[Document, Document, str, str]] = [
    (
        {"what": "count", "kind": "cluster", "count": 2},
        {"change": "establish-cluster", "cluster": "late", "title": "Late", "effective": "2026-01-31"},
        "3 clusters are live: care, late, places.",
        "cluster:late@1",
    ),
    (
        {"what": "count", "kind": "segment", "count": 2, "within": "care"},
        {"change": "transfer-segment", "segment": "care/work", "to": "places", "effective": DAY},
        '1 segment of cluster "care" is live: care/homes.',
        "cluster:care@4",
    ),
    (
        {"what": "count", "kind": "mission", "count": 1, "within": "care"},
        {"change": "transfer-segment", "segment": "care/homes", "to": "places", "effective": DAY},
        'No mission of cluster "care" is live.',
        "cluster:care@4",
    ),
    (
        {"what": "life", "thing": "sleep"},
        {"change": "stop-mission", "mission": "sleep", "effective": "2026-01-20"},
        '"sleep" is not live.',
        "mission:sleep@3",
    ),
    (
        {"what": "value", "thing": "care", "attribute": "title", "value": "Care"},
        {"change": "retitle-cluster", "cluster": "care", "title": "Cure", "effective": "2026-01"},
        '"title" of cluster "care" is "Cure".',
        "cluster:care@4",
    ),
    (
        {"what": "affiliation", "mission": "sleep", "segment": "care/homes"},
        {"change": "realign-mission", "mission": "sleep", "from": "care/homes", "to": "care/work", "effective": DAY},
        'Mission "sleep" is not affiliated with "care/homes".',
        "mission:sleep@3",
    ),
]


@pytest.mark.parametrize(("asserted", "later", "instead", "event"), LATER, ids=[one[0]["what"] for one in LATER])
def test_a_late_decision_that_says_otherwise_is_named(
    ledger: Ledger, views: Views, asserted: Document, later: Document, instead: str, event: str
):
    stated(ledger, asserted["what"], **{name: value for name, value in asserted.items() if name != "what"})
    assert only(views).holds
    decide(ledger, {"change": "retitle-cluster", "cluster": "places", "title": "Sites"}, effective="2026-05-01")
    receipt = decide(ledger, later, reference="LATE")
    decide(ledger, {"change": "retitle-cluster", "cluster": "places", "title": "Places"}, effective="2026-06-01")
    found = only(views)
    assert (found.holds, found.found) == (False, instead)
    assert found.since is not None
    assert found.since[0:1] + found.since[2:] == (receipt.tree_size, "Council of Ministers", "LATE", event)
    assert found.since.recorded_at.startswith("2026-03-05T10:")
    before = only(views, f"p{receipt.tree_size - 1}")
    assert before.holds and before.since is None, "it is told from what was known then"


def test_what_is_decided_for_a_later_day_leaves_an_assertion_alone(ledger: Ledger, views: Views):
    stated(ledger, "count", kind="cluster", count=2)
    decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-02-02")
    decide(ledger, {"change": "establish-cluster", "cluster": "new", "title": "New"}, effective="2026-02-03")
    assert only(views).holds


def test_an_assertion_that_holds_again_holds(ledger: Ledger, views: Views):
    stated(ledger, "count", kind="cluster", count=2)
    late = {"change": "establish-cluster", "cluster": "late", "title": "Late"}
    event = event_id(ledger, decide(ledger, late, effective="2026-01-02"))
    assert not only(views).holds
    decide(ledger, {"change": "strike", "target": event, "because": "Of another ledger."}, effective=None)
    found = only(views)
    assert found.holds and found.since is None


def test_a_correction_that_says_otherwise_is_named(ledger: Ledger, views: Views):
    stated(ledger, "value", thing="care", attribute="title", value="Care")
    first = {"change": "correct", "target": "cluster:care@1", "data": {"title": "Cure"}, "because": "A slip."}
    event = event_id(ledger, decide(ledger, first, effective=None, reference="REG-1"))
    found = only(views)
    assert found.since is not None
    assert (found.since.reference, found.since.event) == ("REG-1", event)


def test_of_a_decision_of_several_changes_the_one_concerned_is_named(ledger: Ledger, views: Views):
    stated(ledger, "life", thing="care/work")
    end = [
        {"change": "retire-segment", "segment": "care/work"},
        {"change": "retitle-cluster", "cluster": "places", "title": "Sites"},
    ]
    decide(ledger, *end, effective="2026-01-20")
    found = only(views)
    assert found.since is not None and found.since.event == "cluster:care@4"


def test_where_several_events_of_a_decision_are_concerned_none_is_singled_out(ledger: Ledger, views: Views):
    stated(ledger, "count", kind="cluster", count=2)
    begun = [{"change": "establish-cluster", "cluster": name, "title": name} for name in ("more", "late")]
    decide(ledger, *begun, effective="2026-01-20", reference="BOTH")
    found = only(views)
    assert found.since is not None
    assert (found.since.reference, found.since.event) == ("BOTH", None)


def test_the_last_decision_with_which_it_ceased_is_named_however_often_it_held_again(ledger: Ledger, views: Views):
    stated(ledger, "value", thing="care", attribute="title", value="Care")
    for number, title in enumerate(("Cure", "Care", "Cure", "Curing")):
        retitled = {"change": "retitle-cluster", "cluster": "care", "title": title}
        decide(ledger, retitled, effective=f"2026-01-0{number + 2}", reference=title + str(number))
    found = only(views)
    assert found.since is not None and found.since.reference == "Cure2"


def test_a_pinned_assertion_holds_whatever_is_recorded_since(ledger: Ledger, views: Views):
    stated(ledger, "count", kind="cluster", count=2, known=f"p{ledger.head().position}")
    decide(ledger, {"change": "establish-cluster", "cluster": "late", "title": "Late"}, effective="2026-01-02")
    assert only(views).holds


def test_a_root_holds_for_ever(ledger: Ledger, views: Views):
    stated(ledger, "root", position=7, root=ledger.known("p7").root)
    decide(ledger, {"change": "establish-cluster", "cluster": "late", "title": "Late"}, effective="2026-01-02")
    found = only(views)
    assert (found.holds, found.effective) == (True, None)
    assert found.found == f"The root at position 7 is {ledger.known('p7').root}."


def test_an_assertion_that_was_struck_rescinded_or_replaced_is_not_asked(ledger: Ledger, views: Views):
    one = stated(ledger, "count", kind="cluster", count=2)
    two = stated(ledger, "count", kind="segment", count=2)
    decide(ledger, {"change": "strike", "target": one, "because": "A slip."}, effective=None)
    assert only(views).recorded.event.id == two
    decide(ledger, {"change": "assert-count", "kind": "mission", "count": 1, "corrects": two}, effective=DAY)
    assert only(views).said.normal() == {"kind": "mission", "count": 1}
    assert len(checked(views, ledger.known("p9").position)) == 2, "as it was known then, both stood"


def test_a_corrected_assertion_is_asked_as_corrected(ledger: Ledger, views: Views):
    event = stated(ledger, "count", kind="cluster", count=2)
    decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-03-01")
    both = {"data": {"count": 1}, "new_effective": "2026-03-01"}
    decide(ledger, {"change": "correct", "target": event, **both, "because": "A slip."}, effective=None)
    found = only(views)
    assert (found.holds, found.effective, found.said.normal()["count"]) == (True, "2026-03-01", 1)


# What cannot be said: with an end on one of several days

MAYBE = "[2026-01-15..2026-03]"


@pytest.mark.parametrize(
    ("asserted", "so"),
    [
        ({"what": "count", "kind": "segment", "count": 2}, "1 to 2 segments are live: care/homes, care/work."),
        ({"what": "count", "kind": "segment", "count": 2, "within": "care"}, '1 to 2 segments of cluster "care" are'),
        ({"what": "life", "thing": "care/work"}, f'Segment "care/work" may have ended: on one of the days {MAYBE}.'),
        ({"what": "value", "thing": "care/work", "attribute": "cluster", "value": "care"}, 'Segment "care/work" may'),
    ],
)
def test_of_what_may_have_ended_since_it_cannot_be_said_whether_it_holds(
    ledger: Ledger, views: Views, asserted: Document, so: str
):
    stated(ledger, asserted["what"], **{name: value for name, value in asserted.items() if name != "what"})
    decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective=MAYBE, reference="MAYBE")
    found = only(views)
    assert found.holds is None and found.found.startswith(so)
    assert found.since is not None and found.since.reference == "MAYBE"


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("count", {"kind": "segment", "count": 2}),
        ("count", {"kind": "segment", "count": 1}),
        ("life", {"thing": "care/work", "life": "not-live"}),
        ("life", {"thing": "care/work", "life": "live"}),
    ],
)
def test_what_cannot_be_said_is_not_put_on_record(ledger: Ledger, what: str, fields: Document):
    decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective=MAYBE)
    with pytest.raises(Refused, match="That cannot be said. Asserted: .* Found: "):
        stated(ledger, what, **fields)


def test_what_is_the_same_either_way_can_be_said(ledger: Ledger, views: Views):
    decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective=MAYBE)
    stated(ledger, "affiliation", mission="sleep", segment="care/work", extent="none")
    assert only(views).holds is True
    with pytest.raises(Refused, match="^(?!.*cannot be said)"):
        stated(ledger, "value", thing="care/work", attribute="title", value="Other")
