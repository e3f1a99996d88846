"""Restatement: the same things on the same days, counted under several structures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Desk, refused
from support.governing import decide, governed
from support.plain import named_counts as restated_fields

from commands.read.restatement import counted_days
from ledger.application import Ledger
from ledger.timeline import day_of, iso
from projections.answers.restatement import restated
from projections.views.read_model import Views

NAMES = ("then", "now")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government; in 2027 segment care/homes, with its mission, goes to cluster places."""
    with governed(tmp_path) as found:
        move = {"change": "transfer-segment", "segment": "care/homes", "to": "places"}
        decide(found, move, effective="2027-01-01", reference="MOVE")
        yield found


def series(ledger: Ledger, folder: Path, kind: str, *days: str, known: int | None = None) -> list[dict[str, Any]]:
    """The counts on days, then and under the structure of 2028."""
    with Views(ledger, folder) as views:
        position = ledger.head().position if known is None else known
        rows = restated(views, kind, [day_of(day) for day in days], [None, day_of("2028-01-01")], position)
        return restated_fields(views, rows, NAMES)


def counts(found: list[dict[str, Any]]) -> dict[tuple[str, str | None], tuple[int, ...]]:
    assert all(count["least"] == count["most"] for row in found for count in row["counts"].values())
    return {(row["date"], row["cluster"]): tuple(count["most"] for count in row["counts"].values()) for row in found}


def test_missions_are_counted_where_they_were_and_where_they_are_now(ledger: Ledger, tmp_path: Path) -> None:
    found = series(ledger, tmp_path, "mission", "2026-06-01", "2027-06-01")
    assert counts(found) == {
        ("2026-06-01", "care"): (1, 0),
        ("2026-06-01", "places"): (0, 1),
        ("2027-06-01", "places"): (1, 1),
    }


def test_the_decision_that_explains_the_gap_is_named_and_none_where_there_is_no_gap(
    ledger: Ledger, tmp_path: Path
) -> None:
    found = series(ledger, tmp_path, "segment", "2026-06-01", "2027-06-01")
    assert "MOVE" in [decision["reference"] for decision in found[0]["decisions"]]
    assert [row["decisions"] for row in found if row["date"] == "2027-06-01"] == [[], []]


def test_what_a_structure_does_not_hold_is_shown_and_not_dropped(ledger: Ledger, tmp_path: Path) -> None:
    decide(ledger, {"change": "stop-mission", "mission": "sleep"}, effective="2027-07-01")
    assert counts(series(ledger, tmp_path, "mission", "2026-06-01")) == {
        ("2026-06-01", None): (0, 1),
        ("2026-06-01", "care"): (1, 0),
    }


def test_the_sum_over_clusters_is_the_same_under_every_structure_where_membership_is_single(
    ledger: Ledger, tmp_path: Path
) -> None:
    rows = series(ledger, tmp_path, "segment", "2026-06-01", "2027-06-01")
    for name in NAMES:
        assert sum(row["counts"][name]["most"] for row in rows) == 4


def test_what_was_known_earlier_is_restated_as_it_was_known(ledger: Ledger, tmp_path: Path) -> None:
    before = ledger.head().position - 1
    assert counts(series(ledger, tmp_path, "mission", "2026-06-01", known=before)) == {("2026-06-01", "care"): (1, 1)}


def test_on_a_day_without_anything_there_is_no_row(ledger: Ledger, tmp_path: Path) -> None:
    assert series(ledger, tmp_path, "mission", "2020-01-01") == []


@pytest.mark.parametrize(
    ("first", "last", "months", "days"),
    [
        ("2026-01-31", "2026-04-30", 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-02-29", "2026-02-28", 12, ["2024-02-29", "2025-02-28", "2026-02-28"]),
        ("2026-01-01", "2026-01-01", 3, ["2026-01-01"]),
        ("9999-06-01", "9999-12-31", 12, ["9999-06-01"]),
    ],
)
def test_days_are_counted_by_the_calendar(first: str, last: str, months: int, days: list[str]) -> None:
    assert [iso(day) for day in counted_days(day_of(first), day_of(last), months)] == days


def test_the_command_prints_structures_side_by_side(desk: Desk) -> None:
    desk.record()
    found = desk.json(
        "restate",
        "missions",
        "--from",
        "2026-04-01",
        "--to",
        "2027-04-01",
        "--structure",
        "then",
        "--structure",
        "2026-03-01",
    )["series"]
    assert [(row["date"], row["cluster"], *row["counts"].values()) for row in found] == [
        ("2026-04-01", None, {"least": 0, "most": 0}, {"least": 1, "most": 1}),
        ("2026-04-01", "wellbeing", {"least": 1, "most": 1}, {"least": 0, "most": 0}),
        ("2027-04-01", None, {"least": 0, "most": 0}, {"least": 1, "most": 1}),
        ("2027-04-01", "wellbeing", {"least": 1, "most": 1}, {"least": 0, "most": 0}),
    ]


def test_days_that_cannot_be_counted_on_are_refused_in_words(desk: Desk) -> None:
    refused(desk.run("restate", "missions", "--from", "2027-01-01", "--to", "2026-01-01"), "no day to count on")
    refused(desk.run("restate", "missions", "--from", "..", "--to", "2026-01-01"), "no day to count on")
    refused(desk.run("restate", "missions", "--from", "1000-01-01", "--by", "month"), "More than 1000")
    refused(desk.run("restate", "missions", "--from", "2026", "--structure", "later"), '"later" is not a date', code=2)
