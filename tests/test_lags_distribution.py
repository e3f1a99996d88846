"""Lags: what was recorded late, in advance or retroactively, and how all lags are distributed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from governing import constituted, document
from hypothesis import given
from hypothesis import strategies as st
from two_times_example import Hands, recorded

from ledger.application import Ledger, import_register
from ledger.errors import InputError
from ledger.events.envelope import Recorder
from ledger.timeline import day_of
from projections.explained import Point, differences
from projections.lags import distribution, lags
from projections.views import Views

DAY = day_of("2026-07-01")


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    """The example of docs/two-times.md."""
    with recorded(tmp_path) as ledger, Views(ledger, tmp_path) as found:
        yield found


def told(views: Views, known: int = 5, **options: Any) -> dict[str, Any]:
    return lags(views, DAY, known, **options)


def kinds(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["decision"]["reference"]: one["kinds"] for one in found["records"]}


def test_a_paper_from_the_tray_is_late_and_retroactive_and_one_for_april_was_in_advance(views: Views) -> None:
    found = told(views)
    assert kinds(found) == {"CM-2026-14": ["in advance"], "CM-2026-09": ["late", "retroactive"]}
    (late,) = (one for one in found["records"] if "late" in one["kinds"])
    assert (late["days_from_decision"], late["days_from_effect"], late["retroactive_days"]) == (89, 94, 5)


def test_what_was_known_before_the_correction_measures_the_effect_that_was_known_then(views: Views) -> None:
    (now,) = (one for one in told(views)["records"] if one["decision"]["reference"] == "CM-2026-14")
    (before,) = (one for one in told(views, 4)["records"] if one["decision"]["reference"] == "CM-2026-14")
    assert (now["effective"], now["days_from_effect"]) == ("2026-05-01", -57)
    assert (before["effective"], before["days_from_effect"]) == ("2026-04-01", -27)


def test_lags_from_the_decision_and_from_its_effect_are_counted_apart(views: Views) -> None:
    found = told(views)
    assert (found["from_decision"]["n"], found["from_decision"]["not_stated"]) == (2, 3)
    assert (found["from_effect"]["n"], found["from_effect"]["not_stated"]) == (3, 2)
    assert [found["from_effect"][name] for name in ("min", "median", "max", "over")] == [-57, 11, 94, 1]


def test_the_setting_decides_what_is_late_unless_days_are_given(tmp_path: Path) -> None:
    change = {"change": "adopt-settings", "late_after_days": 5}
    documents = [document(change, effective="2026-01-01", reference="settings", decided_on="2026-01-01")]
    instants = ["2026-01-01T09:00:00+00:00", "2026-01-09T10:00:00+00:00"]
    with recorded(tmp_path, documents, instants) as ledger, Views(ledger, tmp_path) as views:
        assert (told(views, 2)["late_after_days"], kinds(told(views, 2))) == (5, {"settings": ["late"]})
        assert lags(views, day_of("2025-12-31"), 2)["late_after_days"] == 30
        assert kinds(told(views, 2, over=8)) == {} and kinds(told(views, 2, over=7)) == {"settings": ["late"]}


def test_only_what_was_recorded_in_a_period(views: Views) -> None:
    def references(**options: str) -> list[str]:
        found = told(views, **options, over=0)
        return [one["decision"]["reference"] for one in found["records"]]

    assert references(recorded_from="2026-05-20", recorded_to="2026-05-20") == ["CM-2026-09"]
    assert references(recorded_from="2026-05-21") == []
    assert references(recorded_to="2026-03-05") == ["CM-2026-03", "CM-2026-14"]
    assert references(recorded_from="p3", recorded_to="p4") == ["CM-2026-14", "CM-2026-09"]
    assert references(recorded_from="2026-05-20T10:00:00Z") == ["CM-2026-09"]
    assert references(recorded_from="2026-05-20T10:00:01Z") == []


def test_decisions_of_which_nothing_stands_are_left_out(tmp_path: Path) -> None:
    with constituted(tmp_path, Hands("2026-03-01T09:00:00+00:00")) as ledger, Views(ledger, tmp_path) as views:
        change = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
        receipt = ledger.record(document(change, effective="2020-01-01", reference="slip"))
        assert kinds(told(views, receipt.tree_size)) == {"slip": ["late"]}
        target = {"authority": "Council of Ministers", "reference": "slip"}
        strike = {"change": "strike", "target": target, "because": "A draft."}
        ledger.record(document(strike, effective=None, reference="strike"))
        assert kinds(told(views, ledger.head().position)) == {}


def test_a_day_that_is_not_stated_or_was_inferred_measures_nothing(tmp_path: Path) -> None:
    def imported(reference: str, effective: str, **more: str) -> dict[str, Any]:
        change = {"change": "establish-cluster", "cluster": reference, "title": "Care", **more}
        return {**document(change, effective=effective, reference=reference), "recorded_at": "2026-03-01T10:00:00Z"}

    given_ = [imported("a", ".."), imported("b", "2026-03-01", effective_basis="inferred"), imported("c", "2026-01-01")]
    import_register(
        tmp_path / "i.ledger", given_, government="Illyria", source="A list",
        recorder=Recorder(id="Registry", basis="configured"),
    )  # fmt: skip
    with Ledger.open(tmp_path / "i.ledger", read_only=True) as ledger, Views(ledger, tmp_path) as views:
        found = told(views, ledger.head().position)
        assert found["inferred"] == 1 and kinds(found) == {"c": ["late"]}
        days = {one.id: one.late_days for one in differences(views, Point(DAY, 1), Point(DAY, ledger.head().position))}
        assert days == {"a": None, "b": None, "c": 59}
        assert (found["from_effect"]["n"], found["from_effect"]["max"]) == (1, 59)


def test_a_ledger_without_a_decision_has_no_lags(views: Views) -> None:
    found = told(views, 0)
    assert (found["decisions"], found["records"]) == (0, [])
    assert found["from_effect"] == {
        "n": 0, "not_stated": 0, "min": None, "q1": None, "median": None, "q3": None, "max": None, "over": None,
        "share_over": None,
    }  # fmt: skip
    assert json.dumps(found)


def test_less_than_no_days_is_refused(views: Views) -> None:
    with pytest.raises(InputError, match="from 0 upwards"):
        told(views, over=-1)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30), st.integers(0, 100), st.integers(0, 5))
def test_a_distribution_is_that_of_its_days(days: list[int], over: int, unstated: int) -> None:
    found = distribution([*days, *[None] * unstated], over)
    assert (found["n"], found["not_stated"]) == (len(days), unstated)
    assert (found["min"], found["max"]) == (min(days), max(days))
    assert found["median"] == statistics.median_low(days)
    for name, share in (("q1", 0.25), ("q3", 0.75)):
        assert found[name] in days
        assert sum(day <= found[name] for day in days) >= share * len(days)
        assert sum(day < found[name] for day in days) < share * len(days)
    assert found["over"] == sum(day > over for day in days)
    assert found["share_over"] == round(found["over"] / len(days), 4)
