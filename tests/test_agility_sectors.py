"""Sectors, lead bodies and expertise: each figure worked by hand, empty, and at two states of knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.agility_records import figure, figure_of, live, record, row
from support.governing import decide, governed

from ledger.application import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, without a sector code."""
    with governed(tmp_path) as found:
        yield found


def segment(id_: str, *codes: str) -> list[object]:
    coded = [row(id_, "sectors", codes, "2020", by=int(codes[0][:2]))] if codes else []
    return [live(id_, "2020"), row(id_, "cluster", "c", "2020"), *coded]


# Three segments: one in division 07, one in 07 and 08, one unclassified.
THREE = record(live("c", "2020"), *segment("c/a", "07.2", "07.4"), *segment("c/b", "08.1", "07.1"), *segment("c/n"))


class TestSectors:
    def test_boundness_by_hand(self) -> None:
        """One of two classified segments lies in one division; one is unclassified, shown and not dropped."""
        found = figure("sector-boundness", THREE, "c")
        assert (found.value, found.n, found.out_of, found.detail) == (0.5, 3, 2, (("unclassified", 1.0),))
        assert found.events == (7, 8)

    def test_entropy_by_hand(self) -> None:
        """07 has 1 + 1/2 of 2, 08 has 1/2 of 2: -(0.75 log2 0.75 + 0.25 log2 0.25) = 0.8113 bits."""
        found = figure("sector-entropy", THREE, "c")
        assert found.value == pytest.approx(0.8113, abs=5e-5)
        assert found.detail == (("07", 0.75), ("08", 0.25), ("unclassified", 1.0))

    def test_entropy_is_the_same_in_whatever_order_segments_are_met(self) -> None:
        """Each of ten segments counts 1 in all, over however many divisions it reaches."""
        parts = [
            segment(f"c/{name}", *(f"{code:02}.1" for code in range(1, 2 + number)))
            for number, name in enumerate("abcdefghij")
        ]
        found = [
            figure("sector-entropy", record(live("c", "2020"), *(row for part in order for row in part)), "c")
            for order in (parts, parts[::-1], parts[5:] + parts[:5])
        ]
        assert {one.out_of for one in found} == {10}
        assert len({(one.value, one.detail) for one in found}) == 1

    def test_the_codes_of_its_missions_go_before_a_segment_s_own(self) -> None:
        mission = (live("m", "2020"), row("m", "segments:c/a", "full", "2020"), row("m", "sectors", ("04.5",), "2020"))
        found = figure("sector-entropy", record(*THREE.held, *mission), "c")
        assert [name for name, _ in found.detail] == ["04", "07", "08", "unclassified"]

    @pytest.mark.parametrize("name", ["sector-boundness", "sector-entropy"])
    def test_without_a_code_there_is_no_figure_and_the_unclassified_are_shown(self, name: str) -> None:
        found = figure(name, record(live("c", "2020"), *segment("c/n")), "c")
        assert found.value is None and found.detail == (("unclassified", 1.0),)

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        decide(ledger, {"change": "rescope-segment", "segment": "care/homes", "sectors": ["06.1"]}, effective="2026-02")
        before = ledger.head().position
        fixed = {
            "change": "correct",
            "target": f"p{before}",
            "data": {"sectors": ["06.1", "10.2"]},
            "because": "A slip.",
        }
        decide(ledger, fixed, effective=None)
        assert figure_of(ledger, tmp_path, "sector-boundness", before).value == 1
        assert figure_of(ledger, tmp_path, "sector-boundness").value == 0
        assert figure_of(ledger, tmp_path, "sector-entropy", before).value == 0
        assert figure_of(ledger, tmp_path, "sector-entropy").value == 1


def mission(id_: str, segment_id: str, lead: str | None = None) -> list[object]:
    led = [row(id_, "lead", lead, "2020", by=3)] if lead else []
    return [live(id_, "2020"), row(id_, f"segments:{segment_id}", "full", "2020"), *led]


class TestBreadth:
    MISSIONS = (*mission("m1", "c/a", "Ministry A"), *mission("m2", "c/a", "Ministry B"), *mission("m3", "c/b"))

    def test_lead_bodies_by_hand(self) -> None:
        """Two bodies lead missions of cluster c; the third mission states none."""
        assert figure("lead-bodies", record(*THREE.held, *self.MISSIONS), "c")[:3] == (2.0, 2, 1)

    def test_expertise_links_by_hand(self) -> None:
        """m1 of cluster c draws on c2 and on its own c: one link of two draws."""
        draws = (row("m1", "draws:c2/data", True, "2020", by=5), row("m1", "draws:c/care", True, "2020", by=6))
        found = figure("expertise-links", record(*THREE.held, *self.MISSIONS, live("c2", "2020"), *draws), "c")
        assert (found.value, found.out_of, found.events) == (1, 2, (5,))

    def test_no_draw_is_a_figure_of_none_and_no_mission_is_no_figure(self) -> None:
        assert figure("expertise-links", record(*THREE.held, *self.MISSIONS)).value == 0
        assert figure("expertise-links", THREE).value is None
        assert figure("lead-bodies", THREE).value is None

    def test_at_two_states_of_knowledge(self, ledger: Ledger, tmp_path: Path) -> None:
        before = ledger.head().position
        decide(
            ledger,
            {"change": "rescope-mission", "mission": "sleep", "lead": "Ministry of Rest"},
            {"change": "offer-expertise", "cluster": "places", "field": "quiet"},
            {"change": "draw-expertise", "mission": "sleep", "cluster": "places", "field": "quiet"},
            effective="2026-03-01",
        )
        assert figure_of(ledger, tmp_path, "lead-bodies", before).value is None
        assert figure_of(ledger, tmp_path, "lead-bodies").value == 1
        assert figure_of(ledger, tmp_path, "expertise-links", before).value == 0
        assert figure_of(ledger, tmp_path, "expertise-links").value == 1
