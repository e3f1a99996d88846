"""Objectives of which a part is not stated, that return, that move: nothing is made up, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from support.agility_records import in_memory, within
from support.governing import decide, governed, rules
from support.plain import history, shown

from ledger.application import Ledger
from ledger.timeline import FOREVER, day_of
from projections.agility.concerns import Concerning
from projections.agility.figures import Window
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.agility.spans import parts
from projections.answers.notices import notices
from projections.charts import drawing
from projections.charts.catalogue import ChartRequest, chart
from projections.charts.question import Question
from projections.execution.objectives import objectives
from projections.report.audit import audit
from projections.report.contents import report
from projections.report.document import ReportTable
from projections.report.execution import section
from projections.snapshots.question import snapshot
from projections.snapshots.tables import tables
from projections.views.read_model import Views

PARTS = {"unit": "hours", "direction": "up", "baseline": "6", "target": "8", "due_on": "2026-12-31"}
SET = {"change": "set-objective", "objective": "sleep/hours", "indicator": "Sleep", "definition": "Hours a night."}
LEFT_OUT = [left for size in range(len(PARTS) + 1) for left in combinations(PARTS, size)]
DAY = day_of("2026-11-01")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as ledger:
        yield ledger


def set_without(ledger: Ledger, *left: str) -> dict[str, Any]:
    """What is stated of an objective that is set on 1 April 2026 without some parts."""
    stated = {name: value for name, value in PARTS.items() if name not in left}
    decide(ledger, {**SET, **stated}, reference="set")
    return stated


@pytest.mark.parametrize("left", LEFT_OUT, ids=lambda left: " ".join(left) or "nothing")
def test_what_is_not_stated_is_in_no_answer_and_every_answer_can_be_given(
    ledger: Ledger, tmp_path: Path, left: tuple[str, ...]
) -> None:
    stated = set_without(ledger, *left)
    measured = {"change": "record-measurement", "objective": "sleep/hours", "value": "7", "observed_on": "2026-10-01"}
    decide(ledger, measured, effective="2026-10-02")
    with Views(ledger, tmp_path) as views:
        known = ledger.known(None)
        thing = views.structure(DAY, known.position).things["sleep/hours"]
        assert {name: thing.get(name) for name in PARTS if thing.get(name) is not None} == stated
        flagged = [one.found for one in notices(views, DAY, known.position) if one.rule == "objective-incomplete"]
        assert len(flagged) == bool(left)
        assert all(name.replace("due_on", "due day") in found for found in flagged for name in left)
        [found] = objectives(record_at(views, known.position, DAY), DAY)
        assert (found.unit, found.direction, found.baseline) == tuple(
            map(stated.get, ("unit", "direction", "baseline"))
        )
        assert [value for _, _, value in found.targets] == [stated[name] for name in ("target",) if name in stated]
        assert found.is_complete == (not left)
        [row] = next(one for one in tables(snapshot(views, DAY, known)) if one.name == "objectives").lines
        assert not {str(value) for name, value in PARTS.items() if name in left} & {str(cell) for cell in row}
        drawn = chart(Question(views, DAY, known), ChartRequest("execution"))
        assert ("does not state" in drawn.lead) == bool(left)
        assert "None" not in drawing.svg(drawn) and "None" not in drawn.alt
        assert ("not stated" in drawn.alt) == bool({"baseline", "target", "due_on"} & set(left))
        json.dumps(shown(views.structure(DAY, known.position)))


def test_the_report_and_the_sentences_of_an_objective_that_states_nothing(ledger: Ledger, tmp_path: Path) -> None:
    set_without(ledger, *PARTS)
    with Views(ledger, tmp_path) as views:
        about = audit(Question(views, DAY, ledger.known(None)))
        [objective] = [block for block in section(about).blocks if "changes of definition" in repr(block)]
        assert isinstance(objective, ReportTable)
        assert [cell for row in objective.rows for cell in row].count("not stated") == 4
        assert report(about)
    said = [one.event.data.sentence for one in ledger.events() if one.event.type == "objective.set/1"]
    assert said == ["Objective sleep/hours is set: Sleep."]


def figure(ledger: Ledger, folder: Path, name: str) -> Any:
    window = Window(day_of("2026-01-01"), day_of("2027-01-01"))
    with Views(ledger, folder) as views:
        return metrics()[name].compute(record_at(views, ledger.head().position, DAY), window, None)


def test_a_moved_target_of_no_direction_is_left_out_of_the_share_that_was_eased_and_said(
    ledger: Ledger, tmp_path: Path
) -> None:
    set_without(ledger, "direction")
    decide(ledger, {"change": "retarget-objective", "objective": "sleep/hours", "target": "7"}, effective="2026-11-01")
    found = figure(ledger, tmp_path, "targets-eased")
    assert (found.value, found.why_not) == (None, "no moved target states its direction")
    complete = {**SET, **PARTS, "objective": "sleep/nights"}
    decide(ledger, complete)
    eased = {"change": "retarget-objective", "objective": "sleep/nights", "target": "7"}
    accepted = [{"rule": "target-eased-near-due", "on": "sleep/nights", "because": "The budget."}]
    decide(ledger, eased, effective="2026-11-02", accept=accepted)
    found = figure(ledger, tmp_path, "targets-eased")
    assert (found.value, found.n, found.out_of) == (1, 1, 1)
    assert found.detail == (("left out, direction not stated", 1.0),)


def test_a_withdrawn_objective_returns_with_what_was_said_of_it(ledger: Ledger, tmp_path: Path) -> None:
    set_without(ledger)
    back = {"change": "return-objective", "objective": "sleep/hours"}
    assert rules(ledger, back, effective="2026-05-01") == ["changes-nothing"]
    decide(ledger, {"change": "redefine-objective", "objective": "sleep/hours", "definition": "Median."})
    decide(ledger, {"change": "withdraw-objective", "objective": "sleep/hours"}, effective="2026-06-01")
    decide(ledger, back, effective="2026-08-01")
    with Views(ledger, tmp_path) as views:
        known = ledger.head().position
        lived = [day for day in ("2026-05-31", "2026-06-01", "2026-07-31", "2026-08-01")
                 if "sleep/hours" in views.structure(day_of(day), known).things]  # fmt: skip
        assert lived == ["2026-05-31", "2026-08-01"]
        thing = views.structure(DAY, known).things["sleep/hours"]
        assert (thing.get("definition_version"), thing.get("target"), thing.get("definition")) == (2, "8", "Median.")
        assert list(views.check()) == []


def test_an_objective_returns_only_to_a_mission_that_is_live_and_only_where_it_was_set(ledger: Ledger) -> None:
    set_without(ledger)
    unset = {"change": "return-objective", "objective": "sleep/nights"}
    assert rules(ledger, unset, effective="2026-08-01") == ["unknown-id"]
    decide(ledger, {"change": "withdraw-objective", "objective": "sleep/hours"}, effective="2026-06-01")
    decide(ledger, {"change": "stop-mission", "mission": "sleep"}, effective="2026-07-01")
    back = {"change": "return-objective", "objective": "sleep/hours"}
    assert rules(ledger, back, effective="2026-08-01") == ["reference-not-live"]


MOVE = {"change": "move-objective", "objective": "sleep/hours", "to": "quiet"}


@pytest.fixture
def moved(ledger: Ledger) -> Ledger:
    """The objective is set for the mission `sleep`, of cluster care, and moved on 1 July to `quiet`, of places."""
    set_without(ledger)
    decide(
        ledger,
        {"change": "add-segment", "segment": "places/nights", "title": "Nights"},
        {"change": "launch-mission", "mission": "quiet", "title": "Quiet nights"},
        {"change": "add-mission", "mission": "quiet", "segments": ["places/nights"]},
    )
    decide(ledger, MOVE, effective="2026-07-01", reference="moved")
    return ledger


def test_a_moved_objective_keeps_its_id_and_is_shown_with_the_mission_that_it_belongs_to(
    moved: Ledger, tmp_path: Path
) -> None:
    with Views(moved, tmp_path) as views:
        known = moved.head().position
        for day, owner, other in (("2026-06-30", "sleep", "quiet"), ("2026-07-01", "quiet", "sleep")):
            structure = views.structure(day_of(day), known)
            told = {
                one["id"]: [part["id"] for part in one.get("objectives", ())] for one in shown(structure)["missions"]
            }
            assert (told[owner], told[other]) == (["sleep/hours"], [])
            record = record_at(views, known, day_of(day))
            assert [one.id for one in objectives(record, day_of(day), owner)] == ["sleep/hours"]
            assert objectives(record, day_of(day), other) == []
            found = snapshot(views, day_of(day), views.ledger.known())
            (table,) = (one for one in tables(found) if one.name == "objectives")
            (line,) = table.lines
            assert line[[column.name for column in table.columns].index("mission")] == owner
        assert "moved" in [one["decision"]["reference"] for one in history(views, "quiet", known)]
        assert list(views.check()) == []


def test_figures_count_a_moved_objective_with_the_cluster_of_the_mission_that_it_belonged_to(
    moved: Ledger, tmp_path: Path
) -> None:
    with Views(moved, tmp_path) as views:
        record = record_at(views, moved.head().position, DAY)
        move, apart = day_of("2026-07-01"), ("care", "places")
        of = {name: dict(parts(record, "objective", name)) for name in apart}
        assert of["care"] == {"sleep/hours": [(day_of("2026-04-01"), move)]}
        assert of["places"] == {"sleep/hours": [(move, FOREVER)]}
        plain = in_memory(views, moved.head().position, DAY)
        assert {name: dict(parts(within(plain, name), "objective", name)) for name in apart} == of
        before, after = Window(day_of("2026-04-01"), move), Window(move, day_of("2027-01-01"))
        churn = metrics()["objective-churn"].compute
        assert churn(record, after, "care").value is None and churn(record, before, "places").value is None
        about = Concerning(record)
        assert (about.at("sleep/hours", move - 1), about.at("sleep/hours", move)) == (("care",), ("places",))


def test_an_objective_moves_to_a_live_mission_that_it_does_not_belong_to(moved: Ledger) -> None:
    assert rules(moved, MOVE, effective="2026-08-01") == ["changes-nothing"]
    assert rules(moved, {**MOVE, "to": "sleep"}, effective="2026-06-01") == ["changes-nothing"]
    assert rules(moved, {**MOVE, "to": "nowhere"}, effective="2026-08-01") == ["unknown-id"]
    decide(moved, {"change": "stop-mission", "mission": "sleep"}, effective="2026-09-01")
    assert rules(moved, {**MOVE, "to": "sleep"}, effective="2026-10-01") == ["reference-not-live"]


def test_a_moved_objective_that_was_withdrawn_returns_to_the_mission_that_it_was_moved_to(
    moved: Ledger, tmp_path: Path
) -> None:
    decide(moved, {"change": "withdraw-objective", "objective": "sleep/hours"}, effective="2026-08-01")
    decide(moved, {"change": "stop-mission", "mission": "sleep"}, effective="2026-09-01")
    back = {"change": "return-objective", "objective": "sleep/hours"}
    decide(moved, back, effective="2026-10-01", reference="back")
    with Views(moved, tmp_path) as views:
        structure = views.structure(DAY, moved.head().position)
        assert [one.id for one in structure.parts_of("quiet", "objective")] == ["sleep/hours"]
        assert list(views.check()) == []
    decide(moved, {"change": "withdraw-objective", "objective": "sleep/hours"}, effective="2026-11-01")
    decide(moved, {"change": "stop-mission", "mission": "quiet"}, effective="2026-12-01")
    assert rules(moved, back, effective="2026-12-31") == ["reference-not-live"]


# What is stated later


def stating(**parts: str) -> dict[str, Any]:
    return {"change": "state-objective", "objective": "sleep/hours", **parts}


def lacking(views: Views, day: str) -> set[str]:
    """What the notices of a day say is not stated of the objective."""
    found = [
        one for one in notices(views, day_of(day), views.ledger.head().position) if one.rule == "objective-incomplete"
    ]
    return {part for part in PARTS for one in found if part in one.found}


def test_what_was_not_stated_is_stated_later_and_holds_from_that_day(ledger: Ledger, tmp_path: Path) -> None:
    set_without(ledger, "unit", "direction", "baseline")
    decide(ledger, stating(unit="hours", direction="up"), effective="2026-06-01", reference="later")
    decide(ledger, stating(baseline="6"), effective="2026-07-01", reference="at last")
    with Views(ledger, tmp_path) as views:
        known = ledger.head().position
        told = {day: lacking(views, day) for day in ("2026-05-31", "2026-06-01", "2026-07-01")}
        assert told == {
            "2026-05-31": {"unit", "direction", "baseline"},
            "2026-06-01": {"baseline"},
            "2026-07-01": set(),
        }
        (one,) = objectives(record_at(views, known, DAY), DAY)
        assert (one.unit, one.direction, one.baseline, one.is_complete) == ("hours", "up", "6", True)
        assert list(views.check()) == []


def test_stating_nothing_of_an_objective_changes_nothing(ledger: Ledger) -> None:
    set_without(ledger, "unit")
    assert rules(ledger, stating()) == ["changes-nothing"]
