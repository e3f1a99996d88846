"""What needs acceptance, judged on the outcome of the whole decision: by rule, thing and reason, and kept for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.governing import AUTHORITY, Document, decide, document, event_id, governed, judged, rules, value

from ledger.application import Ledger
from ledger.errors import MalformedDocument, Refused

RETIRE: Document = {"change": "retire-segment", "segment": "care/homes"}
MOVE: Document = {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/work"]}
ADD: Document = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}
DISSOLVE: Document = {"change": "dissolve-cluster", "cluster": "care"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def accept(rule: str, on: str, because: str = "It was weighed.") -> list[Document]:
    return [{"rule": rule, "on": on, "because": because}]


def strike(target: object) -> Document:
    return {"change": "strike", "target": target, "because": "A slip."}


class TestSegmentRetiredWithMissions:
    RULE = "segment-retired-with-missions"

    def test_speaks_of_the_missions_that_are_left(self, ledger: Ledger) -> None:
        [notice] = judged(ledger, RETIRE, effective="2026-05-01")
        assert (notice.rule, notice.id) == (self.RULE, "care/homes")
        assert notice.found == 'Segment "care/homes" ends on 2026-05-01 with 1 mission: sleep.'

    def test_speaks_when_a_mission_is_moved_there_after_its_end(self, ledger: Ledger) -> None:
        """What is already recorded for later days is weighed, too."""
        decide(ledger, {"change": "retire-segment", "segment": "care/work"}, effective="2026-09-01")
        assert rules(ledger, ADD, effective="2026-05-01") == [self.RULE]

    def test_speaks_when_the_move_away_is_struck(self, ledger: Ledger) -> None:
        moved = event_id(ledger, decide(ledger, MOVE))
        decide(ledger, RETIRE, effective="2026-05-01")
        assert rules(ledger, strike(moved)) == [self.RULE]

    def test_speaks_when_the_end_is_brought_forward_before_the_move_away(self, ledger: Ledger) -> None:
        decide(ledger, MOVE, effective="2026-05-01")
        retired = event_id(ledger, decide(ledger, RETIRE, effective="2026-06-01"))
        sooner = {"change": "correct", "target": retired, "new_effective": "2026-04-01", "because": "A slip."}
        assert self.RULE in rules(ledger, sooner)

    def test_speaks_when_the_segment_was_never_begun_after_all_or_only_later(self, ledger: Ledger) -> None:
        [notice] = judged(ledger, strike("cluster:care@2"))
        assert (notice.rule, notice.id) == (self.RULE, "care/homes")
        assert notice.found == 'Segment "care/homes" is not live on 2026-01-01, with 1 mission: sleep.'
        later = {"change": "correct", "target": "cluster:care@2", "new_effective": "2026-02-01", "because": "X."}
        assert rules(ledger, later) == [self.RULE]

    def test_speaks_when_a_mission_is_resumed_after_its_segment_ended(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2026-04-15")
        decide(ledger, RETIRE, effective="2026-05-01")
        assert rules(ledger, {"change": "resume-mission", "mission": "sleep"}, effective="2026-06-01") == [self.RULE]

    def test_silent_when_the_missions_are_moved_by_the_same_decision(self, ledger: Ledger) -> None:
        """In whatever order: the outcome of the whole decision counts."""
        assert rules(ledger, RETIRE, MOVE) == []
        assert rules(ledger, MOVE, RETIRE) == []

    def test_silent_when_the_missions_were_moved_or_ended_before(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2026-04-15")
        assert rules(ledger, RETIRE, effective="2026-05-01") == []

    def test_silent_when_they_are_moved_before_that_day_by_what_is_recorded_already(self, ledger: Ledger) -> None:
        decide(ledger, MOVE, effective="2026-04-15")
        assert rules(ledger, RETIRE, effective="2026-05-01") == []
        assert rules(ledger, RETIRE, effective="2026-04-14") == [self.RULE]

    def test_silent_about_what_was_accepted_before(self, ledger: Ledger) -> None:
        """A decision answers for what it does itself."""
        decide(ledger, RETIRE, effective="2026-05-01", accept=accept(self.RULE, "care/homes"))
        assert rules(ledger, {"change": "retitle-mission", "mission": "sleep", "title": "X"}) == []
        assert rules(ledger, ADD) == []


class TestClusterDissolvedWithLiveParts:
    RULE = "cluster-dissolved-with-live-parts"

    def test_speaks_of_its_live_segments_and_mandates(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "issue-mandate", "mandate": "care/live-longer", "text": "X"})
        [notice] = judged(ledger, DISSOLVE, effective="2026-05-01")
        assert (notice.rule, notice.id) == (self.RULE, "care")
        assert notice.found.endswith("with 3 live parts: care/homes, care/live-longer, care/work.")

    def test_speaks_of_a_segment_that_was_transferred_to_it(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "transfer-segment", "segment": "care/work", "to": "places"})
        assert rules(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-05-01") == [self.RULE]

    def test_speaks_of_a_segment_that_is_transferred_to_it_after_its_end(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-09-01")
        moved = {"change": "transfer-segment", "segment": "care/work", "to": "places"}
        assert rules(ledger, moved, effective="2026-05-01") == [self.RULE]

    def test_speaks_when_the_cluster_was_never_established_after_all(self, ledger: Ledger) -> None:
        assert rules(ledger, strike("cluster:care@1")) == [self.RULE]

    def test_speaks_when_it_is_dissolved_on_the_day_on_which_it_was_established(self, ledger: Ledger) -> None:
        assert rules(ledger, DISSOLVE, effective="2026-01-01") == [self.RULE]

    def test_silent_when_its_parts_were_transferred_or_ended(self, ledger: Ledger) -> None:
        ends = [{"change": "transfer-segment", "segment": "care/homes", "to": "places"}]
        ends += [{"change": "retire-segment", "segment": "care/work"}, DISSOLVE]
        assert rules(ledger, *ends) == []

    def test_silent_when_it_has_no_parts(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "dissolve-cluster", "cluster": "places"}) == []


class TestMissionLeftUnaffiliated:
    RULE = "mission-left-unaffiliated"

    def test_speaks_when_the_last_affiliation_ends(self, ledger: Ledger) -> None:
        [notice] = judged(ledger, {"change": "remove-mission", "mission": "sleep", "segments": ["care/homes"]})
        assert (notice.rule, notice.id) == (self.RULE, "sleep")
        assert notice.found == 'Mission "sleep" is affiliated with no segment from 2026-04-01 on.'

    def test_speaks_when_the_affiliation_is_struck(self, ledger: Ledger) -> None:
        assert rules(ledger, strike("mission:sleep@2")) == [self.RULE]

    def test_silent_when_another_is_left(self, ledger: Ledger) -> None:
        removed = {"change": "remove-mission", "mission": "sleep", "segments": ["care/homes"]}
        assert rules(ledger, ADD, removed) == []
        decide(ledger, ADD, effective="2026-03-01")
        assert rules(ledger, removed) == []

    def test_silent_when_the_mission_never_had_one(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "launch-mission", "mission": "walk", "title": "X"}) == []


class TestHorizonTooShort:
    RULE = "horizon-too-short"

    @pytest.mark.parametrize(
        "change",
        [
            {"change": "launch-mission", "mission": "walk", "title": "X", "horizon_on": "2027-03-31"},
            {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2027-03"},
        ],
    )
    def test_speaks_when_a_horizon_is_shorter_than_the_settings_ask(self, ledger: Ledger, change: Document) -> None:
        assert rules(ledger, change) == [self.RULE]

    def test_speaks_of_what_the_settings_ask_when_they_were_adopted(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "adopt-settings", "minimum_horizon_days": 3650}, effective="2026-02-01")
        [notice] = judged(ledger, {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2030-04-01"})
        assert notice.found.endswith("has 1,461 days to its horizon 2030-04-01; 3,650 are asked.")

    def test_silent_when_it_is_as_long_as_that(self, ledger: Ledger) -> None:
        assert rules(ledger, {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2027-04-01"}) == []

    def test_silent_when_the_settings_ask_for_none(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "adopt-settings", "minimum_horizon_days": 0}, effective="2026-02-01")
        assert rules(ledger, {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2026-04-02"}) == []

    def test_settings_that_come_into_force_later_are_not_yet_asked_for(self, ledger: Ledger) -> None:
        """Those of the recording day are in force, and it is March 2026."""
        decide(ledger, {"change": "adopt-settings", "minimum_horizon_days": 3650}, effective="2026-03-06")
        assert rules(ledger, {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2030-04-01"}) == []


OFFER = {"change": "offer-expertise", "cluster": "places", "field": "Homes"}


class TestEventsLeftWithoutEffect:
    RULE = "events-left-without-effect"

    def test_speaks_when_a_beginning_is_struck_under_later_events(self, ledger: Ledger) -> None:
        found = judged(ledger, strike("mission:sleep@1"))
        assert [(notice.rule, notice.id) for notice in found] == [(self.RULE, "sleep")]

    def test_speaks_when_a_thing_ends_before_what_is_recorded_for_later(self, ledger: Ledger) -> None:
        decide(ledger, OFFER, effective="2026-09-01")
        assert rules(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-05-01") == [self.RULE]

    def test_speaks_when_a_beginning_is_moved_past_what_follows(self, ledger: Ledger) -> None:
        decide(ledger, OFFER, effective="2026-02-01")
        later = {"change": "correct", "target": "cluster:places@1", "new_effective": "2026-03-01", "because": "X."}
        assert rules(ledger, later) == [self.RULE]

    def test_speaks_when_a_correction_or_a_postponement_moves_an_event_out_of_the_life(self, ledger: Ledger) -> None:
        said = event_id(ledger, decide(ledger, OFFER, effective="2026-05-01", reference="CM-1"))
        early = {"change": "correct", "target": said, "new_effective": "2025-05-01", "because": "X."}
        assert rules(ledger, early) == [self.RULE]
        decide(ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-09-01")
        name = {"authority": AUTHORITY, "reference": "CM-1"}
        late = {"change": "postpone-decision", "decision": name, "new_effective": "2026-10-01"}
        assert rules(ledger, late) == [self.RULE]

    def test_silent_when_all_keeps_its_effect(self, ledger: Ledger) -> None:
        sooner = {"change": "correct", "target": "mission:sleep@1", "new_effective": "2025-06-01", "because": "X."}
        assert rules(ledger, sooner) == []
        assert rules(ledger, {"change": "complete-mission", "mission": "sleep"}) == []

    def test_silent_when_what_follows_is_struck_along(self, ledger: Ledger) -> None:
        decide(ledger, OFFER, effective="2026-09-01")
        ended = {"change": "dissolve-cluster", "cluster": "places", "effective": "2026-05-01"}
        assert rules(ledger, strike("cluster:places@2"), ended) == []


# Acceptance


def test_what_is_held_is_recorded_when_it_is_accepted_by_rule_thing_and_reason(ledger: Ledger) -> None:
    given = accept("segment-retired-with-missions", "care/homes", "Its missions follow in CM-15.")
    receipt = decide(ledger, RETIRE, accept=given)
    [line] = ledger.lines(receipt.positions[0] - 1)
    assert json.loads(line)["decision"]["accept"] == given
    assert value(ledger, "care/homes", "title", "2026-04-01") is None


def test_an_acceptance_is_in_every_event_of_its_decision(ledger: Ledger) -> None:
    given = accept("segment-retired-with-missions", "care/homes")
    receipt = decide(ledger, RETIRE, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, accept=given)
    for line in ledger.lines(receipt.positions[0] - 1):
        assert json.loads(line)["decision"]["accept"] == given


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        ("segment-retired-with-missions", "care"),
        ("segment-retired-with-missions", "sleep"),
        ("cluster-dissolved-with-live-parts", "care/homes"),
    ],
)
def test_an_acceptance_for_another_rule_or_thing_accepts_nothing(ledger: Ledger, rule: str, on: str) -> None:
    assert rules(ledger, RETIRE, accept=accept(rule, on)) == ["segment-retired-with-missions"]


def test_there_is_no_blanket_acceptance_and_none_without_a_reason(ledger: Ledger) -> None:
    for given in ([{"rule": "*", "on": "care/homes", "because": "All."}],):
        assert "unknown-rule" in rules(ledger, RETIRE, accept=given)
    for wrong in ({"rule": "segment-retired-with-missions", "on": "care/homes"}, {"because": "All."}, "all"):
        with pytest.raises(MalformedDocument):
            ledger.plan(document(RETIRE, accept=[wrong]))


def test_each_thing_that_is_held_is_accepted_on_its_own(ledger: Ledger) -> None:
    given = accept("segment-retired-with-missions", "care/homes")
    both = [RETIRE, {"change": "remove-mission", "mission": "sleep", "segments": ["care/homes"]}]
    both[1] = {**both[1], "effective": "2026-04-02"}
    assert rules(ledger, *both, accept=given) == ["mission-left-unaffiliated"]
    assert rules(ledger, *both, accept=[*given, *accept("mission-left-unaffiliated", "sleep")]) == []


def test_the_refusal_says_what_can_be_done(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="let it accept each by rule and id, with the reason"):
        ledger.record(document(RETIRE))


def test_what_is_refused_is_not_held_as_well(ledger: Ledger) -> None:
    """What is refused leads nowhere, so that its outcome is not judged."""
    nowhere = {"change": "retitle-cluster", "cluster": "nowhere", "title": "X"}
    assert rules(ledger, RETIRE, nowhere) == ["unknown-id"]
