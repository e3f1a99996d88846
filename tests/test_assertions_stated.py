"""Assertions as they are stated: recorded where they are so, refused with what is so instead where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from support.governing import Document, constituted, decide, document, event_id, governed, judged, rules, ticking

from ledger.application import Ledger, import_register
from ledger.errors import MalformedDocument, Refused
from ledger.events.changes.assertion import Assertion
from ledger.events.envelope import Recorder, decode
from ledger.events.registry import BY_NAME
from ledger.rules.assertions import attributes_of

DAY = "2026-02-01"
RULE = "assertion-does-not-hold"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def stated(what: str, **fields: Any) -> Document:
    """One assertion, as a change of a document."""
    return {"change": f"assert-{what}", **fields}


def found(ledger: Ledger, what: str, /, *, effective: str = DAY, **fields: Any) -> str:
    """What is so instead of an assertion, which must be refused for that alone."""
    (notice,) = judged(ledger, stated(what, **fields), effective=effective)
    assert notice.rule == RULE
    return notice.found.partition(" Found: ")[2]


# Each kind


HOLD = [
    stated("count", kind="cluster", count=2),
    stated("count", kind="cluster", count="2"),
    stated("count", kind="segment", count=2, within="care"),
    stated("count", kind="segment", count=0, within="places"),
    stated("count", kind="mission", count=1, within="care"),
    stated("count", kind="mission", count=0, within="places"),
    stated("count", kind="mission", count=1),
    stated("count", kind="mandate", count=0, within="care"),
    stated("count", kind="signal", count=0),
    stated("life", thing="care/homes"),
    stated("life", thing="government"),
    stated("value", thing="care/homes", attribute="cluster", value="care"),
    stated("value", thing="care/homes", attribute="scope"),
    stated("value", thing="care", attribute="title", value=["Care"]),
    stated("value", thing="sleep", attribute="status", value="active"),
    stated("value", thing="government", attribute="name", value="Illyria"),
    stated("affiliation", mission="sleep", segment="care/homes"),
    stated("affiliation", mission="sleep", segment="care/work", extent="none"),
]


@pytest.mark.parametrize("change", HOLD, ids=lambda change: "-".join(str(value) for value in change.values()))
def test_what_is_so_can_be_asserted_and_stands_on_the_stream_of_the_government(ledger: Ledger, change: Document):
    receipt = decide(ledger, change, effective=DAY)
    recorded = ledger.at(receipt.positions[0])
    assert recorded is not None
    event = recorded.event
    assert (event.stream, event.takes_effect, event.data.subject) == ("government", DAY, "government")
    assert isinstance(event.data, Assertion)
    assert event.data.sentence == f"Asserted: {event.data.claim}."


DO_NOT = [
    (stated("count", kind="cluster", count=3), "2 clusters are live: care, places."),
    (stated("count", kind="segment", count=1), "2 segments are live: care/homes, care/work."),
    (stated("count", kind="segment", count=1, within="places"), 'No segment of cluster "places" is live.'),
    (stated("count", kind="mission", count=2, within="care"), '1 mission of cluster "care" is live: sleep.'),
    (stated("count", kind="signal", count=1), "No signal is live."),
    (stated("life", thing="care", life="not-live"), 'Cluster "care" is live.'),
    (stated("value", thing="care", attribute="title", value="Cure"), '"title" of cluster "care" is "Care".'),
    (stated("value", thing="care", attribute="title"), '"title" of cluster "care" is "Care".'),
    (stated("value", thing="care/work", attribute="scope", value="All"), 'Segment "care/work" has no "scope".'),
    (
        stated("value", thing="care/work", attribute="scpe"),
        'A segment has no attribute "scpe". Did you mean "scope"?',
    ),
    (
        stated("affiliation", mission="sleep", segment="care/homes", extent="partial"),
        'Mission "sleep" is affiliated in full with "care/homes".',
    ),
    (
        stated("affiliation", mission="sleep", segment="care/work"),
        'Mission "sleep" is not affiliated with "care/work".',
    ),
]


@pytest.mark.parametrize(("change", "instead"), DO_NOT, ids=range(len(DO_NOT)))
def test_what_is_not_so_is_refused_with_what_is_so_instead(ledger: Ledger, change: Document, instead: str):
    (notice,) = judged(ledger, change, effective=DAY)
    assert notice.rule == RULE
    assert notice.found.startswith("Asserted: ")
    assert f" on {DAY}. Found: {instead}" in notice.found


def test_a_day_before_anything_began_has_nothing_live(ledger: Ledger):
    assert found(ledger, "life", effective="2025-12-31", thing="care") == '"care" is not live.'
    assert found(ledger, "count", effective="2025", kind="cluster", count=2) == "No cluster is live."
    value = {"thing": "care", "attribute": "purpose"}
    assert found(ledger, "value", effective="2025-12-31", **value) == '"care" is not live.', "not even without a value"
    assert rules(ledger, stated("life", thing="care", life="not-live"), effective="2025-12-31") == []


def test_a_date_of_reduced_precision_counts_from_its_first_day(ledger: Ledger):
    decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-06-02")
    assert rules(ledger, stated("count", kind="cluster", count=2), effective="2026-06") == []
    assert rules(ledger, stated("count", kind="cluster", count=1), effective="2027") == []


def test_a_day_to_come_is_asked_by_what_is_decided_for_it(ledger: Ledger):
    decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, effective="2031-01-01")
    there = stated("value", thing="care/work", attribute="cluster", value="places")
    assert rules(ledger, there, effective="2031-01-01") == []
    assert rules(ledger, there, effective="2030-12-31") == [RULE]
    assert rules(ledger, stated("count", kind="segment", count=1, within="places"), effective="2031") == []


def test_a_mandate_a_signal_an_objective_a_key_and_a_setting_can_be_asserted(ledger: Ledger):
    decide(
        ledger,
        {"change": "issue-mandate", "mandate": "care/live-longer", "text": "Live longer"},
        {"change": "issue-mandate", "mandate": "government/honest", "text": "Be honest"},
        {"change": "assign-mandate", "mandate": "care/live-longer", "segments": ["care/work", "care/homes"]},
        {
            "change": "set-objective",
            "objective": "sleep/hours",
            "indicator": "Hours",
            "definition": "Mean hours.",
            "unit": "h",
            "direction": "up",
            "baseline": "6",
            "target": "8",
            "due_on": "2030",
        },
        {"change": "observe-signal", "signal": "ageing", "kind": "trend", "description": "People live longer."},
        {"change": "identify", "of": "care", "identifiers": {"lei": "123"}},
        {"change": "adopt-settings", "late_after_days": 60},
        effective="2026-01-15",
    )
    for change in (
        stated("count", kind="mandate", count=2),
        stated("count", kind="mandate", count=1, within="care"),
        stated("count", kind="signal", count=1),
        stated("count", kind="objective", count=1),
        stated("value", thing="sleep/hours", attribute="target", value="8"),
        stated("value", thing="care", attribute="identifiers:lei", value="123"),
        stated("value", thing="care", attribute="identifiers:gln"),
        stated("value", thing="government", attribute="settings:late_after_days", value="60"),
        stated("value", thing="care/live-longer", attribute="segments", value=["care/homes", "care/work"]),
    ):
        assert rules(ledger, change, effective=DAY) == [], change
    some = stated("value", thing="care/live-longer", attribute="segments", value="care/work")
    assert rules(ledger, some, effective=DAY) == [RULE], "a part of the list is not the list"


def test_every_attribute_that_a_change_sets_can_be_asserted():
    for change in BY_NAME.values():
        if change.KIND:
            assert set(change.SETS) <= attributes_of(change.KIND)


def test_a_long_list_is_cut_in_the_sentence_and_counted_whole(ledger: Ledger):
    names = [f"c{number:02}" for number in range(20)]
    decide(ledger, *({"change": "establish-cluster", "cluster": name, "title": name} for name in names), effective=DAY)
    so = found(ledger, "count", kind="cluster", count=1)
    assert so == f"22 clusters are live: {', '.join(names[:10])} and 12 more."


# Roots and states of knowledge


def test_the_root_of_an_earlier_receipt_can_be_asserted(ledger: Ledger):
    receipt = decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"}, effective=DAY)
    decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Care"}, effective="2026-03-01")
    position = f"p{receipt.tree_size}"
    recorded = ledger.at(decide(ledger, stated("root", position=position, root=receipt.root)).positions[0])
    assert recorded is not None
    assert (recorded.event.effective, recorded.event.data.normal()["position"]) == (None, receipt.tree_size)


def test_another_root_is_refused_with_the_one_that_is_so(ledger: Ledger):
    root = ledger.known("p7").root
    assert found(ledger, "root", position=7, root="0" * 64) == f"The root at position 7 is {root}."
    assert found(ledger, "root", position=8, root="0" * 64) == "The log does not reach position 8."


def test_a_root_has_no_day(ledger: Ledger):
    with pytest.raises(MalformedDocument, match="no effective date of its own"):
        ledger.plan(document({**stated("root", position=1, root="0" * 64), "effective": DAY}))


def test_a_pinned_assertion_is_asked_by_what_was_known_then(ledger: Ledger):
    before = ledger.head()
    decide(ledger, {"change": "establish-cluster", "cluster": "late", "title": "Late"}, effective="2026-01-02")
    assert rules(ledger, stated("count", kind="cluster", count=2), effective=DAY) == [RULE]
    assert before.recorded_at is not None
    elsewhere = before.recorded_at.astimezone(timezone(timedelta(hours=2)))
    for known in (f"p{before.position}", before.recorded_at.isoformat(), elsewhere.isoformat()):
        assert rules(ledger, stated("count", kind="cluster", count=2, known=known), effective=DAY) == [], known
    assert rules(ledger, stated("count", kind="cluster", count=0, known="p0"), effective=DAY) == []
    assert rules(ledger, stated("life", thing="late", life="not-live", known="p7"), effective=DAY) == []
    assert "as known at p7. Found:" in judged(ledger, stated("life", thing="late", known="p7"), effective=DAY)[0].found


def test_a_position_inside_a_decision_is_the_one_before(ledger: Ledger):
    assert rules(ledger, stated("count", kind="cluster", count=0, known="p4"), effective=DAY) == []


def test_counts_of_one_day_in_one_decision_do_not_share_what_they_did_not_read(ledger: Ledger):
    both = [stated("count", kind="mission", count=1), stated("count", kind="mission", count=1, within="care")]
    fresh = Ledger.open(ledger.store.location)
    with fresh:
        assert rules(fresh, *both, effective=DAY) == []
    with Ledger.open(ledger.store.location) as other:
        assert rules(other, *reversed(both), effective=DAY) == []


# In a decision


def test_an_assertion_is_judged_on_what_the_whole_decision_leads_to(ledger: Ledger):
    late = {"change": "establish-cluster", "cluster": "late", "title": "Late"}
    three, two = (stated("count", kind="cluster", count=count) for count in (3, 2))
    for changes in ((late, three), (three, late)):
        assert rules(ledger, *changes, effective=DAY) == []
    for changes in ((late, two), (two, late)):
        assert rules(ledger, *changes, effective=DAY) == [RULE]


def test_a_refused_assertion_takes_its_whole_decision_along(ledger: Ledger):
    late = {"change": "establish-cluster", "cluster": "late", "title": "Late"}
    assert rules(ledger, late, stated("count", kind="cluster", count=2), effective=DAY) == [RULE]
    assert rules(ledger, stated("life", thing="late"), effective=DAY) == ["unknown-id"]


def test_what_is_refused_for_other_reasons_is_not_asked(ledger: Ledger):
    found = rules(ledger, {"change": "retitle-cluster", "cluster": "cera", "title": "C"}, stated("life", thing="care"))
    assert found == ["unknown-id"]


def test_a_misspelt_id_holds_of_nothing(ledger: Ledger):
    (notice,) = judged(ledger, stated("life", thing="care/home", life="not-live"), effective=DAY)
    assert (notice.rule, notice.found) == ("unknown-id", 'Nothing is called "care/home". Did you mean "care/homes"?')
    assert rules(ledger, stated("count", kind="segment", count=0, within="cera"), effective=DAY) == ["unknown-id"]
    assert rules(ledger, stated("count", kind="segment", count=0, within="sleep"), effective=DAY) == ["wrong-kind"]
    wrong = stated("affiliation", mission="care", segment="care/homes", extent="none")
    assert rules(ledger, wrong, effective=DAY) == ["wrong-kind"]


def test_the_same_assertion_may_be_stated_again_by_another_decision(ledger: Ledger):
    change = stated("count", kind="cluster", count=2)
    decide(ledger, change, effective=DAY, reference="first")
    assert rules(ledger, change, effective=DAY, reference="second") == []


def test_an_assertion_of_a_past_day_is_not_recorded_late(ledger: Ledger):
    plan = ledger.plan(document(stated("count", kind="cluster", count=0), effective="1999-01-01"))
    assert {notice.rule for notice in plan.notices} == {"decision-without-document"}
    decided = document(stated("count", kind="cluster", count=0), effective="1999-01-01", decided_on="2026-03-05")
    assert {notice.rule for notice in ledger.plan(decided).notices} == {"decision-without-document"}


def test_an_assertion_changes_nothing(ledger: Ledger):
    plan = ledger.plan(document(stated("count", kind="cluster", count=2), effective=DAY))
    assert all(plan.after.thing(thing.id) is thing for thing in plan.before.things())


# Corrections of assertions


def test_an_assertion_can_only_be_corrected_to_what_is_so(ledger: Ledger):
    event = event_id(ledger, decide(ledger, stated("count", kind="cluster", count=2), effective=DAY))
    wrong = {"change": "correct", "target": event, "data": {"count": 3}, "because": "A slip."}
    (notice,) = judged(ledger, wrong, effective=None)
    assert (notice.rule, notice.found.partition("Found: ")[2]) == (RULE, "2 clusters are live: care, places.")
    earlier = {"change": "correct", "target": event, "new_effective": "2025-01-01", "because": "A slip."}
    assert rules(ledger, earlier, effective=None) == [RULE]
    right = {"change": "correct", "target": event, "data": {"kind": "segment"}, "because": "A slip."}
    assert rules(ledger, right, effective=None) == []


def test_an_assertion_may_stand_in_the_place_of_another(ledger: Ledger):
    event = event_id(ledger, decide(ledger, stated("count", kind="cluster", count=2), effective=DAY))
    assert rules(ledger, {**stated("count", kind="segment", count=3), "corrects": event}, effective=DAY) == [RULE]
    assert rules(ledger, {**stated("count", kind="segment", count=2), "corrects": event}, effective=DAY) == []


# Read again, planned, imported


def test_an_assertion_is_read_back_from_its_bytes(ledger: Ledger):
    receipt = decide(ledger, *HOLD, stated("root", position=1, root=ledger.known("p1").root), effective=DAY)
    for position, line in zip(receipt.positions, ledger.lines(receipt.positions[0] - 1), strict=True):
        recorded = ledger.at(position)
        assert recorded is not None and decode(line) == recorded.event
    assert ledger.record(document(*HOLD, effective=DAY, reference="again")).already_recorded is False
    assert ledger.record(document(*HOLD, effective=DAY, reference="again")).already_recorded is True


def test_an_assertion_is_judged_again_under_the_lock(ledger: Ledger):
    with Ledger.open(ledger.store.location, recorder=Recorder(id="Other", basis="configured")) as other:
        ledger.plan(document(stated("count", kind="cluster", count=2), effective=DAY))
        decide(other, {"change": "establish-cluster", "cluster": "late", "title": "Late"}, effective="2026-01-02")
        with pytest.raises(Refused, match="3 clusters are live"):
            decide(ledger, stated("count", kind="cluster", count=2), effective=DAY)


def test_an_import_lets_false_assertions_in_and_counts_them(tmp_path: Path):
    made = datetime(2020, 1, 1, tzinfo=UTC)
    cluster = {"change": "establish-cluster", "effective": "2019-01-01", "title": "Care"}
    with constituted(tmp_path, clock=ticking(made)) as first:
        root = first.known("p1").root  # of another ledger: it cannot hold in this one
    asserted = [
        stated("count", kind="cluster", count=1, effective="2019-06"),
        stated("count", kind="cluster", count=2, effective="2019-06"),
        stated("count", kind="cluster", count=1, effective="2019-06", known="p2"),
        stated("count", kind="cluster", count=2, effective="2019-06", known="p3"),
        stated("root", position=1, root=root),
        stated("root", position=99, root=root),
    ]
    changes = [[{**cluster, "cluster": "care"}], *([one] for one in asserted), [{**cluster, "cluster": "more"}]]
    documents = [
        {
            "authority": "Office",
            "reference": str(number),
            "changes": given,
            "recorded_at": (made + timedelta(days=number)).isoformat().replace("+00:00", "Z"),
        }
        for number, given in enumerate(changes)
    ]
    imported = import_register(
        tmp_path / "imported.ledger",
        documents,
        government="Illyria",
        source="an older register",
        recorder=Recorder(id="Registry", basis="configured"),
    )
    assert imported.notices[RULE] == 4
    assert imported.events == len(documents)


# What cannot be meant


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (stated("count", kind="cluster", count=2, known="tomorrow"), "write a position such as p120, or an instant"),
        (stated("count", kind="cluster", count=2, known="2026-02-30T10:00:00Z"), "write a position such as p120"),
        (
            stated("count", kind="cluster", count=2, within="care"),
            "only segments, missions and mandates are within a cluster",
        ),
        (
            stated("count", kind="signal", count=2, within="care"),
            "only segments, missions and mandates are within a cluster",
        ),
        (stated("count", kind="clusters", count=2), "must be 'cluster', 'segment'"),
        (stated("count", kind="cluster", count=-1), '"count"'),
        (stated("count", kind="cluster", count="a dozen"), '"count"'),
        (stated("count", kind="cluster"), 'field "count" is missing'),
        (stated("life", thing="care", life="dead"), "must be 'live' or 'not-live'"),
        (stated("value", thing="care", attribute="Title"), '"attribute" ("Title") is not the name of an attribute'),
        (stated("value", thing="care", attribute="title", value=[]), '"value"'),
        (stated("affiliation", mission="sleep", segment="care"), "this id has two parts"),
        (stated("root", position=0, root="0" * 64), '"position"'),
        (stated("root", position=1, root="feed"), '"root" ("feed") is not 64 digits'),
        (stated("count", kind="cluster", count=0, effective=".."), "may stand only where something begins"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(ledger: Ledger, change: Document, sentence: str):
    with pytest.raises(MalformedDocument) as refusal:
        ledger.plan(document(change))
    assert sentence in str(refusal.value)
