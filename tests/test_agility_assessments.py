"""Assessments and recommendations: each figure worked by hand, empty, and at two states of knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.agility_records import YEAR, figure, figure_of, live, part, record, row
from support.governing import decide, governed
from support.measures import ASSESS, HOURS, REDEFINE, SCALE, SET

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.agility.figures import Window

MISSION = (
    live("c", "2020"),
    live("c/a", "2020"),
    row("c/a", "cluster", "c", "2020"),
    live("m", "2020", by=1),
    row("m", "segments:c/a", "full", "2020"),
    live("m/o", "2020"),
    row("m/o", "definition_version", 1, "2020", "2026-01-01"),
    row("m/o", "baseline", "6", "2020"),
)


def assessment(year: int, *, scale: str = "s/1", grade: str = "good", by: int, **graded: str) -> Any:
    """An assessment of mission m for a year, made in the January after it."""
    period = f"{year}-01-01/{year}-12-31"
    said: dict[str, Any] = {"period": period, "scale": scale, "grade": grade}
    if graded:
        said["objectives"] = {f"m/{name}": value for name, value in graded.items()}
    return row("m", f"assessments:{period} {scale}", said, f"{year + 1}-01-31", by=by)


def version_2_from(start: str) -> Any:
    return row("m/o", "definition_version", 2, start)


def breaks(*rows: Any) -> list[str]:
    """The kinds of break in 2026 against 2025."""
    found = figure("comparable-assessments", record(*MISSION, *rows), "c")
    return [name.removeprefix("breaks of ") for name, count in found.detail if count]


class TestComparableAssessments:
    def test_by_hand(self) -> None:
        """2025 and 2026 by one scale and definition: one of one pair is comparable."""
        still = row("m/o", "definition_version", 1, "2026-01-01")
        rows = (assessment(2025, by=5, o="good"), assessment(2026, by=6, o="good"), still)
        found = figure("comparable-assessments", record(*MISSION, *rows), "c")
        assert (found.value, found.n, found.out_of, found.events) == (1.0, 1, 1, (6,))
        assert breaks(*rows) == []

    def test_a_definition_that_changed_between_the_two_breaks_the_line(self) -> None:
        rows = (assessment(2025, by=5, o="good"), assessment(2026, by=6, o="good"), version_2_from("2026-01-01"))
        assert figure("comparable-assessments", record(*MISSION, *rows), "c").value == 0
        assert breaks(*rows) == ["definition"]

    def test_a_baseline_that_changed_breaks_the_line(self) -> None:
        rows = [one for one in MISSION if one.attribute != "baseline"]
        moved = (row("m/o", "baseline", "6", "2020", "2026"), row("m/o", "baseline", "7", "2026"))
        still = row("m/o", "definition_version", 1, "2026-01-01")
        said = (assessment(2025, by=5, o="good"), assessment(2026, by=6, o="good"))
        found = figure("comparable-assessments", record(*rows, *moved, still, *said), "c")
        assert dict(found.detail)["breaks of baseline"] == 1

    def test_other_objectives_break_the_identity_and_not_the_content(self) -> None:
        assert breaks(assessment(2025, by=5, o="good"), assessment(2026, by=6)) == ["objectives"]

    def test_another_scale_breaks_the_line_unless_a_mapping_is_declared(self) -> None:
        rows = (assessment(2025, by=5), assessment(2026, by=6, scale="s/2"))
        assert breaks(*rows) == ["scale"]
        mapped = {"grades": ["bad", "good"], "maps_to": {"s/1": {"good": "good"}}}
        assert breaks(*rows, row("government", "scales:s/2", mapped, "2026")) == []

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        first = {**ASSESS, "objectives": {HOURS: "ahead"}}
        second = {**first, "period": "2027-01-01/2027-12-31"}
        decide(ledger, {**first, "effective": "2027-01-31"}, {**second, "effective": "2028-01-31"})
        before = ledger.head().position
        decide(ledger, REDEFINE, effective="2027-06-01")
        window = Window(day_of("2027-01-01"), day_of("2028-01-01"))
        assert figure_of(ledger, tmp_path, "comparable-assessments", before, window).value == 1
        assert figure_of(ledger, tmp_path, "comparable-assessments", None, window).value == 0


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with an objective and a scale from 2026-02-01."""
    with governed(tmp_path) as found:
        decide(found, SET, SCALE, effective="2026-02-01", reference="measures")
        yield found


class TestKeptUp:
    def test_overdue_by_hand(self) -> None:
        """m was last assessed for 2023, 1,096 days before the end of 2026; m2 began in 2026. One of two is overdue."""
        other = (live("m2", "2026-01-01", by=2), row("m2", "segments:c/a", "full", "2026"))
        found = figure("assessments-overdue", record(*MISSION, *other, assessment(2023, by=5)), "c")
        assert found[:4] == (0.5, 1, 2, (1,))

    def test_recommendations_by_hand(self) -> None:
        """Two were due in 2026: one answered on the day, one a day late; one due in 2027 is not counted."""
        found = record(
            *MISSION,
            *part("recommendation", live("m/r1", "2025"), row("m/r1", "due_on", "2026-06-30", "2025", by=1)),
            *part("recommendation", row("m/r1", "answer", "accepted", "2026-06-30", by=7)),
            *part("recommendation", live("m/r2", "2025"), row("m/r2", "due_on", "2026-06-30", "2025", by=2)),
            *part("recommendation", row("m/r2", "answer", "accepted", "2026-07-01", by=8)),
            *part("recommendation", live("m/r3", "2025"), row("m/r3", "due_on", "2027-06-30", "2025", by=3)),
        )
        assert figure("recommendations-answered", found, "c")[:4] == (0.5, 1, 2, (2, 7))

    @pytest.mark.parametrize("name", ["comparable-assessments", "assessments-overdue", "recommendations-answered"])
    def test_where_nothing_is_assessed_there_is_no_figure(self, name: str) -> None:
        empty = figure(name, record(live("c", "2020")), "c")
        assert empty.value is None and empty.why_not

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        asked = {**ASSESS, "recommendations": [{"id": "sleep/r1", "text": "Go on.", "due_on": "2027-06-30"}]}
        decide(ledger, asked, effective="2027-01-31")
        before = ledger.head().position
        decide(
            ledger,
            {"change": "answer-recommendation", "recommendation": "sleep/r1", "answer": "accepted"},
            effective="2027-06-01",
        )
        window = Window(day_of("2027-01-01"), day_of("2028-12-31"))
        assert figure_of(ledger, tmp_path, "recommendations-answered", before, window).value == 0
        assert figure_of(ledger, tmp_path, "recommendations-answered", None, window).value == 1
        assert figure_of(ledger, tmp_path, "assessments-overdue", None, window).value == 0
        assert figure_of(ledger, tmp_path, "assessments-overdue", before - 1, window).value == 1
        assert figure_of(ledger, tmp_path, "assessments-overdue", None, YEAR).value == 0
