"""Matrix coverage, mandates and reviews: each figure worked by hand, empty, and at two states of knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agility_records import figure, figure_of, live, part, record, row
from support.governing import decide, governed

from ledger.application import Ledger

# Segment c/a lives all of 2026 (365 days); mission m is affiliated with it from 1 July, 184 days.
HALF = (
    live("c", "2020"),
    live("c/a", "2020"),
    row("c/a", "cluster", "c", "2020"),
    live("m", "2026-01-01"),
    row("m", "segments:c/a", "full", "2026-07-01", by=7),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government: care/homes has a mission all year, care/work none."""
    with governed(tmp_path) as found:
        yield found


class TestCoverage:
    def test_by_hand(self) -> None:
        """184 covered of 365 segment-days; 181 days without a mission; 181 days of the mission without a segment."""
        found = record(*HALF)
        assert figure("matrix-coverage", found, "c").value == pytest.approx(184 / 365)
        assert figure("empty-segment-days", found, "c")[:3] == (181, 1, 365)
        assert figure("unaffiliated-mission-days", found)[:3] == (181, 1, 365)

    def test_two_missions_on_one_day_cover_it_once(self) -> None:
        found = record(*HALF, live("m2", "2026-01-01"), row("m2", "segments:c/a", "partial", "2026-10-01"))
        assert figure("empty-segment-days", found).value == 181

    def test_a_segment_counts_for_a_cluster_only_while_it_is_of_it(self) -> None:
        """c/a is of c to the end of June: 181 days, none of them covered."""
        rows = [one for one in HALF if one.attribute != "cluster"]
        moved = (row("c/a", "cluster", "c", "2020", "2026-07-01"), row("c/a", "cluster", "c2", "2026-07-01"))
        found = record(*rows, *moved)
        assert figure("matrix-coverage", found, "c")[:3] == (0.0, 1, 181)
        assert figure("matrix-coverage", found, "c2")[:3] == (1.0, 1, 184)

    @pytest.mark.parametrize("name", ["matrix-coverage", "empty-segment-days", "unaffiliated-mission-days"])
    def test_nothing_live_is_no_figure_and_says_why(self, name: str) -> None:
        empty = figure(name, record())
        assert empty.value is None and "live" in empty.why_not

    def test_missions_without_a_segment_are_of_no_cluster(self) -> None:
        assert "none" in figure("unaffiliated-mission-days", record(*HALF), "c").why_not

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        """Known later: from 1 July 2026, the mission was in care/work, too. 184 of 730 days more are covered."""
        before = ledger.head().position
        decide(ledger, {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]}, effective="2026-07-01")
        assert figure_of(ledger, tmp_path, "matrix-coverage", before).value == pytest.approx(365 / 730)
        assert figure_of(ledger, tmp_path, "matrix-coverage").value == pytest.approx((365 + 184) / 730)
        assert figure_of(ledger, tmp_path, "empty-segment-days", before).value == 365
        assert figure_of(ledger, tmp_path, "empty-segment-days").value == 181

    def test_an_affiliation_entered_in_error_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        before = ledger.head().position
        strike = {"change": "strike", "target": "mission:sleep@2", "because": "A slip."}
        accept = [{"rule": "mission-left-unaffiliated", "on": "sleep", "because": "It never was."}]
        decide(ledger, strike, effective=None, accept=accept)
        assert figure_of(ledger, tmp_path, "unaffiliated-mission-days", before).value == 0
        assert figure_of(ledger, tmp_path, "unaffiliated-mission-days").value == 365


MANDATE = part(
    "mandate",
    live("c/live", "2026-01-01"),
    row("c/live", "segments", ("c/a",), "2026-01-01"),
    row("c/live", "missions", ("m",), "2026-03-01", by=9),
)


class TestMandates:
    def test_carried_out_by_hand(self) -> None:
        """From 1 March a mission is assigned: 306 of 365 mandate-days."""
        found = figure("mandates-carried-out", record(*HALF, *MANDATE), "c")
        assert (found.value, found.out_of, found.events) == (pytest.approx(306 / 365), 365, (9,))

    def test_misaligned_by_hand(self) -> None:
        """On 31 December the mission is affiliated with c/a, the mandate's segment; on 30 June it is not."""
        found = record(*HALF, *MANDATE)
        assert figure("mandates-misaligned", found, "c")[:3] == (0.0, 1, 1)
        rows = [one for one in HALF if not one.attribute.startswith("segments")]
        assert figure("mandates-misaligned", record(*rows, *MANDATE)).events == (9,)

    @pytest.mark.parametrize("name", ["mandates-carried-out", "mandates-misaligned"])
    def test_no_mandate_is_no_figure(self, name: str) -> None:
        assert figure(name, record(*HALF), "c").value is None

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        mandate = {"change": "issue-mandate", "mandate": "care/live-longer", "text": "Live longer."}
        assign = {"change": "assign-mandate", "mandate": "care/live-longer"}
        decide(ledger, mandate, {**assign, "segments": ["care/work"]}, effective="2026-01-01")
        before = ledger.head().position
        decide(ledger, {**assign, "missions": ["sleep"]}, effective="2026-01-01")
        assert figure_of(ledger, tmp_path, "mandates-carried-out", before).value == 0
        assert figure_of(ledger, tmp_path, "mandates-carried-out").value == 1
        assert figure_of(ledger, tmp_path, "mandates-misaligned", before).value is None
        assert figure_of(ledger, tmp_path, "mandates-misaligned").value == 1


class TestReviews:
    def test_time_since_by_hand(self) -> None:
        """Reviewed on 1 December 2026: 31 days before the end of the window."""
        found = record(*HALF, row("c", "reviewed_on", "2026-12-01", "2026-12-01", by=5))
        assert figure("time-since-matrix-review", found, "c")[:4] == (31, 1, 1, (5,))

    def test_kept_by_hand(self) -> None:
        """Two reviews were due in 2026: one held on its day, one never."""
        promises = (
            row("c", "next_review_on", "2026-03-01", "2025", "2026-03-01", by=1),
            row("c", "reviewed_on", "2026-03-01", "2026-03-01", by=2),
            row("c", "next_review_on", "2026-09-01", "2026-03-01", by=2),
        )
        found = figure("reviews-kept", record(*HALF, *promises), "c")
        assert (found.value, found.n, found.events) == (0.5, 2, (1, 2))

    def test_a_promise_taken_back_before_it_was_due_is_not_counted(self) -> None:
        promise = row("c", "next_review_on", "2026-09-01", "2026-03-01", "2026-08-01")
        assert figure("reviews-kept", record(*HALF, promise), "c").value is None

    @pytest.mark.parametrize("name", ["time-since-matrix-review", "reviews-kept"])
    def test_no_review_is_no_figure(self, name: str) -> None:
        assert figure(name, record(*HALF), "c").value is None

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        review = {"change": "review-matrix", "next_review_on": "2026-06-01"}
        decide(ledger, review, effective="2026-02-01")
        before = ledger.head().position
        decide(ledger, {"change": "review-matrix"}, effective="2026-05-31")
        assert figure_of(ledger, tmp_path, "reviews-kept", before).value == 0
        assert figure_of(ledger, tmp_path, "reviews-kept").value == 1
        assert figure_of(ledger, tmp_path, "time-since-matrix-review", before).value == 334
        assert figure_of(ledger, tmp_path, "time-since-matrix-review").value == 215
