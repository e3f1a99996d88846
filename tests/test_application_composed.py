"""Composed changes: mergers, splits and moves become the changes that are known, by what is so on their day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, REGISTRY, Document, constituted, decide, document, governed, structure, value

from ledger.application import Ledger
from ledger.application.migration import import_register
from ledger.errors import InputError, NotTogether, SameReferenceOtherText
from projections.views.queries.index import ViewsIndex
from projections.views.read_model import Views

MERGE: Document = {"change": "merge-clusters", "clusters": ["care", "places"], "into": "life", "title": "Life"}
ABSORB: Document = {"change": "merge-clusters", "clusters": "care", "into": "places"}
MOVE: Document = {"change": "move-mission", "mission": "sleep", "from": "care", "to": "places"}
SPLIT: Document = {
    "change": "split-cluster",
    "cluster": "care",
    "into": [
        {"cluster": "homes", "title": "Homes", "purpose": "To live.", "segments": ["care/homes"]},
        {"cluster": "places", "segments": "care/work"},
    ],
}
PARKS: Document = {"change": "add-segment", "segment": "places/parks", "title": "Parks"}
EFFECTIVE, BEFORE = "2026-04-01", "2026-03-31"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with a mandate of `care` that `sleep` carries out and a cluster within `care`."""
    with governed(tmp_path) as found:
        decide(
            found,
            {"change": "issue-mandate", "mandate": "care/rest", "text": "Rest well.", "instrument": "Act 1"},
            {"change": "assign-mandate", "mandate": "care/rest", "segments": "care/homes", "missions": "sleep"},
            {"change": "establish-cluster", "cluster": "inner", "title": "Inner"},
            {"change": "nest-cluster", "cluster": "inner", "within": "care"},
            effective="2026-01-01",
            reference="more",
        )
        yield found


def names(ledger: Ledger, reference: str) -> list[str]:
    """The types of the events of a decision, without schema numbers."""
    return [one.event.type.partition("/")[0] for one in ledger.decision(AUTHORITY, reference)]


def said(ledger: Ledger, *changes: Document, **header: Any) -> str:
    """What a plan says that composed changes come to."""
    return " ".join(one.said for one in ledger.plan(document(*changes, **header)).decision.expansions)


# What they come to


def test_a_launch_that_names_segments_is_a_launch_and_an_affiliation(ledger: Ledger) -> None:
    launch = {"change": "launch-mission", "mission": "walk", "title": "Walk", "type": "Pilot"}
    decide(ledger, {**launch, "segments": ["care/homes", "care/work"], "extent": "partial"}, reference="L")
    assert names(ledger, "L") == ["mission.launched", "mission.added"]
    assert value(ledger, "walk", "segments:care/work", EFFECTIVE) == "partial"
    spelt = [launch, {"change": "add-mission", "mission": "walk", "segments": ["care/homes", "care/work"]}]
    spelt[1]["extent"] = "partial"
    assert decide(ledger, *spelt, reference="L").already_recorded


def test_a_merger_moves_all_that_the_clusters_hold_and_ends_them(ledger: Ledger) -> None:
    told = said(ledger, MERGE)
    assert told == (
        "merge-clusters care and places into life: 2 segments move, mandate care/rest goes on as life/rest, "
        "care and places end."
    )
    decide(ledger, MERGE)
    before, after = structure(ledger, BEFORE), structure(ledger, EFFECTIVE)
    assert set(after.segments_of["life"]) == {"care/homes", "care/work"} and "care" in before.things
    assert "care" not in after.things and "places" not in after.things and "care/rest" not in after.things
    assert after.things["inner"].keyed("within") == {"life": True}
    mandate = after.things["life/rest"]
    assert mandate.get("text") == "Rest well." and mandate.get("instrument") == "Act 1"
    assert (mandate.get("segments"), mandate.get("missions")) == (("care/homes",), ("sleep",))
    ended = [one.event.data.normal() for one in ledger.events() if one.event.type == "cluster.dissolved/1"]
    assert {(one["cluster"], one["reason"], *one["successors"]) for one in ended} == {
        ("care", "merged", "life"),
        ("places", "merged", "life"),
    }


def test_a_cluster_is_merged_into_one_that_is_there(ledger: Ledger) -> None:
    decide(ledger, ABSORB)
    assert value(ledger, "places", "title", EFFECTIVE) == "Places"
    assert value(ledger, "care/homes", "cluster", EFFECTIVE) == "places"
    assert value(ledger, "sleep", "segments:care/homes", EFFECTIVE) == "full"


def test_a_mandate_whose_name_is_taken_goes_on_under_one_that_was_never_given(ledger: Ledger) -> None:
    decide(ledger, {"change": "issue-mandate", "mandate": "places/rest", "text": "Other."})
    decide(ledger, {"change": "revoke-mandate", "mandate": "places/rest"}, effective="2026-05-01")
    decide(ledger, ABSORB, effective="2026-06-01")
    assert value(ledger, "places/rest-care", "text", "2026-06-01") == "Rest well."


def test_a_split_gives_each_its_segments_and_a_mandate_follows_them(ledger: Ledger) -> None:
    told = said(ledger, SPLIT)
    assert told == (
        "split-cluster care into homes and places: 2 segments move, mandate care/rest goes on as homes/rest, "
        "inner stays a part of care, care ends."
    )
    decide(ledger, SPLIT)
    after = structure(ledger, EFFECTIVE)
    assert after.segments_of == {"homes": ["care/homes"], "places": ["care/work"]}
    assert after.things["homes"].get("purpose") == "To live." and "care" not in after.things
    assert after.things["homes/rest"].get("missions") == ("sleep",)


def test_a_mandate_that_no_part_takes_is_named_in_the_plan_and_has_to_be_accepted(ledger: Ledger) -> None:
    decide(ledger, {"change": "assign-mandate", "mandate": "care/rest", "segments": ["care/homes", "care/work"]})
    plan = ledger.plan(document(SPLIT))
    assert "mandate care/rest is left with nobody" in plan.decision.expansions[0].said
    assert [notice.rule for notice in plan.acceptances_needed] == ["cluster-dissolved-with-live-parts"]
    into = [{**SPLIT["into"][0]}, {**SPLIT["into"][1], "mandates": "care/rest"}]
    decide(ledger, {**SPLIT, "into": into})
    assert value(ledger, "places/rest", "segments", EFFECTIVE) == ("care/homes", "care/work")


def test_a_cluster_that_goes_on_keeps_what_none_of_the_others_takes(ledger: Ledger) -> None:
    going_on = {**SPLIT, "into": SPLIT["into"][:1], "then": "goes-on"}
    assert said(ledger, going_on) == "split-cluster care into homes: 1 segment moves, care goes on with 1 segment."
    decide(ledger, going_on)
    after = structure(ledger, EFFECTIVE)
    assert after.segments_of == {"homes": ["care/homes"], "care": ["care/work"]}
    assert "care/rest" in after.things and "homes/rest" not in after.things


@pytest.mark.parametrize(("given", "extent"), [({}, "full"), ({"extent": "partial"}, "partial")])
def test_a_mission_moves_from_the_segments_of_one_cluster_to_those_of_another(
    ledger: Ledger, given: Document, extent: str
) -> None:
    decide(ledger, PARKS, {**PARKS, "segment": "places/roads"})
    move = {**MOVE, **given}
    told = said(ledger, move, effective="2026-05-01")
    assert told == (
        "move-mission sleep from care to places: 1 affiliation (care/homes) ends, places/parks, places/roads begin, "
        "it still carries out care/rest."
    )
    decide(ledger, move, effective="2026-05-01")
    after = structure(ledger, "2026-05-01")
    assert after.things["sleep"].keyed("segments") == {"places/parks": extent, "places/roads": extent}
    assert after.things["care/rest"].get("missions") == ("sleep",)


def test_a_mission_moves_to_the_segments_that_are_named_or_stays_with_those_that_it_has(ledger: Ledger) -> None:
    decide(ledger, PARKS, {**PARKS, "segment": "places/roads"})
    decide(ledger, {"change": "add-mission", "mission": "sleep", "segments": "places/parks", "extent": "partial"})
    decide(ledger, {**MOVE, "segments": "places/parks"}, effective="2026-05-01")
    assert structure(ledger, "2026-05-01").things["sleep"].keyed("segments") == {"places/parks": "partial"}


def test_each_is_expanded_as_the_changes_before_it_leave_the_structure(ledger: Ledger) -> None:
    decide(ledger, PARKS, MERGE, {**SPLIT, "cluster": "life", "then": "goes-on", "into": SPLIT["into"][:1]})
    assert structure(ledger, EFFECTIVE).segments_of == {"homes": ["care/homes"], "life": ["care/work", "places/parks"]}


def test_a_late_merger_moves_what_was_there_on_its_day(ledger: Ledger) -> None:
    decide(ledger, PARKS, effective="2026-06-01")
    decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"}, effective="2026-05-01")
    decide(ledger, ABSORB, effective="2026-03-01")
    moved = [one.event.data.subject for one in ledger.events() if one.event.type == "segment.transferred/1"]
    assert moved == ["care/work", "care/homes", "care/work"]


# Plans, and the same document again


def test_a_plan_is_no_promise_what_is_recorded_is_expanded_when_it_is_recorded(ledger: Ledger) -> None:
    written = document(ABSORB, reference="M")
    assert "2 segments move" in said(ledger, ABSORB)
    decide(ledger, {"change": "add-segment", "segment": "care/new", "title": "New"})
    ledger.record(written)
    assert names(ledger, "M").count("segment.transferred") == 3


def test_the_same_document_again_is_one_decision_whatever_changed_since(ledger: Ledger) -> None:
    written = document(MERGE, reference="M")
    first = ledger.record(written)
    decide(ledger, {"change": "retitle-cluster", "cluster": "life", "title": "Lives"}, effective="2026-05-01")
    decide(
        ledger,
        {"change": "strike", "target": f"p{first.positions[0]}", "because": "A slip."},
        accept=[
            {"rule": rule, "on": "life", "because": "A test."}
            for rule in ("events-left-without-effect", "cluster-dissolved-with-live-parts")
        ],
    )
    head = ledger.head()
    again = ledger.record(written)
    assert again.already_recorded and again.positions == first.positions and ledger.head() == head
    assert ledger.plan(written).already_recorded
    with Ledger.open(ledger.store.location, recorder=REGISTRY) as other:
        assert other.record(written).already_recorded
        events = [one.event for one in other.decision(AUTHORITY, "M")]
        spelt = {**written, "changes": [{"change": one.data.NAME, **one.data.normal()} for one in events]}
        assert other.record(spelt).already_recorded


def test_another_text_under_its_reference_is_refused_and_the_difference_named(ledger: Ledger) -> None:
    ledger.record(document(MERGE, reference="M"))
    with pytest.raises(SameReferenceOtherText, match="what merge-clusters came to differs"):
        ledger.record(document({**MERGE, "title": "Lives"}, reference="M"))
    with pytest.raises(SameReferenceOtherText, match="legal_basis differs"):
        ledger.record(document(MERGE, reference="M", legal_basis="Act 2"))


def test_together_a_word_sees_what_the_decisions_before_it_lead_to(ledger: Ledger) -> None:
    first, second = document(PARKS, reference="1"), document(MERGE, reference="2")
    ledger.record_together([first, second, second])
    assert names(ledger, "2").count("segment.transferred") == 3
    assert [one.already_recorded for one in ledger.record_together([first, second])] == [True, True]
    going_on = {**SPLIT, "cluster": "life", "then": "goes-on", "into": SPLIT["into"][:1]}
    other = {**going_on, "into": [{**SPLIT["into"][0], "title": "Home"}]}
    with pytest.raises(NotTogether, match="other texts: into of change 1 differs"):
        ledger.record_together([document(going_on, reference="3"), document(other, reference="3")])


def test_an_index_tells_a_word_the_same_parts_as_the_log(ledger: Ledger, tmp_path: Path) -> None:
    alone = ledger.plan(document(MERGE)).decision.normal()
    with Views(ledger) as views, Ledger.open(ledger.store.location, recorder=REGISTRY) as indexed:
        views.catch_up()
        indexed.use_index(ViewsIndex(views.file, indexed))
        assert indexed.plan(document(MERGE)).decision.normal() == alone
        indexed.record(document(MERGE, reference="M"))
        assert indexed.record(document(MERGE, reference="M")).already_recorded


def test_a_word_in_an_older_register_is_taken_over_and_taken_over_once(tmp_path: Path) -> None:
    care, places = ({"change": "establish-cluster", "cluster": id_, "title": id_} for id_ in ("care", "places"))
    segment = {"change": "add-segment", "segment": "care/homes", "title": "Homes"}
    first = document(care, places, segment, effective="2020-01-01", recorded_at="2020-01-01T00:00:00Z", reference="1")
    second = document(ABSORB, effective="2021-01-01", recorded_at="2021-01-01T00:00:00Z", reference="2")
    kept = {"government": "Old", "source": "register", "recorder": REGISTRY}
    with pytest.raises(InputError):
        import_register(tmp_path / "old.ledger", [first, second, {}], **kept)
    found = import_register(tmp_path / "old.ledger", [first, second], **kept)
    assert (found.decisions, found.already_recorded) == (0, 2)
    with Ledger.open(tmp_path / "old.ledger") as ledger:
        assert value(ledger, "care/homes", "cluster", "2021-01-01") == "places"


# What they take


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({**MERGE, "into": "care"}, '"care" is merged into itself'),
        ({**MERGE, "clusters": "care"}, "one cluster is not merged into a new one"),
        ({**ABSORB, "purpose": "P"}, '"purpose" is of a cluster that is established by this'),
        ({**SPLIT, "into": SPLIT["into"][:1]}, "split into two at least"),
        ({**SPLIT, "into": [*SPLIT["into"], {"cluster": "care", "segments": "care/x"}]}, "split into itself"),
        ({**SPLIT, "into": [*SPLIT["into"], {"cluster": "x", "segments": "care/work"}]}, '"care/work" stands twice'),
        ({**MOVE, "to": "care"}, "name two clusters"),
        ({**MERGE, "corrects": "cluster:care@1"}, "stands in the place of none"),
        ({"change": "launch-mission", "mission": "w", "title": "W", "extent": "full"}, "name the segments"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(ledger: Ledger, change: Document, told: str) -> None:
    with pytest.raises(InputError, match=told) as refusal:
        ledger.plan(document(change))
    assert "change 1 (" in str(refusal.value) and '"it"' not in str(refusal.value)


def test_more_changes_than_a_decision_may_have_are_refused_also_where_few_words_come_to_them(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        launches = [
            {"change": "launch-mission", "mission": f"m{n}", "title": "M", "segments": "a/b"} for n in range(5001)
        ]
        with pytest.raises(InputError, match="come to 10,002, and a decision may have 10,000"):
            ledger.plan(document(*launches))
