"""What is refused of the outcome of a whole decision: ids used twice, ends before beginnings, void changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, constituted, decide, event_id, governed, judged, rules, structure, value
from support.older_register import taken_over

from ledger.application import Ledger
from ledger.errors import Refused
from ledger.state.day import as_it_last_was
from ledger.timeline import day_of
from projections.views.read_model import Views

DISSOLVE = {"change": "dissolve-cluster", "cluster": "places"}
RETITLE = {"change": "retitle-cluster", "cluster": "places", "title": "Places and homes"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Ledger]:
    with constituted(tmp_path) as found:
        yield found


def strike(target: Any) -> dict[str, Any]:
    return {"change": "strike", "target": target, "because": "A slip."}


def named(reference: str) -> dict[str, str]:
    return {"authority": AUTHORITY, "reference": reference}


def establish(id_: str, **more: str) -> dict[str, str]:
    return {"change": "establish-cluster", "cluster": id_, "title": f"Cluster {id_}", **more}


def launch(id_: str) -> dict[str, str]:
    return {"change": "launch-mission", "mission": id_, "title": f"Mission {id_}"}


# One id, one beginning


@pytest.mark.parametrize("second", [launch("k"), establish("k")], ids=["another kind", "the same kind"])
def test_a_struck_strike_revives_no_id_that_was_given_away(bare: Ledger, tmp_path: Path, second: Any) -> None:
    decide(bare, establish("k"), effective="2024-05-01", reference="1")
    decide(bare, strike("p2"), reference="2")
    decide(bare, second, effective="2024-01-01", reference="3")
    assert rules(bare, strike("p3")) == ["id-used-twice"]
    decide(bare, strike("p4"), strike("p3"), launch("k-mission"), effective="2024-01-01", reference="4")
    found = structure(bare, "2024-06-01").things
    assert {id_: (thing.kind, thing.get("title")) for id_, thing in found.items() if id_ != "government"} == {
        "k": ("cluster", "Cluster k"),
        "k-mission": ("mission", "Mission k-mission"),
    }
    assert bare.verify().ok
    with Views(bare, tmp_path) as views:
        assert list(views.check()) == []


def test_the_order_of_such_strikes_does_not_matter(bare: Ledger) -> None:
    decide(bare, establish("k"), effective="2024-05-01", reference="1")
    decide(bare, strike("p2"), reference="2")
    decide(bare, launch("k"), effective="2024-01-01", reference="3")
    assert rules(bare, strike("p3"), strike("p4"), launch("k-mission"), effective="2024-01-01") == []


def test_a_rescinded_rescission_revives_no_id_that_was_given_away(bare: Ledger) -> None:
    decide(bare, establish("k"), effective="2028", reference="F")
    decide(bare, {"change": "rescind-decision", "decision": named("F")}, effective="2027", reference="A")
    decide(bare, launch("k"), effective="2026-01-01", reference="B")
    assert rules(bare, {"change": "rescind-decision", "decision": named("A")}, effective="2026-06-01") == [
        "id-used-twice"
    ]
    assert rules(bare, strike(named("A"))) == ["id-used-twice"]


def test_what_ended_as_another_kind_of_thing_ends_nothing_of_the_one_that_has_the_id(bare: Ledger) -> None:
    decide(bare, establish("k"), effective="2024-05-01", reference="1")
    decide(bare, {"change": "dissolve-cluster", "cluster": "k"}, effective="2025", reference="2")
    accepted = [{"rule": "events-left-without-effect", "on": "k", "because": "It never was."}]
    decide(bare, strike("p2"), reference="3", accept=accepted)
    decide(bare, launch("k"), effective="2024-01-01", reference="4")
    thing = structure(bare, "2026-01-01").get("k")
    assert thing is not None and (thing.kind, thing.get("title")) == ("mission", "Mission k")


# Several dates of one decision


def of_several_dates(ledger: Ledger) -> None:
    ends = {"change": "dissolve-cluster", "cluster": "a", "effective": "2025-01-01"}
    decide(ledger, establish("a"), ends, effective="2020-01-01", reference="D")


def corrected(target: Any, day: str) -> dict[str, Any]:
    return {"change": "correct", "target": target, "new_effective": day, "because": "The minute says so."}


class TestEndsBeforeItBegins:
    RULE = "ends-before-it-begins"

    @pytest.mark.parametrize("day", ["2025-01-01", "2026-01-01"])
    def test_speaks_when_a_beginning_is_moved_to_its_end_or_beyond(self, bare: Ledger, day: str) -> None:
        of_several_dates(bare)
        assert rules(bare, corrected(named("D"), day)) == [self.RULE]

    def test_speaks_when_an_end_is_moved_before_the_beginning(self, bare: Ledger) -> None:
        of_several_dates(bare)
        assert rules(bare, corrected("p3", "2019-01-01")) == [self.RULE]

    def test_speaks_of_a_postponement(self, bare: Ledger) -> None:
        ends = {"change": "dissolve-cluster", "cluster": "a", "effective": "2028"}
        decide(bare, establish("a"), ends, effective="2027", reference="D")
        moved = {"change": "postpone-decision", "decision": named("D"), "new_effective": "2029"}
        assert rules(bare, moved, effective="2026-04-01") == [self.RULE]
        assert rules(bare, {**moved, "new_effective": "2027-06-01"}, effective="2026-04-01") == []

    def test_silent_while_it_lives_between(self, bare: Ledger) -> None:
        of_several_dates(bare)
        assert rules(bare, corrected(named("D"), "2024-12-31")) == []

    def test_silent_of_who_ends_a_thing_on_the_day_on_which_it_begins(self, ledger: Ledger) -> None:
        assert rules(ledger, DISSOLVE, effective="2026-01-01") == []


def test_a_corrected_date_of_a_decision_moves_what_has_no_date_of_its_own(bare: Ledger) -> None:
    of_several_dates(bare)
    decide(bare, corrected(named("D"), "2021-01-01"), reference="C")
    live = [day for day in ("2020-12-31", "2021-01-01", "2024-12-31", "2025-01-01") if structure(bare, day).get("a")]
    assert live == ["2021-01-01", "2024-12-31"]
    decide(bare, corrected("p3", "2026-01-01"), reference="E")
    assert structure(bare, "2025-12-31").get("a") and not structure(bare, "2026-01-01").get("a")


def test_a_decision_whose_changes_all_have_dates_of_their_own_has_none_to_correct(bare: Ledger) -> None:
    decide(bare, establish("a", effective="2020"), effective="2021", reference="D")
    assert rules(bare, corrected(named("D"), "2022")) == ["not-correctable"]
    assert rules(bare, corrected("p2", "2022")) == []


@pytest.mark.parametrize(
    "same",
    [
        {"new_effective": "2020-01-01"},
        {"new_effective_basis": "stated"},
        {"decision": {"rationale": "X."}},
        {"data": {"title": "Cluster a"}},
    ],
    ids=lambda same: next(iter(same)),
)
def test_a_correction_to_what_is_so_already_changes_nothing(bare: Ledger, same: dict[str, Any]) -> None:
    decide(bare, establish("a"), effective="2020-01-01", reference="D", rationale="X.")
    target = "p2" if "data" in same else named("D")
    assert rules(bare, {"change": "correct", "target": target, "because": "A slip.", **same}) == ["changes-nothing"]


def test_a_date_of_the_header_is_corrected_by_its_own_field(bare: Ledger) -> None:
    decide(bare, establish("a"), effective="2020-01-01", reference="D")
    said = {"change": "correct", "target": named("D"), "because": "A slip.", "decision": {"effective": "2021"}}
    [refused] = judged(bare, said)
    assert refused.rule == "not-correctable" and "new_effective" in refused.found


# A decision that voids its own change


class TestVoidChange:
    RULE = "void-change"

    def test_speaks_when_a_change_comes_after_the_end_of_its_thing_in_the_same_decision(self, ledger: Ledger) -> None:
        earlier = {**DISSOLVE, "effective": "2026-02-01"}
        assert rules(ledger, RETITLE, earlier, effective="2026-06-01") == [self.RULE]

    def test_speaks_of_an_end_after_an_earlier_one(self, ledger: Ledger) -> None:
        assert rules(ledger, DISSOLVE, {**DISSOLVE, "effective": "2026-02-01"}, effective="2026-06-01") == [self.RULE]

    def test_silent_of_a_closing_title_on_the_day_of_the_end(self, ledger: Ledger) -> None:
        assert rules(ledger, RETITLE, DISSOLVE, effective="2026-06-01") == []


def test_the_order_of_the_changes_makes_no_difference_to_whether_a_decision_is_let_in(ledger: Ledger) -> None:
    early, late = {**DISSOLVE, "effective": "2026-02-01"}, {"effective": "2026-06-01"}
    segment = {"change": "transfer-segment", "segment": "care/homes", "to": "places"}
    for change in (RETITLE, segment, DISSOLVE):
        assert rules(ledger, change, early, **late) and rules(ledger, early, change, **late)


def test_a_closing_title_is_what_an_ended_thing_was_called_last(ledger: Ledger) -> None:
    decide(ledger, RETITLE, DISSOLVE, effective="2026-06-01")
    ledger.judging.state.load(["cluster:places"])
    thing = ledger.judging.state.thing("places")
    assert thing is not None and not thing.without_effect()
    last = as_it_last_was(thing)
    assert last is not None and (last.get("title"), last.since.stated) == ("Places and homes", "2026-01-01")
    assert value(ledger, "places", "title", "2026-05-31") == "Places"
    decide(ledger, {**RETITLE, "title": "Put right later"}, effective="2026-07-01")
    thing = ledger.judging.state.thing("places")
    last = as_it_last_was(thing) if thing else None
    assert last is not None and last.get("title") == "Put right later"


def test_what_comes_back_on_a_day_of_doubt_changes_something_and_lives_on(ledger: Ledger) -> None:
    decide(ledger, DISSOLVE, effective="[2026-02-01..2026-06-01]")
    decide(ledger, {"change": "reestablish-cluster", "cluster": "places"}, effective="2026-04-01")
    thing = ledger.judging.state.thing("places")
    assert thing is not None and thing.live_at(day_of("2027-01-01")) and not thing.without_effect()
    days = ("2026-01-31", "2026-03-31", "2026-04-01")
    assert [thing.in_doubt_at(day_of(day)) for day in days] == [False, True, False]


# A realignment keeps the extent


PARTIAL = {"change": "add-mission", "mission": "sleep", "segments": ["care/work"], "extent": "partial"}
REALIGN = {"change": "realign-mission", "mission": "sleep", "from": ["care/work"], "to": ["places/homes"]}
ADD = {"change": "add-segment", "segment": "places/homes", "title": "Homes"}


class TestExtentNeeded:
    RULE = "extent-needed"

    def test_speaks_where_those_that_it_leaves_differ(self, ledger: Ledger) -> None:
        decide(ledger, ADD, PARTIAL, effective="2026-02-01")
        both = {**REALIGN, "from": ["care/homes", "care/work"]}
        assert rules(ledger, both) == [self.RULE]
        assert rules(ledger, {**both, "extent": "partial"}) == []

    def test_speaks_in_an_import_too_since_no_default_is_what_the_register_said(self, tmp_path: Path) -> None:
        begun: list[dict[str, Any]] = [
            {"change": "establish-cluster", "cluster": "care", "title": "Care"},
            {"change": "launch-mission", "mission": "sleep", "title": "Sleep well"},
        ]
        segments = ("care/homes", "care/work", "care/new")
        begun += [{"change": "add-segment", "segment": segment, "title": "T"} for segment in segments]
        for segment, extent in zip(segments[:2], ("full", "partial"), strict=True):
            begun.append({"change": "add-mission", "mission": "sleep", "segments": segment, "extent": extent})
        moved = {"change": "realign-mission", "mission": "sleep", "from": segments[:2], "to": segments[2]}
        with pytest.raises(Refused, match="full and partial: give the extent"):
            taken_over(tmp_path / "old.ledger", begun, [moved])
        taken_over(tmp_path / "new.ledger", begun, [moved | {"extent": "partial"}])

    def test_silent_where_they_are_alike_and_it_stays_what_it_was(self, ledger: Ledger) -> None:
        added = decide(ledger, ADD, PARTIAL, effective="2026-02-01")
        receipt = decide(ledger, REALIGN)
        recorded = ledger.at(receipt.positions[0])
        assert recorded is not None and "extent" not in recorded.event.data.normal()
        assert value(ledger, "sleep", "segments:places/homes", "2026-04-01") == "partial"
        full = {"change": "correct", "target": event_id(ledger, added, 2), "because": ".", "data": {"extent": "full"}}
        decide(ledger, full)
        assert value(ledger, "sleep", "segments:places/homes", "2026-04-01") == "full"


# What is judged of a thing


SCALE = {"change": "define-scale", "scale": "traffic", "version": "1", "grades": ["red", "green"]}
OBJECTIVE = {
    "change": "set-objective", "objective": "sleep/hours", "indicator": "Hours", "definition": "Mean hours.",
    "unit": "hours", "direction": "up", "baseline": "6", "target": "8", "due_on": "2030",
}  # fmt: skip


def assess(period: str) -> dict[str, str]:
    return {"change": "assess-mission", "mission": "sleep", "period": period, "scale": "traffic/1", "grade": "green"}


def measure(day: str) -> dict[str, str]:
    return {"change": "record-measurement", "objective": "sleep/hours", "observed_on": day, "value": "7"}


def test_a_completed_mission_is_assessed_for_a_period_that_overlaps_its_life(ledger: Ledger, tmp_path: Path) -> None:
    decide(ledger, SCALE, {"change": "complete-mission", "mission": "sleep"}, effective="2026-02-01")
    decide(ledger, assess("2025-07-01/2026-06-30"), effective="2026-09-01")
    assert rules(ledger, assess("2026-02-01/2026-12-31"), effective="2026-09-01") == ["outside-life"]
    assert rules(ledger, assess("2025-01-01/2025-12-31"), effective="2026-09-01") == ["outside-life"]
    assert rules(ledger, assess("2025-07-01/2026-06-30"), effective="2026-10-01") == ["changes-nothing"]
    ledger.judging.state.load(["mission:sleep"])
    mission = ledger.judging.state.thing("sleep")
    assert mission is not None and not mission.without_effect()
    last = as_it_last_was(mission)
    assert last is not None and list(last.keyed("assessments")) == ["2025-07-01/2026-06-30 traffic/1"]
    with Views(ledger, tmp_path) as views:
        assert list(views.check()) == []
        [row] = views.rows("sleep", "assessments:2025-07-01/2026-06-30 traffic/1")
        assert (row.stated, row.set_by) == ("2026-09-01", ledger.head().position)
        assert views.structure(row.effective_from, ledger.head().position).get("sleep") is None


def test_a_withdrawn_objective_gets_its_last_measurement_and_a_baseline_lies_before_the_launch(ledger: Ledger) -> None:
    decide(ledger, OBJECTIVE, effective="2026-02-01")
    decide(ledger, {"change": "withdraw-objective", "objective": "sleep/hours"}, effective="2026-03-01")
    decide(ledger, measure("2026-02-28"), effective="2026-03-04")
    decide(ledger, measure("2019-05"), effective="2019-06-01")
    ledger.judging.state.load(["mission:sleep"])
    objective = ledger.judging.state.thing("sleep/hours")
    assert objective is not None and not objective.without_effect()
    assert value(ledger, "sleep/hours", "measurements:2019-05", "2026-02-01") is not None
    last = as_it_last_was(objective)
    assert last is not None and list(last.keyed("measurements")) == ["2019-05", "2026-02-28"]
