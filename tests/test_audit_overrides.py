"""Overrides: every rule that a decision went against by name, for which thing and why, in both times."""

from __future__ import annotations

import pytest
from support.command_line import Desk, refused

RETIRED = """
authority: Council of Ministers
reference: {reference}
effective: 2026-05-01
rationale: '"accept":[ is only a text here'
accept: [{{rule: segment-retired-with-missions, on: {segment}, because: {because}}}]
changes: [{{change: retire-segment, segment: {segment}}}]
"""
TITLED = """
authority: Registrar
reference: R-1
effective: 2026-05-02
rationale: '"accept":[{"rule": "x"}] is a text'
changes: [{change: retitle-cluster, cluster: wellbeing, title: Well}]
"""
OVERRIDDEN = "segment-retired-with-missions"


@pytest.fixture
def overridden(desk: Desk) -> Desk:
    """A ledger with one override, and a decision that only writes of one."""
    desk.record()
    desk.record(RETIRED.format(reference="CM-2", segment="wellbeing/care", because="Its mission follows in CM-3."))
    desk.record(TITLED)
    return desk


def test_an_override_is_told_with_its_rule_thing_reason_and_decision(overridden: Desk) -> None:
    [one] = overridden.json("overrides")["overrides"]
    assert (one["rule"], one["thing"], one["reason"]) == (
        OVERRIDDEN,
        "wellbeing/care",
        "Its mission follows in CM-3.",
    )
    assert one["decision"] == {"authority": "Council of Ministers", "reference": "CM-2"}
    assert (one["effective"], one["stands"]) == ("2026-05-01", True)
    assert "Its mission follows in CM-3." in overridden.run("overrides").stdout


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("--rule", OVERRIDDEN), 1),
        (("--rule", "late"), 0),
        (("--thing", "wellbeing/care"), 1),
        (("--thing", "wellbeing"), 0),
        (("--authority", "Council of Ministers"), 1),
        (("--authority", "Registrar"), 0),
        (("--recorded-to", "p5"), 0),
        (("--recorded-from", "p6", "--recorded-to", "p6"), 1),
        (("--known", "p5"), 0),
    ],
)
def test_overrides_are_narrowed_down_by_each_option(overridden: Desk, asked: tuple[str, ...], found: int) -> None:
    assert len(overridden.json("overrides", *asked)["overrides"]) == found


def test_an_override_of_a_decision_that_was_struck_no_longer_stands(overridden: Desk) -> None:
    struck = overridden.run(
        "strike",
        "CM-2",
        "--decided-by",
        "Council of Ministers",
        "--because",
        "Not passed.",
        "--authority",
        "Registrar",
        "--reference",
        "R-2",
    )
    assert struck.exit_code == 0, struck.output
    [one] = overridden.json("overrides")["overrides"]
    assert one["stands"] is False
    assert "CM-2 (no longer stands)" in overridden.run("overrides").stdout
    [before] = overridden.json("overrides", "--known", "p7")["overrides"]
    assert before["stands"] is True


def test_a_ledger_without_overrides_says_so(desk: Desk) -> None:
    assert desk.record().run("overrides").stdout.startswith("No decision went against a rule.")
    refused(desk.run("overrides", "--recorded-from", "soon"), "soon", code=2)
