"""What is refused: given the small government, when a decision is made, then a rule speaks or keeps silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.governing import AUTHORITY, Document, decide, document, event_id, governed, judged, rules, value

from ledger.application import Ledger
from ledger.errors import Refused

RETITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"}
OFFER: Document = {"change": "offer-expertise", "cluster": "places", "field": "Homes"}
PLACES_END: Document = {"change": "dissolve-cluster", "cluster": "places"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def named(reference: str) -> dict[str, str]:
    return {"authority": AUTHORITY, "reference": reference}


def strike(target: object) -> Document:
    return {"change": "strike", "target": target, "because": "A slip."}


def correct(target: object, **said: object) -> Document:
    return {"change": "correct", "target": target, "because": "A slip.", **said}


def spoken(ledger: Ledger, rule: str, *changes: Document, **header: object) -> str:
    """The sentence of a rule that alone stands in the way of a decision."""
    [notice] = judged(ledger, *changes, **header)
    assert notice.rule == rule
    return notice.found


class TestUnknownId:
    RULE = "unknown-id"

    def test_speaks_when_a_change_is_of_nothing_recorded_and_says_what_may_be_meant(self, ledger: Ledger) -> None:
        found = spoken(ledger, self.RULE, {"change": "retitle-segment", "segment": "care/home", "title": "X"})
        assert found == 'No segment is called "care/home". Did you mean "care/homes"?'

    @pytest.mark.parametrize(
        "change",
        [
            {"change": "add-segment", "segment": "elsewhere/homes", "title": "X"},
            {"change": "add-mission", "mission": "sleep", "segments": ["care/nowhere"]},
            {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/nowhere"]},
            {"change": "remove-mission", "mission": "sleep", "segments": ["care/nowhere"]},
            {"change": "relate-segments", "segment": "care/homes", "other": "care/nowhere"},
            {"change": "relate-missions", "mission": "sleep", "other": "nobody"},
            {"change": "transfer-segment", "segment": "care/homes", "to": "nowhere"},
            {"change": "retire-segment", "segment": "care/work", "successors": ["care/nowhere"]},
            {"change": "dissolve-cluster", "cluster": "places", "successors": ["nowhere"]},
            {"change": "issue-mandate", "mandate": "nowhere/do", "text": "X"},
            {"change": "draw-expertise", "mission": "sleep", "cluster": "nowhere", "field": "law"},
            {"change": "appoint-leader", "of": "nobody", "office": "Minister"},
            {"change": "identify", "of": "nobody", "identifiers": {"lei": "1"}},
            {"change": "review-matrix", "cluster": "nowhere", "conclusion": "X"},
            {"change": "close-signal", "signal": "nowhere"},
            {
                "change": "observe-signal",
                "signal": "s",
                "kind": "need",
                "description": "X",
                "concerns": ["nobody"],
            },
        ],
    )
    def test_speaks_of_every_id_that_a_change_names(self, ledger: Ledger, change: Document) -> None:
        assert self.RULE in rules(ledger, change)

    def test_speaks_of_what_a_decision_responds_to(self, ledger: Ledger) -> None:
        assert rules(ledger, RETITLE, responds_to=["ageing"]) == [self.RULE]

    def test_speaks_of_what_a_correction_would_name(self, ledger: Ledger) -> None:
        assert rules(ledger, correct("mission:sleep@2", data={"segments": ["care/nowhere"]})) == [self.RULE]

    def test_speaks_of_what_a_corrected_decision_would_respond_to(self, ledger: Ledger) -> None:
        for cited, found in ((["ageing"], [self.RULE]), (["sleep"], [])):
            assert rules(ledger, correct(named("opening"), decision={"responds_to": cited})) == found

    def test_speaks_when_the_beginning_of_the_thing_was_struck(self, ledger: Ledger) -> None:
        established = decide(ledger, {"change": "establish-cluster", "cluster": "new", "title": "New"})
        decide(ledger, strike(event_id(ledger, established)))
        assert rules(ledger, {"change": "retitle-cluster", "cluster": "new", "title": "X"}) == [self.RULE]

    def test_silent_when_the_thing_was_begun_earlier_in_the_same_decision(self, ledger: Ledger) -> None:
        begun = {"change": "add-segment", "segment": "places/parks", "title": "Parks"}
        assert rules(ledger, begun, {"change": "add-mission", "mission": "sleep", "segments": "places/parks"}) == []

    def test_silent_when_a_successor_is_begun_later_in_the_same_decision(self, ledger: Ledger) -> None:
        """What ends may name what takes its place in whatever order the document has them."""
        ended = {"change": "retire-segment", "segment": "care/work", "successors": ["places/work"]}
        assert rules(ledger, ended, {"change": "add-segment", "segment": "places/work", "title": "Work"}) == []

    def test_speaks_when_a_thing_is_used_before_the_decision_begins_it(self, ledger: Ledger) -> None:
        added = {"change": "add-mission", "mission": "sleep", "segments": ["places/parks"]}
        begun = {"change": "add-segment", "segment": "places/parks", "title": "Parks"}
        assert rules(ledger, added, begun) == [self.RULE]


class TestWrongKind:
    RULE = "wrong-kind"

    def test_speaks_when_an_id_is_of_another_kind(self, ledger: Ledger) -> None:
        found = spoken(ledger, self.RULE, {"change": "retitle-cluster", "cluster": "sleep", "title": "X"})
        assert found == '"sleep" is a mission; a cluster is needed here.'

    def test_silent_when_any_kind_may_be_meant(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "appoint-leader", "of": "sleep", "office": "Lead"}) == []
        assert rules(ledger, {"change": "appoint-leader", "of": "government", "office": "Prime Minister"}) == []


class TestIdUsedTwice:
    RULE = "id-used-twice"

    def test_speaks_when_an_id_is_given_again(self, ledger: Ledger) -> None:
        found = spoken(ledger, self.RULE, {"change": "establish-cluster", "cluster": "care", "title": "X"})
        assert found == 'The id "care" is a cluster already. Choose another id.'

    def test_speaks_when_it_is_given_to_another_kind_of_thing(self, ledger: Ledger) -> None:
        """One namespace for all kinds, so that a bare id is always enough."""
        assert rules(ledger, {"change": "launch-mission", "mission": "care", "title": "X"}) == [self.RULE]
        assert rules(ledger, {"change": "issue-mandate", "mandate": "care/homes", "text": "X"}) == [self.RULE]

    def test_speaks_within_one_decision(self, ledger: Ledger) -> None:
        begun = {"change": "establish-cluster", "cluster": "new", "title": "X"}
        assert rules(ledger, begun, {**begun, "title": "Y"}) == [self.RULE]

    def test_speaks_of_what_is_long_dissolved_or_begins_in_future(self, ledger: Ledger) -> None:
        decide(ledger, PLACES_END)
        decide(ledger, {"change": "establish-cluster", "cluster": "late", "title": "X"}, effective="2040")
        for id_ in ("places", "late"):
            assert rules(ledger, {"change": "establish-cluster", "cluster": id_, "title": "X"}) == [self.RULE]

    def test_silent_when_what_had_the_id_was_struck(self, ledger: Ledger) -> None:
        begun = {"change": "establish-cluster", "cluster": "new", "title": "X"}
        decide(ledger, strike(event_id(ledger, decide(ledger, begun))))
        assert rules(ledger, begun, reference="again") == []

    def test_silent_when_a_beginning_stands_in_the_place_of_another(self, ledger: Ledger) -> None:
        instead = {"change": "establish-cluster", "cluster": "care", "title": "Caring", "corrects": "cluster:care@1"}
        decide(ledger, instead, effective="2026-01-01")
        assert value(ledger, "care", "title", "2026-01-01") == "Caring"


def nest(cluster: str, within: str, **dated: str) -> Document:
    return {"change": "nest-cluster", "cluster": cluster, "within": within, **dated}


class TestNestedInItself:
    RULE = "nested-in-itself"
    OUTER: Document = {"change": "establish-cluster", "cluster": "outer", "title": "Outer"}

    def test_speaks_at_any_depth(self, ledger: Ledger) -> None:
        decide(ledger, self.OUTER, nest("care", "places"), nest("care", "outer"), nest("places", "outer"))
        assert "directly or through others" in spoken(ledger, self.RULE, nest("outer", "care"))
        assert '"care" is itself a part of cluster "places"' in spoken(ledger, self.RULE, nest("places", "care"))

    def test_speaks_of_a_circle_that_closes_on_a_later_day(self, ledger: Ledger) -> None:
        decide(ledger, nest("care", "places"), effective="2027-01-01")
        assert "on 2027-01-01" in spoken(ledger, self.RULE, nest("places", "care"))

    def test_silent_where_a_cluster_is_a_part_of_several_and_where_it_no_longer_is(self, ledger: Ledger) -> None:
        assert rules(ledger, self.OUTER, nest("care", "places"), nest("care", "outer")) == []
        decide(ledger, nest("care", "places"))
        apart = {"change": "unnest-cluster", "cluster": "care", "within": "places"}
        assert rules(ledger, apart, nest("places", "care")) == []


class TestOutsideLife:
    RULE = "outside-life"

    def test_speaks_before_the_beginning(self, ledger: Ledger) -> None:
        found = spoken(ledger, self.RULE, RETITLE, effective="2025-12-31")
        assert found == 'Cluster "care" is not live on 2025-12-31: it lives from 2026-01-01 on.'

    def test_speaks_from_the_day_of_the_end_on(self, ledger: Ledger) -> None:
        decide(ledger, PLACES_END, effective="2026-05-01")
        found = spoken(ledger, self.RULE, OFFER, effective="2026-05-01")
        assert found.endswith("it lives from 2026-01-01 to the day before 2026-05-01.")

    def test_silent_where_what_has_ended_is_called_otherwise(self, ledger: Ledger) -> None:
        decide(ledger, PLACES_END, effective="2026-05-01")
        retitle = {"change": "retitle-cluster", "cluster": "places", "title": "X"}
        keyed = {"change": "identify", "of": "places", "identifiers": {"lei": "549300"}}
        assert rules(ledger, retitle, keyed, effective="2026-06-01") == []
        assert rules(ledger, retitle, effective="2025-06-01") == [self.RULE]

    def test_speaks_of_a_second_end(self, ledger: Ledger) -> None:
        decide(ledger, PLACES_END, effective="2026-05-01")
        assert rules(ledger, PLACES_END, effective="2026-06-01") == [self.RULE]

    def test_silent_on_the_last_day_of_a_life(self, ledger: Ledger) -> None:
        decide(ledger, PLACES_END, effective="2026-05-01")
        retitle = {"change": "retitle-cluster", "cluster": "places", "title": "X"}
        assert rules(ledger, retitle, effective="2026-04-30") == []

    def test_silent_when_a_completed_mission_is_resumed(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2026-05-01")
        assert rules(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2026-06-01") == []

    def test_silent_when_an_end_stands_in_the_place_of_an_earlier_one(self, ledger: Ledger) -> None:
        ended = event_id(ledger, decide(ledger, PLACES_END, effective="2026-05-01"))
        assert rules(ledger, {**PLACES_END, "corrects": ended}, effective="2026-07-01") == []


class TestReferenceNotLive:
    RULE = "reference-not-live"

    def test_speaks_when_a_change_leads_to_what_is_not_live_then(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2026-05-01")
        added = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}
        assert rules(ledger, added, effective="2026-05-01") == [self.RULE]

    def test_speaks_of_what_a_correction_would_lead_to(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "add-segment", "segment": "care/late", "title": "X"}, effective="2026-05-01")
        assert rules(ledger, correct("mission:sleep@2", data={"segments": ["care/late"]})) == [self.RULE]

    def test_silent_while_it_is_live(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2026-05-01")
        added = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}
        later = {"change": "remove-mission", "mission": "sleep", "segments": ["care/work"], "effective": "2026-04-20"}
        assert rules(ledger, added, later, effective="2026-04-15") == []

    def test_silent_when_a_mission_is_taken_from_what_is_not_live(self, ledger: Ledger) -> None:
        accept = [{"rule": "segment-retired-with-missions", "on": "care/homes", "because": "See the next decision."}]
        decide(ledger, {"change": "retire-segment", "segment": "care/homes"}, effective="2026-05-01", accept=accept)
        moved = {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/work"]}
        assert rules(ledger, moved, effective="2026-06-01") == []


class TestChangesNothing:
    RULE = "changes-nothing"

    @pytest.mark.parametrize(
        "change",
        [
            {"change": "retitle-cluster", "cluster": "care", "title": "Care"},
            {"change": "add-mission", "mission": "sleep", "segments": ["care/homes"]},
            {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/homes"]},
            {"change": "remove-mission", "mission": "sleep", "segments": ["care/work"]},
            {"change": "unrelate-segments", "segment": "care/homes", "other": "care/work"},
            {"change": "transfer-segment", "segment": "care/homes", "to": "care"},
            {"change": "rescope-segment", "segment": "care/homes"},
            {"change": "release-leader", "of": "care", "office": "Minister"},
            {"change": "withdraw-expertise", "cluster": "care", "field": "law"},
            {"change": "discontinue-review", "cluster": "care"},
            {"change": "adopt-settings"},
        ],
    )
    def test_speaks_when_all_is_already_as_a_change_says(self, ledger: Ledger, change: Document) -> None:
        assert rules(ledger, change) == [self.RULE]

    def test_speaks_of_the_second_of_two_equal_changes(self, ledger: Ledger) -> None:
        assert rules(ledger, RETITLE, RETITLE) == [self.RULE]

    def test_speaks_of_a_correction_that_says_the_same_or_nothing(self, ledger: Ledger) -> None:
        assert rules(ledger, correct("cluster:care@1", data={"title": "Care"})) == [self.RULE]
        assert rules(ledger, correct("cluster:care@1")) == [self.RULE]

    def test_silent_when_it_is_so_on_another_day_only(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2026-05-01")
        assert rules(ledger, RETITLE, effective="2026-04-01", reference="earlier") == []

    def test_silent_when_a_review_concludes_what_the_last_one_did(self, ledger: Ledger) -> None:
        reviewed = {"change": "review-matrix", "cluster": "care", "conclusion": "No gaps."}
        decide(ledger, reviewed)
        assert rules(ledger, reviewed, effective="2026-04-02") == []

    def test_silent_when_a_paused_mission_is_resumed(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "pause-mission", "mission": "sleep"})
        assert rules(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2026-05-01") == []

    def test_speaks_when_a_mission_that_was_never_paused_is_resumed_twice(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "resume-mission", "mission": "sleep"})
        assert rules(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2026-05-01") == [self.RULE]


class TestUnknownTarget:
    RULE = "unknown-target"

    @pytest.mark.parametrize(
        "change",
        [
            strike("cluster:care@99"),
            strike("cluster:nowhere@1"),
            strike(named("CM-99")),
            correct("cluster:care@99", data={"title": "X"}),
            {"change": "rescind-decision", "decision": named("CM-99")},
            {"change": "postpone-decision", "decision": named("CM-99"), "new_effective": "2027"},
            {"change": "review-decision", "decision": named("CM-99"), "outcome": "X"},
            {**RETITLE, "corrects": "cluster:care@99"},
        ],
    )
    def test_speaks_when_nothing_was_recorded_under_the_name(self, ledger: Ledger, change: Document) -> None:
        assert rules(ledger, change) == [self.RULE]

    def test_proposes_the_nearest_reference_and_says_how_an_event_is_named(self, ledger: Ledger) -> None:
        found = [judged(ledger, strike(named(reference)))[0].found for reference in ("openin", "cluster:care/homes@2")]
        assert found[0].endswith('of Council of Ministers before this one. Did you mean "opening"?')
        assert found[1].endswith("such as cluster:wellbeing@3, or by its position, such as p40.")

    def test_speaks_of_an_event_of_the_same_decision_and_of_the_change_itself(self, ledger: Ledger) -> None:
        head = [one.event.id for one in ledger.events() if one.event.stream == "cluster:care"][-1]
        last = int(head.rpartition("@")[2])
        assert rules(ledger, strike(f"cluster:care@{last + 1}")) == [self.RULE]
        assert rules(ledger, RETITLE, strike(f"cluster:care@{last + 1}")) == [self.RULE]
        assert rules(ledger, {**RETITLE, "corrects": f"cluster:care@{last + 1}"}) == [self.RULE]

    def test_silent_once_an_event_stands_under_the_name(self, ledger: Ledger) -> None:
        """That it was not there when it was asked for before is not remembered."""
        assert rules(ledger, strike("cluster:care@4")) == [self.RULE]
        assert event_id(ledger, decide(ledger, RETITLE)) == "cluster:care@4"
        assert rules(ledger, strike("cluster:care@4")) == []

    def test_silent_when_a_target_is_named_by_its_position(self, ledger: Ledger) -> None:
        place = decide(ledger, RETITLE).positions[0]
        decide(ledger, strike(f"p{place}"))
        assert value(ledger, "care", "title", "2026-05-01") == "Care"


class TestTargetNotStanding:
    RULE = "target-not-standing"

    def test_speaks_when_the_target_was_struck(self, ledger: Ledger) -> None:
        said = event_id(ledger, decide(ledger, RETITLE))
        decide(ledger, strike(said))
        found = spoken(ledger, self.RULE, strike(said), reference="again")
        assert found == f"Event {said} does not stand: it was struck."
        assert rules(ledger, correct(said, data={"title": "X"})) == [self.RULE]
        assert rules(ledger, {**RETITLE, "corrects": said}, reference="instead") == [self.RULE]

    def test_speaks_when_another_stands_in_its_place(self, ledger: Ledger) -> None:
        said = event_id(ledger, decide(ledger, RETITLE))
        decide(ledger, {**RETITLE, "title": "X", "corrects": said})
        assert rules(ledger, correct(said, data={"title": "Y"})) == [self.RULE]

    def test_speaks_when_its_decision_was_rescinded(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2027", reference="CM-1")
        rescinded = {"change": "rescind-decision", "decision": named("CM-1")}
        decide(ledger, rescinded)
        assert rules(ledger, rescinded, reference="again") == [self.RULE]

    def test_silent_once_the_strike_is_struck(self, ledger: Ledger) -> None:
        said = event_id(ledger, decide(ledger, RETITLE))
        decide(ledger, strike(event_id(ledger, decide(ledger, strike(said)))))
        assert rules(ledger, strike(said), reference="again") == []


class TestNotCorrectable:
    RULE = "not-correctable"

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("cluster:care@1", {"data": {"cluster": "cure"}}),
            ("cluster:care@1", {"data": {"change": "add-segment"}}),
            ("cluster:care@1", {"data": {"nonsense": "X"}}),
            ("cluster:care@1", {"data": {"title": ""}}),
            ("cluster:care@1", {"data": {"title": None}}),
            ("cluster:care@1", {"data": {"title": ["X"]}}),
            ("cluster:care@1", {"decision": {"reference": "CM-2"}}),
            ("cluster:care@1", {"decision": {"accept": []}}),
            ("cluster:care@1", {"decision": {"nonsense": "X"}}),
            ("cluster:care@1", {"decision": {"decided_on": ".."}}),
            ("mission:sleep@2", {"data": {"extent": "half"}}),
            (named("opening"), {"data": {"title": "X"}}),
        ],
    )
    def test_speaks_of_ids_and_of_fields_that_cannot_be(self, ledger: Ledger, target: object, said: Document) -> None:
        assert rules(ledger, correct(target, **said)) == [self.RULE]

    def test_speaks_of_the_cluster_of_a_review_and_of_the_decision_that_is_rescinded(self, ledger: Ledger) -> None:
        reviewed = event_id(ledger, decide(ledger, {"change": "review-matrix", "cluster": "care", "conclusion": "X"}))
        assert rules(ledger, correct(reviewed, data={"cluster": "places"})) == [self.RULE]
        decide(ledger, RETITLE, effective="2027", reference="CM-1")
        rescinded = event_id(ledger, decide(ledger, {"change": "rescind-decision", "decision": named("CM-1")}))
        assert rules(ledger, correct(rescinded, data={"decision": named("opening")})) == [self.RULE]

    def test_speaks_when_what_is_corrected_in_a_correction_cannot_be(self, ledger: Ledger) -> None:
        correction = event_id(ledger, decide(ledger, correct("cluster:care@1", data={"title": "Cure"})))
        for said in ({"nonsense": "X"}, {"cluster": "cure"}, {"title": None}):
            assert rules(ledger, correct(correction, data={"data": said})) == [self.RULE]

    def test_speaks_of_personal_data_which_a_correction_would_hold_in_the_clear(self, ledger: Ledger) -> None:
        appointed = decide(ledger, {"change": "appoint-leader", "of": "care", "office": "Lead", "holder": "Jane Doe"})
        found = spoken(ledger, self.RULE, correct(event_id(ledger, appointed), data={"holder": "Jane Roe"}))
        assert found.endswith(f"Give it as corrects: {event_id(ledger, appointed)}.")

    def test_speaks_of_dates_where_there_are_none_or_may_not_be_unknown(self, ledger: Ledger) -> None:
        struck = event_id(ledger, decide(ledger, strike(event_id(ledger, decide(ledger, RETITLE)))))
        assert rules(ledger, correct(struck, new_effective="2027")) == [self.RULE]
        said = event_id(ledger, decide(ledger, {**RETITLE, "title": "X"}))
        assert rules(ledger, correct(said, new_effective="..")) == [self.RULE]

    def test_speaks_when_a_rescission_would_stand_in_the_place_of_another(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2027", reference="CM-1")
        decide(ledger, {**RETITLE, "title": "X"}, effective="2028", reference="CM-2")
        rescinded = event_id(ledger, decide(ledger, {"change": "rescind-decision", "decision": named("CM-1")}))
        instead = {"change": "rescind-decision", "decision": named("CM-2"), "corrects": rescinded}
        assert rules(ledger, instead) == [self.RULE]

    def test_silent_when_a_field_that_the_event_has_is_corrected(self, ledger: Ledger) -> None:
        assert rules(ledger, correct("cluster:care@1", data={"title": "Cure"})) == []
        assert rules(ledger, correct("cluster:care@1", data={"purpose": "To care."}, new_effective="..")) == []
        assert rules(ledger, correct(named("opening"), decision={"rationale": "X", "decided_on": "2025-12-20"})) == []
        assert rules(ledger, correct("mission:sleep@2", data={"segments": ["care/work"], "extent": "partial"})) == []


class TestAlreadyInEffect:
    RULE = "already-in-effect"

    @pytest.mark.parametrize("effective", ["2026-04-01", "2026-03-31"])
    def test_speaks_on_and_after_the_day_on_which_it_took_effect(self, ledger: Ledger, effective: str) -> None:
        decide(ledger, RETITLE, effective=effective, reference="CM-1")
        rescinded = {"change": "rescind-decision", "decision": named("CM-1")}
        postponed = {"change": "postpone-decision", "decision": named("CM-1"), "new_effective": "2027"}
        assert rules(ledger, rescinded, effective="2026-04-01") == [self.RULE]
        assert rules(ledger, postponed, effective="2026-04-01") == [self.RULE]

    def test_speaks_when_any_of_its_changes_took_effect(self, ledger: Ledger) -> None:
        early = {**RETITLE, "effective": "2026-02-01"}
        decide(ledger, early, {**RETITLE, "title": "X"}, effective="2027", reference="CM-1")
        rescinded = {"change": "rescind-decision", "decision": named("CM-1")}
        assert rules(ledger, rescinded) == [self.RULE]

    def test_silent_before_it_takes_effect(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2026-04-02", reference="CM-1")
        postponed = {"change": "postpone-decision", "decision": named("CM-1"), "new_effective": "2027"}
        assert rules(ledger, postponed, effective="2026-04-01") == []

    def test_silent_when_it_was_postponed_past_that_day(self, ledger: Ledger) -> None:
        decide(ledger, RETITLE, effective="2026-04-02", reference="CM-1")
        postponed = {"change": "postpone-decision", "decision": named("CM-1"), "new_effective": "2027"}
        decide(ledger, postponed, effective="2026-04-01")
        assert rules(ledger, {**postponed, "new_effective": "2028"}, effective="2026-12-31") == []


class TestOtherThing:
    RULE = "other-thing"

    def test_speaks_when_a_stand_in_is_about_something_else(self, ledger: Ledger) -> None:
        found = spoken(ledger, self.RULE, {**RETITLE, "corrects": "cluster:care@2"})
        assert found == 'Event cluster:care@2 is about "care/homes", this change about "care".'

    def test_speaks_when_it_would_stand_on_another_stream(self, ledger: Ledger) -> None:
        assert rules(ledger, {**RETITLE, "corrects": "mission:sleep@1"}) == [self.RULE]

    def test_silent_when_it_is_about_the_same_thing_by_another_change(self, ledger: Ledger) -> None:
        said = event_id(ledger, decide(ledger, RETITLE))
        instead = {"change": "repurpose-cluster", "cluster": "care", "purpose": "To care.", "corrects": said}
        decide(ledger, instead)
        assert value(ledger, "care", "title", "2026-05-01") == "Care"
        assert value(ledger, "care", "purpose", "2026-05-01") == "To care."

    def test_silent_when_a_leader_stands_in_the_place_of_a_misspelt_one(self, ledger: Ledger) -> None:
        appointed = {"change": "appoint-leader", "of": "care", "office": "Lead", "holder": "Jane Doe"}
        said = event_id(ledger, decide(ledger, appointed))
        decide(ledger, {**appointed, "holder": "Jane Roe", "corrects": said})
        held = value(ledger, "care", "leaders:Lead", "2026-05-01")
        assert ledger.personal(held["commitment"]) == "Jane Roe"


class TestAssertionDoesNotHold:
    RULE = "assertion-does-not-hold"

    def test_speaks_when_it_is_not_so(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "assert-count", "kind": "cluster", "count": 3}) == [self.RULE]

    def test_silent_when_it_is_so(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "assert-count", "kind": "cluster", "count": 2}) == []


class TestTooManyFaults:
    RULE = "too-many-faults"

    def test_speaks_after_a_hundred_faults_and_judges_no_more(self, ledger: Ledger) -> None:
        found = judged(ledger, *({"change": "dissolve-cluster", "cluster": f"nobody-{n}"} for n in range(150)))
        assert [notice.rule for notice in found] == [*["unknown-id"] * 100, self.RULE]
        assert found[-1].found == "The first 100 faults are shown; what follows them was not judged."

    def test_silent_where_a_hundred_are_all(self, ledger: Ledger) -> None:
        found = judged(ledger, *({"change": "dissolve-cluster", "cluster": f"nobody-{n}"} for n in range(100)))
        assert {notice.rule for notice in found} == {"unknown-id"}


class TestUnknownRule:
    RULE = "unknown-rule"

    def test_speaks_when_an_acceptance_names_no_rule_that_needs_one(self, ledger: Ledger) -> None:
        for rule in ("segment-retired-with-mission", "unknown-id", "empty-segment", "x"):
            accept = [{"rule": rule, "on": "care", "because": "X."}]
            assert rules(ledger, RETITLE, accept=accept) == [self.RULE]

    def test_silent_when_it_names_one(self, ledger: Ledger) -> None:
        accept = [{"rule": "segment-retired-with-missions", "on": "care", "because": "X."}]
        assert rules(ledger, RETITLE, accept=accept) == []


def test_nothing_of_a_decision_is_recorded_when_one_of_its_changes_is_refused(ledger: Ledger) -> None:
    before = list(ledger.lines())
    with pytest.raises(Refused, match='No segment is called "care/nowhere"'):
        ledger.record(document(RETITLE, {"change": "retitle-segment", "segment": "care/nowhere", "title": "X"}))
    assert list(ledger.lines()) == before
    assert value(ledger, "care", "title", "2026-05-01") == "Care"


def test_every_fault_of_a_decision_is_named_at_once(ledger: Ledger) -> None:
    found = rules(
        ledger,
        {"change": "retitle-cluster", "cluster": "nowhere", "title": "X"},
        {"change": "establish-cluster", "cluster": "care", "title": "X"},
        {"change": "retitle-segment", "segment": "care/homes", "title": "Homes"},
        accept=[{"rule": "none-such", "on": "care", "because": "X."}],
    )
    assert found == ["unknown-id", "changes-nothing", "id-used-twice", "unknown-rule"]
