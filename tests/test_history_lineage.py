"""Lineage: merges, splits, transfers, stand-ins and titles, in both directions, and around every circle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import constituted, decide, event_id
from support.histories import Recording
from support.plain import history, lineage
from support.small_world import change, constitution
from support.written_ledgers import written

from commands.terminal.tree import lineage_lines
from ledger.application import Ledger
from projections.answers.lineage import SUCCESSORS
from projections.answers.lineage import lineage as descent
from projections.views.read_model import Views


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with constituted(tmp_path) as found:
        yield found


@pytest.fixture
def views(ledger: Ledger, tmp_path: Path) -> Iterator[Views]:
    with Views(ledger, tmp_path) as found:
        yield found


def establish(ledger: Ledger, *ids: str, day: str = "2020-01-01") -> None:
    changes = [{"change": "establish-cluster", "cluster": id_, "title": id_.title()} for id_ in ids]
    decide(ledger, *changes, effective=day, reference=f"establish {' '.join(ids[:9])}")


def dissolve(ledger: Ledger, id_: str, *successors: str, day: str = "2021-01-01") -> str:
    change: dict[str, Any] = {"change": "dissolve-cluster", "cluster": id_, "successors": list(successors)}
    return event_id(ledger, decide(ledger, change, effective=day, reference=f"dissolve {id_} {day}"))


def tree(views: Views, id_: str, direction: str, known: int | None = None) -> list[tuple[int, str, str, bool]]:
    found = lineage(views, id_, views.ledger.head().position if known is None else known)[direction]
    return [(node["depth"], node["id"], node["link"]["how"], node["shown_before"]) for node in found]


def test_a_split_and_a_merger_are_seen_from_both_sides(ledger: Ledger, views: Views) -> None:
    establish(ledger, "old", "other", "left", "right")
    dissolve(ledger, "old", "left", "right")
    dissolve(ledger, "other", "right")
    assert tree(views, "old", "successors") == [(1, "left", "succeeded", False), (1, "right", "succeeded", False)]
    assert tree(views, "right", "predecessors") == [(1, "old", "succeeded", False), (1, "other", "succeeded", False)]
    assert tree(views, "old", "predecessors") == tree(views, "right", "successors") == []


def test_many_ways_to_one_successor_open_it_out_once(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c", "d", "e")
    dissolve(ledger, "a", "b", "c")
    dissolve(ledger, "b", "d")
    dissolve(ledger, "c", "d")
    dissolve(ledger, "d", "e")
    assert tree(views, "a", "successors") == [
        (1, "b", "succeeded", False), (2, "d", "succeeded", False), (3, "e", "succeeded", False),
        (1, "c", "succeeded", False), (2, "d", "succeeded", True),
    ]  # fmt: skip


def test_missions_have_a_lineage_of_their_own_and_an_end_says_why(ledger: Ledger, views: Views) -> None:
    launched = [{"change": "launch-mission", "mission": id_, "title": id_.title()} for id_ in ("walk", "cycle", "move")]
    decide(ledger, *launched, effective="2020-01-01", reference="launches")
    ended = {"successors": ["move"], "reason": "merged"}
    stop, done = (
        {"change": f"{verb}-mission", "mission": id_, **ended}
        for verb, id_ in (("stop", "walk"), ("complete", "cycle"))
    )
    decide(ledger, stop, done, effective="2021-01-01", reference="merger")
    assert tree(views, "walk", "successors") == [(1, "move", "succeeded", False)]
    assert [id_ for _, id_, _, _ in tree(views, "move", "predecessors")] == ["walk", "cycle"]
    says = [entry["says"] for entry in history(views, "walk", views.ledger.head().position)]
    assert says[-1] == "Mission walk is stopped (merged) and succeeded by move."


def test_a_circle_of_successors_is_walked_once(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    for id_, successor in (("a", "b"), ("b", "c"), ("c", "a")):
        dissolve(ledger, id_, successor)
    circle = [(1, "b", "succeeded", False), (2, "c", "succeeded", False), (3, "a", "succeeded", True)]
    assert tree(views, "a", "successors") == circle
    assert [id_ for _, id_, _, _ in tree(views, "a", "predecessors")] == ["c", "b", "a"]


def test_a_very_long_line_of_successors_is_told_to_its_end(ledger: Ledger, views: Views) -> None:
    ids = [f"c{number}" for number in range(1500)]
    establish(ledger, *ids)
    changes = [
        {"change": "dissolve-cluster", "cluster": id_, "successors": [ids[number + 1]]}
        for number, id_ in enumerate(ids[:-1])
    ]
    decide(ledger, *changes, effective="2021-01-01", reference="all at once")
    found = tree(views, ids[0], "successors")
    assert len(found) == 1499 and found[-1][:2] == (1499, ids[-1])
    assert len(lineage_lines(descent(views, ids[0], ledger.head().position))) == 1502


def test_only_what_stands_and_has_effect_joins_things(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    end, before = dissolve(ledger, "a", "b"), ledger.head().position
    decide(ledger, {"change": "strike", "target": end, "because": "It goes on."}, reference="strike")
    assert tree(views, "a", "successors") == []
    assert tree(views, "a", "successors", before) == [(1, "b", "succeeded", False)]
    dissolve(ledger, "a", "c", day="2022-01-01")
    assert tree(views, "a", "successors") == [(1, "c", "succeeded", False)]
    assert tree(views, "b", "predecessors") == []


def test_successors_that_a_correction_names_are_found_from_both_sides(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    end = dissolve(ledger, "a", "b")
    correction = {"change": "correct", "target": end, "data": {"successors": ["c"]}, "because": "c was meant."}
    decide(ledger, correction, reference="correction")
    assert tree(views, "a", "successors") == [(1, "c", "succeeded", False)]
    assert tree(views, "c", "predecessors") == [(1, "a", "succeeded", False)]
    assert tree(views, "b", "predecessors") == []


def test_a_successor_that_a_correction_added_is_credited_to_the_correction_alone(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    end = dissolve(ledger, "a", "b")
    correction = {"change": "correct", "target": end, "data": {"successors": ["b", "c"]}, "because": "c was left out."}
    decide(ledger, correction, reference="correction")
    found = lineage(views, "a", views.ledger.head().position)
    links = {
        node["id"]: (node["link"]["decision"]["reference"], node["link"].get("corrects")) for node in found[SUCCESSORS]
    }
    assert links == {"b": ("dissolve a 2021-01-01", None), "c": ("correction", end)}
    (said,) = (line for line in lineage_lines(descent(views, "a", ledger.head().position)) if " C " in line)
    assert said.endswith(f"by succession, 2021-01-01, correction, which corrects {end}")


def test_what_began_and_ended_on_one_day_keeps_its_place_in_the_line(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    dissolve(ledger, "a", "b")
    dissolve(ledger, "b", "c", day="2020-01-01")
    assert [id_ for _, id_, _, _ in tree(views, "a", "successors")] == ["b", "c"]


def test_a_beginning_that_stands_in_place_of_another_is_a_link(tmp_path: Path) -> None:
    # The rules let in no stand-in about another thing, but an older register may have passed through one.
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    recording.decide()
    wrong = recording.say(change("launch-mission", mission="slep-well", title="Sleep well"), "2021-01-01")
    recording.decide()
    recording.say(change("launch-mission", mission="sleep-well", title="Sleep well"), "2021-01-01", wrong.id)
    with written(tmp_path / "a.ledger", recording.history()) as ledger, Views(ledger, tmp_path) as views:
        assert tree(views, "slep-well", "successors") == [(1, "sleep-well", "stand-in", False)]
        assert tree(views, "sleep-well", "predecessors") == [(1, "slep-well", "stand-in", False)]
        assert lineage(views, "slep-well", ledger.head().position)["lives"] == []


def test_a_segment_that_wanders_is_followed_from_cluster_to_cluster(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c")
    decide(ledger, {"change": "add-segment", "segment": "a/x", "title": "X"}, effective="2020-01-01", reference="add")
    for day, to in (("2021-01-01", "b"), ("2022-01-01", "c"), ("2023-01-01", "a")):
        decide(
            ledger,
            {"change": "transfer-segment", "segment": "a/x", "to": to},
            effective=day,
            reference=f"to {to} {day}",
        )
    onward = [(1, "b", "transfer", False), (2, "c", "transfer", False), (3, "a", "transfer", False)]
    assert tree(views, "a", "successors") == onward
    assert tree(views, "b", "successors") == [(1, "c", "transfer", False), (2, "a", "transfer", False)]
    assert tree(views, "c", "predecessors") == [(1, "b", "transfer", False), (2, "a", "transfer", False)]
    segment = lineage(views, "a/x", ledger.head().position)
    assert [(one["value"], one["to"]) for one in segment["clusters"]] == [
        ("a", "2021-01-01"), ("b", "2022-01-01"), ("c", "2023-01-01"), ("a", None),
    ]  # fmt: skip
    assert segment["predecessors"] == segment["successors"] == []


def test_titles_are_told_with_their_days_and_decisions(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a")
    decide(ledger, {"change": "retitle-cluster", "cluster": "a", "title": "B"}, effective="2021-06", reference="CM-7")
    found = lineage(views, "a", ledger.head().position)
    said = [(one["value"], one["from"], one["to"], one["decision"]["reference"]) for one in found["titles"]]
    assert said == [("A", "2020-01-01", "2021-06-01", "establish a"), ("B", "2021-06", None, "CM-7")]
    assert lineage_lines(descent(views, "a", ledger.head().position)) == [
        "a B (from 2020-01-01)", "  titles:",
        "    from 2020-01-01 until 2021-06-01: A (establish a)", "    from 2021-06: B (CM-7)",
        "Came from: nothing that is recorded.", "Became: nothing that is recorded.",
    ]  # fmt: skip


def test_a_tree_of_text_keeps_its_branches_apart(ledger: Ledger, views: Views) -> None:
    establish(ledger, "a", "b", "c", "d")
    dissolve(ledger, "a", "b", "c")
    dissolve(ledger, "b", "d")
    lines = lineage_lines(descent(views, "a", ledger.head().position))
    assert [line[: line.index(" (")] for line in lines if "─" in line] == ["├─ b B", "│  └─ d D", "└─ c C"]
