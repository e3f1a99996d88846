"""The three invented years of the demonstration: a structure that moves more each year, measured by what stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.demonstrations import demonstration

from ledger.timeline import day_of
from projections.agility.query import figures, metrics
from projections.agility.reading import record_at
from projections.agility.record import KnownRecord
from projections.agility.windows import windows
from projections.answers.notices import notices
from projections.views.read_model import Views

FIRST, LAST = day_of("2024-01-01"), day_of("2026-10-31")


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    folder: Path = tmp_path_factory.mktemp("years")
    with demonstration(folder / "demo.ledger") as ledger, Views(ledger, folder) as found:
        found.catch_up()
        yield found


@pytest.fixture(scope="module")
def record(views: Views) -> KnownRecord:
    return record_at(views, views.ledger.head().position, LAST)


def by_year(record: KnownRecord, metric: str) -> list[float | None]:
    found = figures(record, [metrics()[metric]], windows(FIRST, LAST, "year"), ["wellbeing"])
    return [None if one.figure.value is None else round(one.figure.value, 3) for one in found]


def test_the_structure_moves_more_each_year_under_a_title_that_stays(record: KnownRecord) -> None:
    events, covered = by_year(record, "restructuring-events"), by_year(record, "matrix-coverage")
    assert None not in events and events == sorted(set(events), key=lambda value: value or 0)
    assert covered[-1] == 1 and covered == sorted(covered, key=lambda value: value or 0)
    assert by_year(record, "title-breadth") == [4, 5, 7]
    assert by_year(record, "changes-per-retitling") == [2, None, None]


def test_signals_are_answered_sooner_each_year(record: KnownRecord) -> None:
    assert by_year(record, "response-time") == [172, 63, 14]


def test_one_change_is_taken_back_and_only_in_the_third_year(record: KnownRecord) -> None:
    assert by_year(record, "reversal-rate") == [0, 0, round(1 / 12, 3)]


def test_measurement_holds_still_but_for_one_definition_one_new_objective_and_one_late_answer(
    record: KnownRecord,
) -> None:
    assert by_year(record, "definition-drift") == [0, 0.333, 0]
    assert by_year(record, "comparable-assessments") == [None, 0.75, 1]
    assert by_year(record, "objective-churn") == [0, 0.268, 0]
    assert by_year(record, "targets-eased") == [None, 0, None]
    assert by_year(record, "recommendations-answered") == [None, 0.5, 1]
    assert by_year(record, "reviews-kept") == [1, 1, 1]
    assert by_year(record, "assessments-overdue") == by_year(record, "short-horizons") == [0, 0, 0]


def test_nothing_of_the_cluster_is_left_behind_at_the_end(views: Views) -> None:
    known = views.ledger.head().position
    warnings = {one.id for one in notices(views, LAST, known) if one.severity == "warning"}
    assert not {id_ for id_ in warnings if id_.startswith(("wellbeing", "living-places"))}
