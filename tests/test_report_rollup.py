"""Rolling up: what worst, median and share make of the missions of a cluster, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.governing import constituted, decide, event_id, governed, structure

from ledger.application import Ledger
from projections.execution.rollup import Assessed, RolledUp, execution_of, latest, rolled_up

SCALES: dict[str, dict[str, Any]] = {
    "new/1": {"grades": ["off", "risk", "on", "done"]},
    "old/1": {"grades": ["red", "green"], "maps_to": {"new/1": {"green": "on"}}},
}


def rule(name: str, **more: str) -> dict[str, str]:
    return {"rule": name, "scale": "new/1", **more}


def grades(*found: str | None, scale: str = "new/1") -> list[Assessed]:
    return [Assessed(f"m{place}", "2026-01-01/2026-12-31", scale, grade) for place, grade in enumerate(found)]


@pytest.mark.parametrize(
    ("name", "found", "grade"),
    [
        ("worst", ("on", "risk", "done"), "risk"),
        ("median", ("on", "risk", "done"), "on"),
        ("median", ("on", "risk", "done", "done"), "on"),  # risk, on | done, done: the lower one of the middle
        ("median", ("off", "done"), "off"),
        ("worst", ("done",), "done"),
    ],
)
def test_a_grade_is_that_of_the_worst_or_of_the_middle_mission(name: str, found: tuple[str, ...], grade: str) -> None:
    assert rolled_up(rule(name), SCALES, grades(*found)).grade == grade
    assert rolled_up(rule(name), SCALES, grades(*reversed(found))).grade == grade


def test_a_share_counts_the_missions_at_or_above_a_grade() -> None:
    """off, on, on, done: three of four are at or above on."""
    found = rolled_up(rule("share", at_least="on"), SCALES, grades("off", "on", "on", "done"))
    assert (found.grade, found.share) == (None, 0.75)
    assert found.counted == (("m0", "off"), ("m1", "on"), ("m2", "on"), ("m3", "done"))


@pytest.mark.parametrize("name", ["worst", "median", "share"])
def test_without_a_grade_nothing_is_said_and_nothing_is_zero(name: str) -> None:
    assert rolled_up(rule(name, at_least="on"), SCALES, ()) == RolledUp(None, None, (), ())
    found = rolled_up(rule(name, at_least="on"), SCALES, grades(None))
    assert found == RolledUp(None, None, (), (("m0", "never assessed"),))


def test_a_grade_on_another_scale_counts_as_what_that_scale_says_it_means() -> None:
    found = rolled_up(rule("worst"), SCALES, [*grades("done"), Assessed("x", "", "old/1", "green")])
    assert found.grade == "on" and found.counted == (("x", "on"), ("m0", "done"))


def test_a_grade_that_means_nothing_on_the_scale_is_left_out_and_named() -> None:
    found = rolled_up(rule("worst"), SCALES, [*grades("done"), Assessed("x", "", "old/1", "red")])
    assert found.grade == "done"
    assert found.left_out == (("x", "assessed as red on old/1, which does not say what that means on new/1"),)


def assess(ledger: Ledger, period: str, grade: str, effective: str) -> Any:
    fields = {"change": "assess-mission", "mission": "sleep", "period": period, "scale": "new/1", "grade": grade}
    return decide(ledger, fields, effective=effective)


def rated(folder: Path) -> Ledger:
    ledger = governed(folder)
    decide(
        ledger,
        {"change": "define-scale", "scale": "new", "version": "1", "grades": ["off", "risk", "on", "done"]},
        {"change": "define-rollup", "rollup": "plain", "version": "1", "scale": "new/1", "rule": "worst"},
        effective="2026-01-01",
    )
    return ledger


def test_the_latest_assessment_counts_by_the_end_of_its_period(tmp_path: Path) -> None:
    with rated(tmp_path) as ledger:
        assess(ledger, "2026-01-01/2026-06-30", "risk", "2026-07-15")
        assess(ledger, "2026-01-01/2026-03-31", "done", "2026-08-01")  # said later, of an earlier time
        found = latest(structure(ledger, "2026-12-31").things["sleep"])
        assert (found.period, found.grade) == ("2026-01-01/2026-06-30", "risk")


def test_a_cluster_is_rolled_up_from_the_missions_affiliated_on_the_day(tmp_path: Path) -> None:
    with rated(tmp_path) as ledger:
        assess(ledger, "2026-01-01/2026-06-30", "risk", "2026-07-15")
        decide(ledger, {"change": "add-segment", "segment": "places/rest", "title": "Rest"}, effective="2026-09-01")
        move = {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["places/rest"]}
        decide(ledger, move, effective="2026-10-01")
        before, after = structure(ledger, "2026-09-30"), structure(ledger, "2026-10-01")
        assert execution_of(before, "care")["plain/1"].grade == "risk"
        assert execution_of(after, "care")["plain/1"] == RolledUp(None, None, (), ())
        assert execution_of(after, "places")["plain/1"].grade == "risk"


def test_a_correction_changes_the_figure_at_a_later_known_and_not_before(tmp_path: Path) -> None:
    with rated(tmp_path) as ledger:
        receipt = assess(ledger, "2026-01-01/2026-06-30", "risk", "2026-07-15")
        correct = {
            "change": "correct",
            "target": event_id(ledger, receipt),
            "data": {"grade": "on"},
            "because": "Typo.",
        }
        decide(ledger, correct, effective=None)
        then = structure(ledger, "2026-12-31", f"p{receipt.tree_size}")
        assert execution_of(then, "care")["plain/1"].grade == "risk"
        assert execution_of(structure(ledger, "2026-12-31"), "care")["plain/1"].grade == "on"


def test_without_a_declared_rule_nothing_is_rolled_up(tmp_path: Path) -> None:
    with constituted(tmp_path) as ledger:
        assert execution_of(structure(ledger, "2026-12-31"), "care") == {}
