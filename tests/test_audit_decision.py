"""A decision asked for by its reference: who, by what power, what it changed and overrode, what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from support.command_line import Desk, refused

COUNCIL, REGISTRAR = "Council of Ministers", "Registrar"
RETIRED = """
authority: Council of Ministers
reference: CM-2
decided_on: 2026-04-20
effective: 2026-05-01
legal_basis: Organisation Act, s. 7
rationale: Its work goes on elsewhere.
documents: [{title: Minute of 20 April}]
accept: [{rule: segment-retired-with-missions, on: wellbeing/care, because: Its mission follows.}]
changes:
  - {change: retire-segment, segment: wellbeing/care}
  - {change: retitle-cluster, cluster: wellbeing, title: Well}
"""
CORRECTED = """
authority: Registrar
reference: R-1
changes:
  - change: correct
    target: {authority: Council of Ministers, reference: CM-2}
    decision: {legal_basis: "Organisation Act, s. 8"}
    new_effective: 2026-05-15
    because: The minute says so.
"""
OF_ANOTHER = """
authority: Registrar
reference: CM-2
effective: 2026-06-01
changes: [{change: retitle-cluster, cluster: wellbeing, title: Wellbeing}]
"""


@pytest.fixture
def decided(desk: Desk) -> Desk:
    return desk.record().record(RETIRED).record(CORRECTED)


def decision(desk: Desk, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.json(*words)["decision"]
    return found


@pytest.mark.parametrize("command", ["show", "why"])
def test_a_decision_is_told_with_its_power_documents_overrides_and_events(decided: Desk, command: str) -> None:
    found = decision(decided, command, "CM-2", "--known", "p7")
    assert (found["authority"], found["legal_basis"], found["decided_on"]) == (
        COUNCIL,
        "Organisation Act, s. 7",
        "2026-04-20",
    )
    assert found["documents"] == [{"title": "Minute of 20 April"}]
    assert found["overrides"] == [
        {"rule": "segment-retired-with-missions", "thing": "wellbeing/care", "reason": "Its mission follows."}
    ]
    assert [(one["position"], one["effective"], one["status"]) for one in found["events"]] == [
        (6, "2026-05-01", "stands"),
        (7, "2026-05-01", "stands"),
    ]
    assert (found["status"], found["later"]) == ("stands", [])


def test_a_decision_that_was_corrected_reads_as_it_stands_and_says_what_corrected_it(decided: Desk) -> None:
    found = decision(decided, "show", "CM-2")
    assert (found["status"], found["legal_basis"], found["effective"]) == (
        "corrected",
        "Organisation Act, s. 8",
        "2026-05-15",
    )
    assert {one["effective_as_recorded"] for one in found["events"]} == {"2026-05-01"}
    [later] = found["later"]
    assert (later["position"], later["decision"]) == (8, {"authority": REGISTRAR, "reference": "R-1"})
    said = decided.run("show", "CM-2").stdout
    assert "power: Organisation Act, s. 8" in said and "As recorded: effective 2026-05-01" in said


def test_the_history_of_a_decision_is_what_it_recorded_and_what_spoke_of_it(decided: Desk) -> None:
    answer = decided.json("history", "CM-2")
    assert [(one["position"], one["decision"]["reference"]) for one in answer["entries"]] == [
        (6, "CM-2"),
        (7, "CM-2"),
        (8, "R-1"),
    ]
    assert "is corrected: The minute says so." in decided.run("history", "CM-2").stdout


@pytest.mark.parametrize("command", ["show", "why", "history"])
def test_of_a_reference_of_two_authorities_it_is_said_which_is_meant(decided: Desk, command: str) -> None:
    decided.record(OF_ANOTHER)
    refused(decided.run(command, "CM-2"), f'"{COUNCIL}" and "{REGISTRAR}"', "--authority")
    assert decided.run(command, "CM-2", "--authority", REGISTRAR).exit_code == 0
    refused(decided.run(command, "CM-2", "--authority", "Nobody"), '"Nobody" has no decision "CM-2"')


@pytest.mark.parametrize("command", ["show", "why", "history"])
def test_a_decision_that_was_not_known_yet_is_not_told(decided: Desk, command: str) -> None:
    refused(decided.run(command, "CM-2", "--known", "p5"), "CM-2")


def test_a_thing_is_meant_where_a_decision_has_its_id_for_a_reference(desk: Desk) -> None:
    desk.record().record(OF_ANOTHER.replace("CM-2", "wellbeing"))
    assert desk.run("show", "wellbeing").stdout.startswith("cluster wellbeing")
    assert desk.run("show", "wellbeing", "--authority", REGISTRAR).stdout.startswith("decision wellbeing of Registrar")
