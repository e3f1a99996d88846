"""Objectives, measurements, scales and assessments: what is filled in, refused, held and flagged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import decide, document, governed, rules, structure
from support.measures import ASSESS, HOURS, REDEFINE, SCALE, SET

from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.events.envelope import Event
from ledger.rules.flagged import Situation, notices
from ledger.rules.judge import settings_on
from ledger.timeline import day_of


def measure(**fields: str) -> dict[str, str]:
    return {"change": "record-measurement", "objective": HOURS, "value": "6.8", "observed_on": "2027-06-30", **fields}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with an objective and a scale from 2026-02-01."""
    with governed(tmp_path) as found:
        decide(found, SET, SCALE, effective="2026-02-01", reference="measures")
        yield found


def last(ledger: Ledger) -> Event:
    found = ledger.at(ledger.head().position)
    assert found is not None
    return found.event


def version(ledger: Ledger) -> Any:
    return last(ledger).data.model_dump()["definition_version"]


def flagged(ledger: Ledger, day: str) -> dict[str, list[str]]:
    """The ids that each rule flags on a day."""
    judging = ledger.judging
    judging.state.load(judging.streams.needed(read_decision(document(ASSESS)), judging.source))
    structure, settings = judging.state.at(day_of(day)), settings_on(judging.state, day_of(day))
    found: dict[str, list[str]] = {}
    for notice in notices(Situation(structure, (), settings)):
        found.setdefault(notice.rule, []).append(notice.id)
    return found


class TestWhatTheLedgerFillsIn:
    def test_a_new_definition_gets_the_next_number(self, ledger: Ledger) -> None:
        decide(ledger, REDEFINE, effective="2027-01-01")
        assert version(ledger) == 2
        decide(ledger, {**REDEFINE, "definition": "Another"}, effective="2028-01-01")
        assert version(ledger) == 3

    def test_several_definitions_of_one_decision_are_numbered_in_order(self, ledger: Ledger) -> None:
        decide(
            ledger, REDEFINE, {**REDEFINE, "definition": "Another", "effective": "2028-01-01"}, effective="2027-01-01"
        )
        assert version(ledger) == 3

    def test_the_number_of_a_struck_definition_is_not_given_again(self, ledger: Ledger) -> None:
        decide(ledger, REDEFINE, effective="2027-01-01")
        decide(ledger, {"change": "strike", "target": last(ledger).id, "because": "A slip."}, effective=None)
        decide(ledger, REDEFINE, effective="2027-02-01")
        assert version(ledger) == 3

    def test_a_measurement_takes_the_definition_in_force_on_the_day_of_observation(self, ledger: Ledger) -> None:
        decide(ledger, REDEFINE, effective="2027-01-01")
        decide(ledger, measure(observed_on="2026-12-31"), effective="2027-07-01")
        assert version(ledger) == 1
        decide(ledger, measure(observed_on="2027-01-01"), effective="2027-07-01")
        assert version(ledger) == 2

    def test_a_measurement_never_follows_a_later_backdated_definition(self, ledger: Ledger) -> None:
        decide(ledger, measure(), effective="2027-07-01")
        measured = last(ledger)
        decide(ledger, REDEFINE, effective="2027-01-01")
        objective = ledger.judging.state.thing(HOURS)
        assert objective is not None
        assert objective.value("definition_version", day_of("2027-06-30")) == 2
        assert objective.value("measurements:2027-06-30", day_of("2027-07-01"))["definition_version"] == 1
        assert measured.data.model_dump()["definition_version"] == 1

    def test_a_measurement_pinned_by_hand_stays_pinned(self, ledger: Ledger) -> None:
        decide(ledger, REDEFINE, effective="2027-01-01")
        decide(ledger, measure(definition_version="1"), effective="2027-07-01")
        assert version(ledger) == 1

    def test_the_same_decision_again_is_one_although_the_ledger_filled_it_in(self, ledger: Ledger) -> None:
        first = decide(ledger, REDEFINE, measure(), effective="2027-01-01", reference="once")
        again = decide(ledger, REDEFINE, measure(), effective="2027-01-01", reference="once")
        assert (again.already_recorded, again.positions) == (True, first.positions)

    def test_what_is_filled_in_is_in_the_document_that_the_events_add_up_to(self, ledger: Ledger) -> None:
        decide(ledger, REDEFINE, measure(), effective="2027-01-01")
        assert ledger.verify().ok


def test_measurements_of_one_day_by_two_definitions_both_stay(ledger: Ledger) -> None:
    decide(ledger, measure(value="6.8"), effective="2027-07-01")
    decide(ledger, REDEFINE, effective="2027-07-02")
    decide(ledger, measure(value="7.2", definition_version="2"), effective="2027-07-03")
    decide(ledger, measure(value="7.3", definition_version="2"), effective="2027-07-04")  # a later word of the same
    said = structure(ledger, "2027-07-05").things[HOURS].keyed("measurements")
    assert {key: (one["value"], one["definition_version"]) for key, one in said.items()} == {
        "2027-06-30": ("6.8", 1),
        "2027-06-30/2": ("7.3", 2),
    }


def test_assessments_of_one_period_on_two_versions_of_a_scale_both_stay(ledger: Ledger) -> None:
    decide(ledger, {**SCALE, "version": "2"}, effective="2027-06-01")
    decide(ledger, ASSESS, effective="2027-07-01")
    decide(ledger, {**ASSESS, "scale": "execution/2"}, effective="2027-07-02")
    said = structure(ledger, "2027-07-05").things["sleep"].keyed("assessments")
    assert {key: one["scale"] for key, one in said.items()} == {
        f"{ASSESS['period']} execution/1": "execution/1",
        f"{ASSESS['period']} execution/2": "execution/2",
    }


class TestRefused:
    @pytest.mark.parametrize(
        ("rule", "change"),
        [
            ("unknown-scale", {**ASSESS, "scale": "executoin/1"}),
            ("unknown-grade", {**ASSESS, "grade": "on course"}),
            ("unknown-grade", {**ASSESS, "objectives": {HOURS: "superb"}}),
            ("said-twice", {**SCALE, "version": "2", "grades": ["bad", "good", "bad"]}),
            ("unknown-grade", {**SCALE, "version": "2", "maps_to": {"execution/1": {"behind": "late"}}}),
            ("unknown-grade", {**SCALE, "version": "2", "maps_to": {"execution/1": {"late": "behind"}}}),
            ("version-taken", {**SCALE, "grades": ["bad", "good"]}),
            ("unknown-definition", measure(definition_version="2")),
            ("unknown-id", {**ASSESS, "objectives": {"sleep/minutes": "ahead"}}),
        ],
    )
    def test_a_measure_that_is_not_there_is_refused(self, ledger: Ledger, rule: str, change: dict[str, Any]) -> None:
        assert rule in rules(ledger, change, effective="2027-07-01")

    @pytest.mark.parametrize("fields", [{"rule": "share"}, {"rule": "worst", "at_least": "ahead"}])
    def test_only_a_share_counts_from_a_grade(self, ledger: Ledger, fields: dict[str, str]) -> None:
        rollup = {"change": "define-rollup", "rollup": "all", "version": "1", "scale": "execution/1", **fields}
        assert rules(ledger, rollup, effective="2027-07-01") == ["unknown-grade"]

    def test_a_version_of_a_roll_up_is_defined_once(self, ledger: Ledger) -> None:
        rollup = {"change": "define-rollup", "rollup": "all", "version": "1", "scale": "execution/1", "rule": "worst"}
        decide(ledger, rollup, effective="2027-01-01")
        assert rules(ledger, {**rollup, "rule": "median"}, effective="2027-07-01") == ["version-taken"]

    def test_the_id_of_a_recommendation_is_given_once(self, ledger: Ledger) -> None:
        asked = {**ASSESS, "recommendations": [{"id": "sleep/r1", "text": "Measure at night."}]}
        decide(ledger, asked, effective="2027-01-31")
        again = {**asked, "period": "2027-01-01/2027-12-31"}
        assert rules(ledger, again, effective="2028-01-31") == ["id-used-twice"]

    def test_what_is_defined_is_assessed_measured_and_answered(self, ledger: Ledger) -> None:
        asked = {**ASSESS, "objectives": {HOURS: "ahead"}, "recommendations": [{"id": "sleep/r1", "text": "Go on."}]}
        decide(ledger, measure(), asked, effective="2027-07-01")
        answer = {"change": "answer-recommendation", "recommendation": "sleep/r1", "answer": "implemented"}
        decide(ledger, answer, effective="2027-08-01")
        one = ledger.judging.state.thing("sleep/r1")
        assert one is not None and (one.kind, one.value("answer", day_of("2027-08-01"))) == (
            "recommendation",
            "implemented",
        )


class TestATargetEasedShortlyBeforeItIsDue:
    @pytest.mark.parametrize("change", [{"target": "7"}, {"due_on": "2029-12-31"}])
    def test_needs_acceptance(self, ledger: Ledger, change: dict[str, str]) -> None:
        retarget = {"change": "retarget-objective", "objective": HOURS, **change}
        assert rules(ledger, retarget, effective="2028-12-01") == ["target-eased-near-due"]
        accept = [{"rule": "target-eased-near-due", "on": HOURS, "because": "The survey was late."}]
        decide(ledger, retarget, effective="2028-12-01", accept=accept)

    @pytest.mark.parametrize(
        ("change", "effective"),
        [({"target": "8"}, "2028-12-01"), ({"due_on": "2028-12-15"}, "2028-12-01"), ({"target": "7"}, "2027-01-01")],
    )
    def test_a_harder_target_or_one_changed_early_does_not(
        self, ledger: Ledger, change: dict[str, str], effective: str
    ) -> None:
        decide(ledger, {"change": "retarget-objective", "objective": HOURS, **change}, effective=effective)


class TestYardstickChanged:
    RULE = "yardstick-changed"

    @pytest.mark.parametrize("part", [{"unit": "minutes"}, {"direction": "down"}, {"baseline": "5"}])
    def test_speaks_where_what_was_stated_would_be_another_and_is_accepted_by_name(
        self, ledger: Ledger, part: dict[str, str]
    ) -> None:
        changed = {"change": "state-objective", "objective": HOURS, **part}
        assert rules(ledger, changed, effective="2027-01-01") == [self.RULE]
        accept = [{"rule": self.RULE, "on": HOURS, "because": "The survey was rebased."}]
        decide(ledger, changed, effective="2027-01-01", accept=accept)

    def test_silent_where_nothing_was_stated_before(self, ledger: Ledger) -> None:
        bare = {"change": "set-objective", "objective": "sleep/nights", "indicator": "Nights", "definition": "Quiet."}
        decide(ledger, bare, effective="2027-01-01")
        stated = {"unit": "nights", "direction": "up", "baseline": "5"}
        change = {"change": "state-objective", "objective": "sleep/nights", **stated}
        assert rules(ledger, change, effective="2027-02-01") == []


class TestFlagged:
    def test_a_mission_that_is_not_assessed_as_often_as_the_settings_ask(self, ledger: Ledger) -> None:
        assert flagged(ledger, "2027-12-31").get("assessment-overdue") is None
        assert flagged(ledger, "2028-01-02")["assessment-overdue"] == ["sleep"]
        decide(ledger, ASSESS, effective="2027-01-31")
        assert flagged(ledger, "2028-01-02").get("assessment-overdue") is None

    def test_a_recommendation_that_is_not_answered_when_it_is_due(self, ledger: Ledger) -> None:
        asked = {**ASSESS, "recommendations": [{"id": "sleep/r1", "text": "Go on.", "due_on": "2027-06-30"}]}
        decide(ledger, asked, effective="2027-01-31")
        assert flagged(ledger, "2027-06-30").get("recommendation-overdue") is None
        assert flagged(ledger, "2027-07-01")["recommendation-overdue"] == ["sleep/r1"]
        answer = {"change": "answer-recommendation", "recommendation": "sleep/r1", "answer": "rejected"}
        decide(ledger, answer, effective="2027-07-01")
        assert flagged(ledger, "2027-07-01").get("recommendation-overdue") is None
