"""Composed changes on the command line: their verbs, what a plan says that they come to, and their schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command_line import Desk, refused

from commands.schema.documents import decision_schema

BY = ("--authority", "Council", "--effective", "2026-06-01")
TWO = """\
authority: Council
reference: C-2
effective: 2026-04-01
changes:
  - {change: establish-cluster, cluster: sport, title: Sport}
  - {change: add-segment, segment: sport/outdoors, title: Outdoors}
"""


@pytest.fixture
def offices(desk: Desk) -> Desk:
    return desk.record().record(TWO)


def types(desk: Desk, reference: str) -> list[str]:
    return [one["type"].partition("/")[0] for one in desk.json("log", "--reference", reference)["events"]]


def test_a_mission_is_launched_and_affiliated_by_one_verb(offices: Desk) -> None:
    launch = ("mission", "launch", "walk", "--title", "Walk", "--segment", "sport/outdoors", "--extent", "partial")
    assert offices.run(*launch, *BY, "--reference", "C-3").exit_code == 0
    assert types(offices, "C-3") == ["mission.launched", "mission.added"]


def test_clusters_are_merged_by_a_verb_and_the_plan_says_what_that_comes_to(offices: Desk) -> None:
    merge = ("cluster", "merge", "wellbeing", "sport", "--into", "life", "--title", "Life", *BY, "--reference", "C-3")
    dry = offices.run(*merge, "--dry-run")
    assert "merge-clusters wellbeing and sport into life: 2 segments move, wellbeing and sport end." in dry.stdout
    planned = offices.json(*merge, "--dry-run")["expansions"]
    assert [(one["change"], one["changes"]) for one in planned] == [("merge-clusters", 5)]
    assert offices.run(*merge).exit_code == 0 and offices.run(*merge).stdout.startswith("Already recorded")
    assert types(offices, "C-3") == ["cluster.established", *["segment.transferred"] * 2, *["cluster.dissolved"] * 2]


def test_a_cluster_is_split_and_a_mission_moved_by_a_verb(offices: Desk) -> None:
    move = ("mission", "move", "sleep-well", "--from", "wellbeing", "--to", "sport", *BY, "--reference", "C-3")
    assert offices.run(*move).exit_code == 0 and types(offices, "C-3") == ["mission.realigned"]
    part = json.dumps({"cluster": "health", "title": "Health", "segments": ["wellbeing/care"]})
    split = ("cluster", "split", "wellbeing", "--into", part, *BY, "--reference", "C-4")
    typed = offices.run("cluster", "split", "wellbeing", "--into", "care", *BY, "--reference", "C-4")
    refused(typed, "it is not JSON", "`cluster-ledger cluster split -h` shows an example.")
    refused(offices.run(*split), "split into two at least", "goes-on")
    assert offices.run(*split, "--then", "goes-on").exit_code == 0
    assert types(offices, "C-4") == ["cluster.established", "segment.transferred"]


@pytest.mark.parametrize("name", ["LaunchAndAffiliate", "MergeClusters", "SplitCluster", "MoveMission"])
def test_the_schema_of_decisions_has_every_composed_change(name: str) -> None:
    schema: dict[str, Any] = decision_schema()
    branches = [one["$ref"] for one in schema["properties"]["changes"]["items"]["oneOf"]]
    assert branches.count(f"#/$defs/{name}") == 1
    fields = schema["$defs"][name]["properties"]
    assert {"change", "effective"} <= fields.keys() and ("corrects" in fields) == (name == "LaunchAndAffiliate")
    assert "LaunchMission" not in schema["$defs"]
