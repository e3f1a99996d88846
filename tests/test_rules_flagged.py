"""What is flagged at one point of both times, never in the way: given decisions, then the notices of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from support.governing import START, Document, constituted, decide, governed, structure, ticking

from ledger.application import Ledger, import_register
from ledger.application.facts import decision_facts, fact_of
from ledger.events.envelope import Recorder
from ledger.rules import flagged
from ledger.rules.judge import settings_on
from ledger.rules.notice import Notice
from ledger.state.state import State
from ledger.timeline import day_of
from projections.answers.notices import notices as notices_of_views
from projections.views.read_model import Views

LATER = "2026-06-01"
MANDATE: Document = {"change": "issue-mandate", "mandate": "care/live-longer", "text": "Live longer."}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def notices(ledger: Ledger, day: str = LATER) -> list[Notice]:
    """Every notice on a day, as known now."""
    decisions = []
    for recorded in ledger.decisions():
        header = recorded[0].event.decision
        recorded_day = datetime.fromisoformat(recorded[0].event.recorded_at).toordinal()
        decisions.append(decision_facts(header, tuple(fact_of(one, header.key) for one in recorded), recorded_day))
    state = State(ledger.facts())
    state.load(())
    settings = settings_on(state, day_of(day))
    return flagged.notices(flagged.Situation(structure(ledger, day), decisions, settings))


def flags(ledger: Ledger, rule: str, day: str = LATER) -> list[str]:
    """The ids of which a rule speaks on a day."""
    return [notice.id for notice in notices(ledger, day) if notice.rule == rule]


class TestUnaffiliatedMission:
    RULE = "unaffiliated-mission"

    def test_speaks_of_a_mission_without_a_segment(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "X"})
        assert flags(ledger, self.RULE) == ["walk"]

    def test_silent_once_it_has_one_or_has_ended(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == []
        decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "X"})
        decide(ledger, {"change": "add-mission", "mission": "walk", "segments": ["care/work"]}, effective="2026-05-01")
        assert flags(ledger, self.RULE, "2026-05-01") == []
        assert flags(ledger, self.RULE, "2026-04-30") == ["walk"]


class TestDanglingAffiliation:
    RULE = "dangling-affiliation"

    def test_speaks_when_the_segment_has_ended(self, ledger: Ledger) -> None:
        accept = [{"rule": "segment-retired-with-missions", "on": "care/homes", "because": "X."}]
        decide(ledger, {"change": "retire-segment", "segment": "care/homes"}, accept=accept, effective="2026-05-01")
        assert flags(ledger, self.RULE) == ["sleep"]
        assert flags(ledger, self.RULE, "2026-04-30") == []

    def test_silent_while_it_is_live(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == []


class TestSegmentWithoutCluster:
    RULE = "segment-without-cluster"

    def test_speaks_when_the_cluster_was_dissolved_over_it(self, ledger: Ledger) -> None:
        accept = [{"rule": "cluster-dissolved-with-live-parts", "on": "care", "because": "X."}]
        decide(ledger, {"change": "dissolve-cluster", "cluster": "care"}, accept=accept, effective="2026-05-01")
        assert flags(ledger, self.RULE) == ["care/homes", "care/work"]

    def test_silent_when_it_was_transferred_before(self, ledger: Ledger) -> None:
        moves = [
            {"change": "transfer-segment", "segment": f"care/{name}", "to": "places"} for name in ("homes", "work")
        ]
        decide(ledger, *moves, {"change": "dissolve-cluster", "cluster": "care"})
        assert flags(ledger, self.RULE) == []


class TestEmptySegment:
    RULE = "empty-segment"

    def test_speaks_of_a_segment_without_a_mission(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == ["care/work"]

    def test_speaks_when_its_only_mission_has_ended(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "complete-mission", "mission": "sleep"}, effective="2026-05-01")
        assert flags(ledger, self.RULE) == ["care/homes", "care/work"]

    def test_silent_once_it_has_one_if_only_in_part(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "add-mission", "mission": "sleep", "segments": "care/work", "extent": "partial"})
        assert flags(ledger, self.RULE) == []


class TestMandateNotCarriedOut:
    RULE = "mandate-not-carried-out"

    def test_speaks_of_a_mandate_without_a_live_mission(self, ledger: Ledger) -> None:
        decide(ledger, MANDATE, {"change": "issue-mandate", "mandate": "government/fair", "text": "X"})
        assert flags(ledger, self.RULE) == ["care/live-longer", "government/fair"]
        decide(ledger, {"change": "assign-mandate", "mandate": "care/live-longer", "missions": ["sleep"]})
        decide(ledger, {"change": "stop-mission", "mission": "sleep"}, effective="2026-05-15")
        assert flags(ledger, self.RULE) == ["care/live-longer", "government/fair"]

    def test_silent_while_one_carries_it_out_and_once_it_is_discharged(self, ledger: Ledger) -> None:
        decide(ledger, MANDATE, {"change": "assign-mandate", "mandate": "care/live-longer", "missions": ["sleep"]})
        assert flags(ledger, self.RULE) == []
        decide(ledger, {"change": "assign-mandate", "mandate": "care/live-longer", "missions": []}, effective="2026-05")
        assert flags(ledger, self.RULE) == ["care/live-longer"]
        decide(ledger, {"change": "discharge-mandate", "mandate": "care/live-longer"}, effective="2026-05-15")
        assert flags(ledger, self.RULE) == []


class TestMandateWithoutSegment:
    RULE = "mandate-without-segment"

    def test_speaks_of_a_mandate_that_is_assigned_to_none(self, ledger: Ledger) -> None:
        decide(ledger, MANDATE)
        assert flags(ledger, self.RULE) == ["care/live-longer"]

    def test_silent_once_it_is_assigned(self, ledger: Ledger) -> None:
        decide(ledger, MANDATE, {"change": "assign-mandate", "mandate": "care/live-longer", "segments": ["care/homes"]})
        assert flags(ledger, self.RULE) == []


class TestMandateOutsideItsSegments:
    RULE = "mandate-outside-its-segments"

    def test_speaks_when_its_mission_is_of_other_segments(self, ledger: Ledger) -> None:
        assigned = {"change": "assign-mandate", "mandate": "care/live-longer"}
        decide(ledger, MANDATE, {**assigned, "segments": ["care/work"], "missions": ["sleep"]})
        assert flags(ledger, self.RULE) == ["care/live-longer"]

    def test_silent_when_they_meet_and_where_it_has_no_segments(self, ledger: Ledger) -> None:
        assigned = {"change": "assign-mandate", "mandate": "care/live-longer", "missions": ["sleep"]}
        decide(ledger, MANDATE, assigned)
        assert flags(ledger, self.RULE) == []
        decide(ledger, {**assigned, "segments": ["care/work", "care/homes"]}, effective="2026-05-01")
        assert flags(ledger, self.RULE) == []


class TestWithoutEffect:
    """Only the fold can see it; the views keep it."""

    RULE = "without-effect"

    def views(self, ledger: Ledger, folder: Path) -> list[str]:
        with Views(ledger, folder) as views:
            found = notices_of_views(views, day_of(LATER), ledger.head().position)
        return [notice.id for notice in found if notice.rule == self.RULE]

    def test_speaks_when_a_beginning_was_struck_under_it(self, ledger: Ledger, tmp_path: Path) -> None:
        accept = [{"rule": "events-left-without-effect", "on": "sleep", "because": "It was never launched."}]
        decide(ledger, {"change": "strike", "target": "mission:sleep@1", "because": "X."}, accept=accept)
        assert self.views(ledger, tmp_path) == ["sleep"]

    def test_silent_while_every_event_has_its_effect(self, ledger: Ledger, tmp_path: Path) -> None:
        assert self.views(ledger, tmp_path) == []


class TestReviewOverdue:
    RULE = "review-overdue"

    def test_speaks_from_the_day_after_a_review_was_due(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "review-matrix", "cluster": "care", "next_review_on": "2026-05-01"})
        decide(ledger, {"change": "review-matrix", "next_review_on": "2026-05-31"})
        assert flags(ledger, self.RULE, "2026-05-02") == ["care"]
        assert flags(ledger, self.RULE) == ["care", "government"]

    def test_silent_on_the_day_and_once_it_was_held_or_is_promised_no_more(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "review-matrix", "cluster": "care", "next_review_on": "2026-05-01"})
        assert flags(ledger, self.RULE, "2026-05-01") == []
        decide(ledger, {"change": "discontinue-review", "cluster": "care"}, effective="2026-05-10")
        assert flags(ledger, self.RULE) == []


class TestDecisionReviewOverdue:
    RULE = "decision-review-overdue"

    def test_speaks_from_the_day_after_it_promised_a_review(self, ledger: Ledger) -> None:
        expected = {"benefit": "X.", "review_on": "2026-05-01"}
        decide(
            ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, reference="CM-1", expected=expected
        )
        assert flags(ledger, self.RULE) == ["CM-1"]
        assert flags(ledger, self.RULE, "2026-05-01") == []

    def test_silent_once_it_was_reviewed(self, ledger: Ledger) -> None:
        expected = {"review_on": "2026-05-01"}
        decide(
            ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, reference="CM-1", expected=expected
        )
        name = {"authority": "Council of Ministers", "reference": "CM-1"}
        decide(ledger, {"change": "review-decision", "decision": name, "outcome": "X."}, effective="2026-05-20")
        assert flags(ledger, self.RULE) == []


class TestRecordedLate:
    RULE = "recorded-late"
    RETITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "X"}

    def test_speaks_more_than_thirty_days_after_it_was_decided(self, ledger: Ledger) -> None:
        """It is recorded on 5 March 2026."""
        receipt = decide(ledger, self.RETITLE, reference="CM-1", decided_on="2026-02-02")
        assert "CM-1" in flags(ledger, self.RULE)
        assert self.RULE in [notice.rule for notice in receipt.notices]

    def test_speaks_of_its_effect_where_no_day_of_the_decision_is_stated(self, ledger: Ledger) -> None:
        decide(ledger, self.RETITLE, reference="CM-1", effective="2026-02-02")
        assert "CM-1" in flags(ledger, self.RULE)

    def test_silent_on_the_thirtieth_day_in_advance_and_where_no_day_is_stated(self, ledger: Ledger) -> None:
        decide(ledger, self.RETITLE, reference="CM-1", decided_on="2026-02-03", effective="2026-01-01")
        decide(ledger, {**self.RETITLE, "title": "Y"}, reference="CM-2", effective="2027")
        unknown = {"change": "establish-cluster", "cluster": "old", "title": "X"}
        decide(ledger, unknown, reference="CM-3", effective="..")
        assert flags(ledger, self.RULE) == ["opening"]

    def test_silent_for_longer_when_the_settings_say_so(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "adopt-settings", "late_after_days": 90}, effective="2026-03-01")
        assert flags(ledger, self.RULE) == []


class TestRetroactive:
    RULE = "retroactive"

    def test_speaks_when_it_takes_effect_before_it_was_decided(self, ledger: Ledger) -> None:
        decide(
            ledger,
            {"change": "retitle-cluster", "cluster": "care", "title": "X"},
            {"change": "retitle-cluster", "cluster": "places", "title": "X", "effective": "2026-02-28"},
            reference="CM-1",
            decided_on="2026-03-01",
        )
        assert flags(ledger, self.RULE) == ["CM-1"]

    def test_silent_on_the_day_itself_and_where_the_day_is_not_stated(self, ledger: Ledger) -> None:
        retitle = {"change": "retitle-cluster", "cluster": "care", "title": "X"}
        decide(ledger, retitle, decided_on="2026-03-01", effective="2026-03-01")
        begun = {"change": "establish-cluster", "cluster": "old", "title": "X"}
        decide(ledger, begun, decided_on="2026-03-01", effective="..")
        assert flags(ledger, self.RULE) == []


class TestUnansweredSignal:
    RULE = "unanswered-signal"
    SIGNAL: Document = {"change": "observe-signal", "signal": "ageing", "kind": "trend", "description": "X."}

    def test_speaks_more_than_a_year_after_it_was_observed(self, ledger: Ledger) -> None:
        decide(ledger, self.SIGNAL)
        assert flags(ledger, self.RULE, "2027-04-01") == []
        assert flags(ledger, self.RULE, "2027-04-02") == ["ageing"]

    def test_silent_once_a_decision_responds_to_it_or_it_is_closed(self, ledger: Ledger) -> None:
        decide(ledger, self.SIGNAL, {**self.SIGNAL, "signal": "heat"})
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "X"}, responds_to=["ageing"])
        assert flags(ledger, self.RULE, "2028-01-01") == ["heat"]
        decide(ledger, {"change": "close-signal", "signal": "heat"}, effective="2027-01-01")
        assert flags(ledger, self.RULE, "2028-01-01") == []


class TestAcceptanceNotNeeded:
    RULE = "acceptance-not-needed"
    ACCEPT = [{"rule": "segment-retired-with-missions", "on": "care/homes", "because": "X."}]

    def test_speaks_of_what_is_accepted_and_does_not_need_it(self, ledger: Ledger) -> None:
        retitle = {"change": "retitle-cluster", "cluster": "care", "title": "X"}
        receipt = decide(ledger, retitle, accept=self.ACCEPT)
        assert self.RULE in [notice.rule for notice in receipt.notices]

    def test_silent_when_it_is_needed(self, ledger: Ledger) -> None:
        receipt = decide(ledger, {"change": "retire-segment", "segment": "care/homes"}, accept=self.ACCEPT)
        assert self.RULE not in [notice.rule for notice in receipt.notices]


class TestClockRanBackwards:
    RULE = "clock-ran-backwards"

    def test_speaks_when_the_clock_gives_no_later_time_and_records_all_the_same(self, tmp_path: Path) -> None:
        times = iter([START, START - timedelta(days=1)])
        with constituted(tmp_path, lambda: next(times, START - timedelta(days=2))) as ledger:
            receipt = decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": "X"})
            assert self.RULE in [notice.rule for notice in receipt.notices]
            assert receipt.recorded_at == START + timedelta(microseconds=1)

    def test_silent_while_it_goes_forward(self, tmp_path: Path) -> None:
        with constituted(tmp_path, ticking(step=timedelta(microseconds=1))) as ledger:
            receipt = decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": "X"})
            assert self.RULE not in [notice.rule for notice in receipt.notices]


class TestWithoutLeader:
    RULE = "without-leader"

    def test_speaks_of_clusters_and_missions_whose_offices_are_empty(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == ["care", "places", "sleep"]
        decide(ledger, {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": "Jane Doe"})
        decide(ledger, {"change": "release-leader", "of": "care", "office": "Minister"}, effective="2026-05-01")
        assert flags(ledger, self.RULE) == ["care", "places", "sleep"]

    def test_silent_while_an_office_is_filled_by_whomever(self, ledger: Ledger) -> None:
        for id_ in ("care", "places", "sleep"):
            decide(ledger, {"change": "appoint-leader", "of": id_, "office": "Lead"})
        assert flags(ledger, self.RULE) == []


class TestBoundToOneSector:
    RULE = "bound-to-one-sector"

    def test_speaks_of_a_segment_and_of_a_title_within_one_division(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "rescope-segment", "segment": "care/homes", "sectors": ["07.1", "07.2"]})
        assert flags(ledger, self.RULE) == ["care/homes"]
        decide(ledger, {"change": "rescope-segment", "segment": "care/work", "sectors": ["07.3"]})
        assert flags(ledger, self.RULE) == ["care/homes", "care/work", "care"]

    def test_silent_where_they_reach_further_or_no_sector_is_stated(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == []
        decide(ledger, {"change": "rescope-segment", "segment": "care/homes", "sectors": ["07.1", "10.2"]})
        assert flags(ledger, self.RULE) == []


class TestRetitledWithoutReview:
    RULE = "retitled-without-review"

    @pytest.fixture
    def retitled(self, ledger: Ledger) -> Ledger:
        decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"})
        return ledger

    def test_speaks_a_year_after_a_retitling(self, retitled: Ledger) -> None:
        assert flags(retitled, self.RULE, "2027-04-01") == []
        assert flags(retitled, self.RULE, "2027-04-02") == ["care"]

    @pytest.mark.parametrize("cluster", ["care", None])
    def test_silent_after_a_review_of_the_cluster_or_of_the_whole(self, retitled: Ledger, cluster: str | None) -> None:
        review = {"change": "review-matrix", "conclusion": "X.", **({"cluster": cluster} if cluster else {})}
        decide(retitled, review, effective="2026-05-01")
        assert flags(retitled, self.RULE, "2027-04-02") == []

    def test_silent_under_the_first_title(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE, "2040-01-01") == []


class TestDecisionWithoutDocument:
    RULE = "decision-without-document"

    def test_speaks_of_a_decision_that_names_none(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == ["opening"]  # the first event opens the ledger: of it none is asked

    def test_silent_where_it_names_one(self, ledger: Ledger) -> None:
        documents = [{"title": "Minute of 2 March 2026", "sha256": "ab" * 32}]
        retitle = {"change": "retitle-cluster", "cluster": "care", "title": "X"}
        decide(ledger, retitle, documents=documents, reference="CM-1")
        assert "CM-1" not in flags(ledger, self.RULE)


MISSING: list[tuple[str, Document, list[str]]] = [
    ("missing-purpose", {"change": "repurpose-cluster", "cluster": "care", "purpose": "X."}, ["care", "places"]),
    (
        "missing-scope",
        {"change": "rescope-segment", "segment": "care/homes", "scope": "X."},
        ["care/homes", "care/work"],
    ),
    ("missing-statement", {"change": "reword-mission", "mission": "sleep", "statement": "X."}, ["sleep"]),
]


class Missing:
    """What a source does not state is left out and flagged, never made up."""

    RULE = ""

    def case(self) -> tuple[Document, list[str]]:
        [(_, change, ids)] = [case for case in MISSING if case[0] == self.RULE]
        return change, ids

    def test_speaks_where_it_is_not_stated(self, ledger: Ledger) -> None:
        assert flags(ledger, self.RULE) == self.case()[1]

    def test_silent_once_it_is(self, ledger: Ledger) -> None:
        change, ids = self.case()
        decide(ledger, change)
        assert flags(ledger, self.RULE) == ids[1:]


class TestMissingPurpose(Missing):
    RULE = "missing-purpose"


class TestMissingScope(Missing):
    RULE = "missing-scope"


class TestMissingStatement(Missing):
    RULE = "missing-statement"


class TestObjectiveIncomplete:
    """What an objective does not state is named, and never made up."""

    RULE = "objective-incomplete"
    SET: ClassVar[Document] = {
        "change": "set-objective", "objective": "sleep/hours", "indicator": "Sleep", "definition": "Hours a night.",
    }  # fmt: skip
    PARTS: ClassVar[Document] = {
        "unit": "hours", "direction": "up", "baseline": "6", "target": "8", "due_on": "2028-12-31",
    }  # fmt: skip

    def test_speaks_of_what_is_not_stated(self, ledger: Ledger) -> None:
        decide(ledger, self.SET)
        assert flags(ledger, self.RULE) == ["sleep/hours"]
        [notice] = [notice for notice in notices(ledger) if notice.rule == self.RULE]
        assert notice.found == (
            'Objective "sleep/hours" does not state its unit, direction, baseline, target and due day.'
        )

    def test_silent_where_all_is_stated(self, ledger: Ledger) -> None:
        decide(ledger, {**self.SET, **self.PARTS})
        assert flags(ledger, self.RULE) == []


def test_a_notice_names_the_event_behind_it(ledger: Ledger) -> None:
    receipt = decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "X"})
    [notice] = [notice for notice in notices(ledger) if notice.rule == "unaffiliated-mission"]
    assert notice.position == receipt.positions[0]


def test_every_notice_is_a_sentence_that_says_what_is_so_and_what_is_expected(ledger: Ledger) -> None:
    decide(ledger, {"change": "launch-mission", "mission": "walk", "title": "X"}, MANDATE)
    found = notices(ledger, "2040-01-01")
    assert len({notice.rule for notice in found}) > 8
    for notice in found:
        assert notice.message.isprintable()
        assert notice.found.endswith(".") and " Expected: " in notice.message
        assert notice.severity in ("warning", "information")


# An older register


IMPORTED: list[dict[str, Any]] = [
    {"changes": [{"change": "retitle-cluster", "cluster": "old", "title": "X"}], "effective": "1990"},
    {"changes": [{"change": "establish-cluster", "cluster": "old", "title": "Y"}], "effective": "1995"},
    {"changes": [{"change": "retitle-cluster", "cluster": "old", "title": "Z"}], "effective": "1994"},
    {
        "changes": [{"change": "launch-mission", "mission": "m", "title": "X", "horizon_on": "1995-06"}],
        "effective": "1995",
    },
]


def test_what_an_older_register_passed_through_is_noticed_and_not_refused(tmp_path: Path) -> None:
    documents = [
        {"authority": "Crown", "reference": f"R-{n}", "recorded_at": f"1996-01-0{n}T12:00:00Z", **document}
        for n, document in enumerate(IMPORTED, 1)
    ]
    recorder = Recorder(id="Registry", basis="configured")
    clock = ticking()
    found = import_register(
        tmp_path / "old.ledger", documents, government="Old", source="old.csv", recorder=recorder, clock=clock
    )
    expected = {"unknown-id": 1, "outside-life": 1, "horizon-too-short": 1}
    assert {rule: count for rule, count in found.notices.items() if rule in expected} == expected
    assert found.decisions == 4
