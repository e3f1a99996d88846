"""Mergers, splits and moves that name what is not there on their day, or leave something behind: rule parts-unclear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import decide, governed, judged

from ledger.application import Ledger

NEW = {"cluster": "new", "title": "New"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        decide(found, {"change": "add-segment", "segment": "places/parks", "title": "Parks"}, effective="2026-01-01")
        yield found


def split(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"change": "split-cluster", "cluster": "care", "into": list(parts), **more}


def move(**more: Any) -> dict[str, Any]:
    return {"change": "move-mission", "mission": "sleep", "from": "care", "to": "places", **more}


class TestPartsUnclear:
    """What is named must be there on the day, and nothing is left behind."""

    RULE = "parts-unclear"

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (
                split({**NEW, "segments": "care/homes"}, {"cluster": "places", "segments": "places/parks"}),
                '"places/parks" is no segment of cluster "care" on 2026-04-01: its segments then are care/homes',
            ),
            (
                split({**NEW, "segments": "care/homes"}, {"cluster": "places", "segments": "care/nowhere"}),
                '"care/nowhere" is no segment of cluster "care"',
            ),
            (
                split({**NEW, "segments": ["care/homes", "care/work"], "mandates": "care/live"}, then="goes-on"),
                '"care/live" is no mandate of cluster "care" on 2026-04-01; its own: none.',
            ),
            (move(to="care", **{"from": "places"}), "with no segment of cluster"),
            (move(segments="places/nowhere"), '"places/nowhere" is no segment of cluster "places" on 2026-04-01'),
        ],
    )
    def test_speaks_of_what_is_not_there(self, ledger: Ledger, change: dict[str, Any], told: str) -> None:
        [notice] = judged(ledger, change)
        assert notice.rule == self.RULE and told in notice.message

    def test_speaks_of_a_segment_that_nobody_takes(self, ledger: Ledger) -> None:
        parts = {**NEW, "segments": "care/homes"}, {"cluster": "places", "segments": []}
        with pytest.raises(Exception, match="at least 1"):
            judged(ledger, split(*parts))
        decide(ledger, {"change": "add-segment", "segment": "care/left", "title": "Left"})
        [notice] = judged(
            ledger, split({**NEW, "segments": "care/homes"}, {"cluster": "places", "segments": "care/work"})
        )
        assert notice.rule == self.RULE and "takes care/left" in notice.message and "then: goes-on" in notice.message

    def test_speaks_of_a_cluster_without_a_segment(self, ledger: Ledger) -> None:
        decide(ledger, {"change": "retire-segment", "segment": "places/parks"})
        [notice] = judged(ledger, move())
        assert notice.rule == self.RULE and notice.message.startswith('There is no segment in cluster "places"')

    def test_silent_where_all_is_there_and_all_is_taken(self, ledger: Ledger) -> None:
        assert judged(ledger, move()) == []
        assert judged(ledger, split({**NEW, "segments": "care/homes"}, then="goes-on")) == []


@pytest.mark.parametrize(
    ("change", "rule", "id_"),
    [
        ({"change": "merge-clusters", "clusters": ["care", "nowhere"], "into": "places"}, "unknown-id", "nowhere"),
        ({"change": "merge-clusters", "clusters": ["care", "sleep"], "into": "places"}, "wrong-kind", "sleep"),
        ({"change": "merge-clusters", "clusters": "care", "into": "nowhere"}, "unknown-id", "nowhere"),
        (move(mission="nobody"), "unknown-id", "nobody"),
        (move(mission="places"), "wrong-kind", "places"),
    ],
)
def test_what_a_composed_change_names_is_judged_as_any_other_name(
    ledger: Ledger, change: dict[str, Any], rule: str, id_: str
) -> None:
    [notice] = judged(ledger, change)
    assert (notice.rule, notice.id) == (rule, id_)


def test_a_cluster_is_established_under_an_id_that_is_free(ledger: Ledger) -> None:
    merge = {"change": "merge-clusters", "clusters": ["care", "places"], "into": "sleep", "title": "S"}
    assert "id-used-twice" in [notice.rule for notice in judged(ledger, merge)]


def test_a_composed_change_is_refused_before_its_clusters_live(ledger: Ledger) -> None:
    merge = {"change": "merge-clusters", "clusters": "care", "into": "places"}
    assert [notice.rule for notice in judged(ledger, merge, effective="2025-01-01")] == ["reference-not-live"] * 2
