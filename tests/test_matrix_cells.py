"""The matrix: segments by missions on a day as known, with what is missing; and as text that fits the width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import constituted, decide, governed

from commands.terminal.grid import matrix_text
from ledger.application import Ledger
from ledger.errors import InputError
from ledger.timeline import day_of
from projections.answers.matrix import Matrix, matrix
from projections.fields import fields
from projections.views.read_model import Views

LATER = "2026-06-01"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government of `governing`, in which more is decided for 1 April 2026."""
    with governed(tmp_path) as found:
        decide(
            found,
            {"change": "add-segment", "segment": "places/streets", "title": "Streets"},
            {"change": "launch-mission", "mission": "walk", "title": "Walk to school"},
            {"change": "launch-mission", "mission": "stray", "title": "Nowhere yet"},
            {"change": "add-mission", "mission": "walk", "segments": ["places/streets"]},
            {"change": "add-mission", "mission": "walk", "segments": ["care/homes"], "extent": "partial"},
            {"change": "relate-segments", "segment": "places/streets", "other": "care/homes", "relation": "helps"},
            {"change": "issue-mandate", "mandate": "care/do", "text": "Longer lives"},
            {"change": "assign-mandate", "mandate": "care/do", "segments": ["care/homes"], "missions": ["sleep"]},
            {"change": "issue-mandate", "mandate": "government/all", "text": "Everywhere"},
            {"change": "assign-mandate", "mandate": "government/all", "segments": ["places/streets"]},
            {"change": "offer-expertise", "cluster": "places", "field": "design"},
            {"change": "offer-expertise", "cluster": "care", "field": "nursing"},
            {"change": "draw-expertise", "mission": "sleep", "cluster": "places", "field": "design"},
            {"change": "review-matrix", "cluster": "care", "conclusion": "More work.", "next_review_on": "2026-05-01"},
            reference="CM-2",
        )
        yield found


@pytest.fixture
def views(ledger: Ledger, tmp_path: Path) -> Iterator[Views]:
    with Views(ledger, tmp_path) as found:
        yield found


def answered(views: Views, cluster: str | None = None, day: str = LATER, known: int | None = None) -> Matrix:
    return matrix(views, day_of(day), views.ledger.head().position if known is None else known, cluster)


def so(views: Views, cluster: str | None = None, day: str = LATER, known: int | None = None) -> dict[str, Any]:
    return fields(answered(views, cluster, day, known))


def cells(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["segment"], one["mission"], one["extent"]) for one in found["cells"]}


def test_the_cells_of_a_cluster_are_the_affiliations_with_its_segments(views: Views) -> None:
    found = so(views, "care")
    assert [one["id"] for one in found["segments"]] == ["care/homes", "care/work"]
    assert [one["id"] for one in found["missions"]] == ["sleep", "walk"]
    assert cells(found) == {("care/homes", "sleep", "full"), ("care/homes", "walk", "partial")}
    (walk,) = (one for one in found["cells"] if one["mission"] == "walk")
    assert (walk["event"], walk["decision"]["reference"], walk["since"]) == ("mission:walk@3", "CM-2", "2026-04-01")


def test_the_matrix_of_the_government_holds_every_cluster_and_the_stray_missions(views: Views) -> None:
    found = so(views)
    assert [one["id"] for one in found["clusters"]] == ["care", "places"]
    assert [one["id"] for one in found["missions"]] == ["sleep", "stray", "walk"]
    assert cells(found) > cells(so(views, "care"))


def test_gaps_are_notices_of_the_rules_that_look_at_the_matrix(views: Views) -> None:
    rules = {(one["rule"], one["id"]) for one in so(views)["notices"]}
    assert rules == {
        ("empty-segment", "care/work"), ("unaffiliated-mission", "stray"), ("review-overdue", "care"),
        ("mandate-not-carried-out", "government/all"),
    }  # fmt: skip
    assert {(one["rule"], one["id"]) for one in so(views, "places")["notices"]} == {
        ("mandate-not-carried-out", "government/all")
    }


def test_mandates_say_who_carries_them_out_and_who_is_no_longer_there(ledger: Ledger, views: Views) -> None:
    decide(ledger, {"change": "stop-mission", "mission": "sleep"}, effective="2026-05-01", reference="stop")
    (mandate,) = so(views, "care", "2026-04-15")["mandates"]
    assert (mandate["carried_out_by"], mandate["no_longer_live"]) == (["sleep"], [])
    (mandate,) = so(views, "care")["mandates"]
    assert (mandate["carried_out_by"], mandate["no_longer_live"]) == ([], ["sleep"])


def test_expertise_says_what_is_drawn_on_and_what_is_not(ledger: Ledger, views: Views) -> None:
    def told(cluster: str | None) -> list[tuple[str, bool, list[str]]]:
        return [(one["field"], one["offered"], one["drawn_by"]) for one in so(views, cluster)["expertise"]]

    assert told(None) == [("nursing", True, []), ("design", True, ["sleep"])]
    assert told("places") == [("design", True, ["sleep"])]
    decide(ledger, {"change": "withdraw-expertise", "cluster": "places", "field": "design"}, reference="withdraw")
    assert ("design", False, ["sleep"]) in told("care")


def test_the_last_review_names_its_decision_and_never_is_said(views: Views) -> None:
    reviews = {one["of"]: one for one in so(views)["reviews"]}
    assert (reviews["care"]["reviewed_on"], reviews["care"]["next_review_on"]) == ("2026-04-01", "2026-05-01")
    assert reviews["care"]["decision"]["reference"] == "CM-2"
    assert reviews["places"]["reviewed_on"] is None and reviews["government"]["event"] is None


def test_a_segment_tells_what_acts_on_it(views: Views) -> None:
    homes = so(views, "care")["segments"][0]
    assert homes["acted_on_by"] == [{"other": "places/streets", "relation": "helps"}] and homes["relations"] == []


def test_a_transfer_decided_for_later_moves_the_row_on_its_day_and_only_as_known(ledger: Ledger, views: Views) -> None:
    before = ledger.head().position
    transfer = {"change": "transfer-segment", "segment": "care/homes", "to": "places"}
    decide(ledger, transfer, effective="2026-05-01", reference="transfer")
    assert ("care/homes", "sleep", "full") in cells(so(views, "care", "2026-04-30"))
    assert ("care/homes", "sleep", "full") in cells(so(views, "places", "2026-05-01"))
    assert ("care/homes", "sleep", "full") in cells(so(views, "care", "2026-05-01", before))


def test_what_is_no_live_cluster_is_refused_in_words(views: Views) -> None:
    with pytest.raises(InputError, match='"sleep" is a mission; a matrix is that of a cluster.'):
        so(views, "sleep")
    with pytest.raises(InputError, match='Did you mean "places"'):
        so(views, "place")
    with pytest.raises(InputError, match="not live on 2025-01-01"):
        so(views, "care", "2025-01-01")


def test_an_empty_ledger_has_an_empty_matrix(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with constituted(folder) as ledger, Views(ledger, folder) as views:
        found = so(views, known=0)
        assert {one for count in found["counts"].values() for one in count.values()} == {0}
        assert {name: value for name, value in found.items() if value and name != "counts"} == {}
        assert matrix_text(answered(views, known=0), 80) == "There is no cluster.\n"


def test_a_grid_that_fits_is_drawn_and_one_that_does_not_is_told_in_words(views: Views) -> None:
    found = answered(views, "care")
    grid = matrix_text(found, 40).splitlines()
    assert grid[:4] == [
        "care: Care",
        "              sleep  walk",
        "  care/homes  full   part",
        "  care/work   -      -",
    ]
    assert matrix_text(found, 20).splitlines()[:6] == [
        "care: Care", "  care/homes: Homes", "    in full: sleep", "    in part: walk",
        "  care/work: Work", "    no mission",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1, 20, 25, 26, 40, 200])
def test_no_line_of_a_grid_is_wider_than_the_width(views: Views, width: int) -> None:
    body = matrix_text(answered(views, "care"), width).split("\n\n")[0].splitlines()[1:]
    assert all(len(line) <= width for line in body) or body[0].startswith("  care/homes")


def test_what_a_title_holds_cannot_steer_the_terminal(ledger: Ledger, views: Views) -> None:
    title = "Care\u2067gnihton\u2069"
    decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": title}, reference="title")
    assert not {"\u2067", "\u2069"} & set(matrix_text(answered(views, "care"), 80))


MAYBE = "[2026-03-01..2026-08-31]"


def test_what_may_have_ended_is_marked_and_the_counts_have_two_ends(ledger: Ledger, views: Views) -> None:
    decide(ledger, {"change": "stop-mission", "mission": "sleep"}, effective=MAYBE, reference="maybe")
    found = so(views)
    assert {one["id"]: (one["certainty"], one.get("may_have_ended")) for one in found["missions"]}["sleep"] == (
        "in-doubt",
        MAYBE,
    )
    assert {cell["certainty"] for cell in found["cells"] if cell["mission"] == "sleep"} == {"in-doubt"}
    assert {one["certainty"] for one in found["segments"]} == {"live"}
    count = found["counts"]["missions"]
    assert count["most"] == len(found["missions"]) == count["least"] + 1
    text = matrix_text(answered(views), 200)
    assert "full?" in text or "part?" in text
    assert f"  sleep: ended on one of the days {MAYBE}\n" in text
    assert f"So there are {found['counts']['segments']['most']} segments, {count['least']} to {count['most']}" in text


def test_the_matrix_of_a_cluster_that_may_have_ended_is_shown(ledger: Ledger, views: Views) -> None:
    decide(ledger, {"change": "establish-cluster", "cluster": "fading", "title": "Fading"}, effective="2026-01-01")
    decide(ledger, {"change": "dissolve-cluster", "cluster": "fading"}, effective=MAYBE, reference="maybe")
    found = so(views, cluster="fading")
    assert [(one["id"], one["certainty"]) for one in found["clusters"]] == [("fading", "in-doubt")]
    text = matrix_text(answered(views, cluster="fading"), 80)
    assert text.startswith("Clusters without a segment\n  fading?: Fading\n")
    assert f"  fading: ended on one of the days {MAYBE}\n" in text
