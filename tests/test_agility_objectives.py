"""Objectives and horizons: each figure worked by hand, empty, and at two states of knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agility_records import figure, figure_of, live, record, row
from support.governing import decide, governed
from support.measures import HOURS, REDEFINE, SET

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.agility.figures import Window

CLUSTER = (live("c", "2020"), live("c/a", "2020"), row("c/a", "cluster", "c", "2020"))
MISSION = (*CLUSTER, live("m", "2020"), row("m", "segments:c/a", "full", "2020"))
ALL = ("definition-drift", "objective-churn", "objective-moves", "targets-eased", "horizon-length", "short-horizons")


def objective(id_: str, start: str, end: str | None = None, *, by: int = 1) -> list[object]:
    """An objective with a target of 10 due at the end of 2026."""
    return [
        live(id_, start, end, by=by),
        row(id_, "definition_version", 1, start, "2026-07-01", by=by),
        row(id_, "definition_version", 2, "2026-07-01", end, by=by + 10),
        row(id_, "direction", "up", start, end, by=by),
    ]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with an objective from 2026-02-01 that is due at the end of 2028."""
    with governed(tmp_path) as found:
        decide(found, SET, effective="2026-02-01", reference="measures")
        yield found


def test_without_objectives_and_horizons_there_is_no_figure_and_each_says_why() -> None:
    for name in ALL:
        empty = figure(name, record(*MISSION), "c")
        assert empty.value is None and empty.why_not


class TestDefinitions:
    def test_drift_by_hand(self) -> None:
        """One of two objectives was redefined in 2026."""
        still = [live("m/still", "2025"), row("m/still", "definition_version", 1, "2025")]
        found = figure("definition-drift", record(*MISSION, *objective("m/o", "2025"), *still), "c")
        assert (found.value, found.n, found.out_of, found.events) == (0.5, 1, 2, (11,))

    def test_an_objective_that_is_new_or_gone_at_one_end_of_the_window_dilutes_nothing(self) -> None:
        still = [live("m/still", "2025"), row("m/still", "definition_version", 1, "2025")]
        there = [*MISSION, *objective("m/o", "2025"), *still]
        new = [live("m/new", "2026-05-01"), row("m/new", "definition_version", 1, "2026-05-01")]
        gone = [live("m/gone", "2025", "2026-05-01"), row("m/gone", "definition_version", 1, "2025", "2026-05-01")]
        for more in ([], new, gone, [*new, *gone]):
            found = figure("definition-drift", record(*there, *more), "c")
            assert (found.value, found.n, found.out_of) == (0.5, 1, 2)

    def test_where_most_objectives_are_others_on_the_last_day_there_is_a_break_and_no_steady_year(self) -> None:
        old = [live(f"m/old-{n}", "2025", "2026-05-01") for n in range(3)]
        new = [live(f"m/new-{n}", "2026-05-01") for n in range(3)]
        kept = live("m/kept", "2025")
        found = figure("definition-drift", record(*MISSION, kept, *old, *new), "c")
        assert found.value is None
        assert found.why_not == "a break: of 4 objectives on the first day and 4 on the last, 1 is the same"
        half = figure("definition-drift", record(*MISSION, kept, live("m/kept-2", "2025"), *old[:2], *new[:2]), "c")
        assert (half.value, half.out_of) == (0, 2)

    def test_churn_by_hand(self) -> None:
        """Set on 1 January 2026 and withdrawn on 2 July, 182 days later: 2 events in 182/365.25 objective-years."""
        found = figure("objective-churn", record(*MISSION, *objective("m/o", "2026-01-01", "2026-07-02")), "c")
        assert found.value == pytest.approx(2 / (182 / 365.25))
        assert found.events == (1, 2)

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        before = ledger.head().position
        decide(ledger, REDEFINE, effective="2026-06-01")
        assert "first day" in figure_of(ledger, tmp_path, "definition-drift", before).why_not
        spring = Window(day_of("2026-02-01"), day_of("2027-01-01"))
        assert figure_of(ledger, tmp_path, "definition-drift", before, window=spring).value == 0
        assert figure_of(ledger, tmp_path, "definition-drift", window=spring).value == 1
        assert figure_of(ledger, tmp_path, "objective-churn", before - 1).value is None
        assert figure_of(ledger, tmp_path, "objective-churn").value == pytest.approx(365.25 / 334)


TARGETS = (
    row("m/o", "target", "10", "2025", "2026-11-01", by=1),
    row("m/o", "target", "8", "2026-11-01", by=20),
    row("m/o", "due_on", "2026-12-31", "2025", "2026-03-01", by=1),
    row("m/o", "due_on", "2027-06-30", "2026-03-01", "2026-12-01", by=21),
    row("m/o", "due_on", "2026-12-31", "2026-12-01", by=22),
)


class TestTargets:
    def test_moves_by_hand(self) -> None:
        """Three events moved the target or its day in one objective-year of 365 days."""
        found = figure("objective-moves", record(*MISSION, *objective("m/o", "2025"), *TARGETS), "c")
        assert found.value == pytest.approx(3 / (365 / 365.25))
        assert found.events == (20, 21, 22)

    def test_eased_by_hand(self) -> None:
        """None of three moves was within 180 days; 10 to 8 came 241 days before the day, one within 250."""
        rows = (*MISSION, *objective("m/o", "2025"), *TARGETS)
        assert figure("targets-eased", record(*rows), "c")[:3] == (0.0, 0, 3)
        assert figure("targets-eased", record(*rows, target_notice_days=250), "c")[:3] == (pytest.approx(1 / 3), 1, 3)

    def test_put_off_shortly_before_it_is_due_is_eased_and_drawn_nearer_is_not(self) -> None:
        found = figure("targets-eased", record(*MISSION, *objective("m/o", "2025"), *TARGETS, target_notice_days=400))
        assert (found.n, found.out_of) == (2, 3)

    def test_where_down_is_better_a_higher_target_is_easier(self) -> None:
        rows = [one for one in objective("m/o", "2025") if one.attribute != "direction"]
        rows.append(row("m/o", "direction", "down", "2025"))
        assert figure("targets-eased", record(*MISSION, *rows, *TARGETS, target_notice_days=250)).n == 0

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        before = ledger.head().position
        retarget = {"change": "retarget-objective", "objective": HOURS, "target": "7", "due_on": "2026-12-31"}
        decide(ledger, retarget, effective="2026-06-01")
        assert figure_of(ledger, tmp_path, "objective-moves", before).value == 0
        assert figure_of(ledger, tmp_path, "objective-moves").value == pytest.approx(365.25 / 334)
        assert figure_of(ledger, tmp_path, "targets-eased", before).value is None
        assert figure_of(ledger, tmp_path, "targets-eased").value == 0


class TestHorizons:
    def test_by_hand(self) -> None:
        """Horizons of 100, 1,000 and 2,000 days: the median is 1,000, one of three is shorter than a year."""
        rows = []
        for name, days, by in (("m1", "2026-04-11", 1), ("m2", "2028-09-27", 2), ("m3", "2031-06-24", 3)):
            rows += [
                live(name, "2026-01-01"),
                row(name, "segments:c/a", "full", "2026"),
                row(name, "horizon_on", days, "2026", by=by),
            ]
        found = figure("horizon-length", record(*CLUSTER, *rows), "c")
        assert (found.value, found.n, found.detail) == (1000, 3, (("lower quartile", 550), ("upper quartile", 1500)))
        assert figure("short-horizons", record(*CLUSTER, *rows), "c")[:4] == (pytest.approx(1 / 3), 1, 3, (1,))

    def test_a_mission_without_a_stated_start_has_no_length(self) -> None:
        rows = (live("m", ".."), row("m", "horizon_on", "2030", "2026"))
        assert figure("horizon-length", record(*rows)).value is None

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        before = ledger.head().position
        decide(
            ledger,
            {"change": "reschedule-mission", "mission": "sleep", "horizon_on": "2028-01-01"},
            effective="2026-03-01",
        )
        assert figure_of(ledger, tmp_path, "horizon-length", before).value is None
        assert figure_of(ledger, tmp_path, "horizon-length").value == 730
        assert figure_of(ledger, tmp_path, "short-horizons", before).value is None
        assert figure_of(ledger, tmp_path, "short-horizons").value == 0
