"""Dates that cannot be: what is said to have happened after it was recorded is flagged, and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import START, decide, document, event_id, governed
from support.noticing import ids, noticed
from support.older_register import taken_over

from ledger.application import Ledger
from ledger.rules.catalogue import RULES

OBJECTIVE = {
    **{"change": "set-objective", "objective": "sleep/hours", "indicator": "Hours", "definition": "Slept."},
    **{"unit": "hours", "direction": "up", "baseline": "6", "target": "8", "due_on": "2030-01-01"},
}
SCALE = {"change": "define-scale", "scale": "execution", "version": "1", "grades": ["behind", "on course"]}
ASSESSED = {"change": "assess-mission", "mission": "sleep", "scale": "execution/1", "grade": "on course"}
RECORDED = START.date().isoformat()  # every decision is recorded on this day
NEXT = "2026-03-06"


def said(rule: str, day: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A change that says a thing of a day, and the header that does."""
    retitle = {"change": "retitle-cluster", "cluster": "care", "title": f"Care of {day}"}
    signal = {"change": "observe-signal", "signal": "ageing", "kind": "trend", "description": "We age."}
    measured = {"change": "record-measurement", "objective": "sleep/hours", "value": "7"}
    return {
        "decided-in-the-future": (retitle, {"decided_on": day}),
        "measured-in-the-future": ({**measured, "observed_on": day}, {}),
        "observed-in-the-future": ({**signal, "observed_on": day}, {}),
        "period-in-the-future": ({**ASSESSED, "period": f"2026-01-01/{day}"}, {}),
    }[rule]


AHEAD = [rule.name for rule in RULES if rule.name.endswith("-in-the-future")]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        decide(found, OBJECTIVE, SCALE, effective="2026-01-02", reference="measures")
        yield found


@pytest.mark.parametrize("rule", AHEAD)
def test_what_happened_after_it_was_recorded_is_flagged_and_recorded(ledger: Ledger, rule: str) -> None:
    change, header = said(rule, NEXT)
    asked = document(change, reference="R", effective="2026-03-01", **header)
    assert rule in [one.rule for one in ledger.plan(asked).notices]
    assert rule in [one.rule for one in ledger.record(asked).notices]
    assert ids(ledger, rule) == ["R"]


@pytest.mark.parametrize("rule", AHEAD)
def test_what_happened_on_the_day_of_recording_is_not_flagged(ledger: Ledger, rule: str) -> None:
    change, header = said(rule, RECORDED)
    assert rule not in [
        one.rule for one in decide(ledger, change, reference="R", effective="2026-03-01", **header).notices
    ]
    assert ids(ledger, rule) == []


def test_a_day_that_is_known_to_the_year_counts_from_its_first(ledger: Ledger) -> None:
    change, _ = said("measured-in-the-future", "2026")
    decide(ledger, change, reference="R", effective="2026-03-01")
    assert ids(ledger, "measured-in-the-future") == []
    change, _ = said("measured-in-the-future", "2027")
    decide(ledger, change, reference="S", effective="2026-03-01")
    (found,) = noticed(ledger, "measured-in-the-future")
    assert found.found == 'Decision "S" speaks of 2027-01-01, and was recorded on 2026-03-05.'


def test_a_day_that_was_corrected_is_not_flagged_any_more(ledger: Ledger) -> None:
    change, _ = said("measured-in-the-future", NEXT)
    receipt = decide(ledger, change, reference="R", effective="2026-03-01")
    assert ids(ledger, "measured-in-the-future") == ["R"]
    fields = {"observed_on": RECORDED}
    target = event_id(ledger, receipt)
    decide(ledger, {"change": "correct", "target": target, "data": fields, "because": "A slip."}, effective=None)
    assert ids(ledger, "measured-in-the-future") == []


def test_an_older_register_is_flagged_by_its_own_days_of_record(tmp_path: Path) -> None:
    begun = {"change": "establish-cluster", "cluster": "care", "title": "Care"}
    found = taken_over(tmp_path / "old.ledger", [begun], decided_on="2010-02-02")
    assert found.notices["decided-in-the-future"] == 1
    with Ledger.open(tmp_path / "old.ledger") as ledger:
        (one,) = noticed(ledger, "decided-in-the-future")
        assert one.found == 'Decision "R-1" was recorded 1 day before it was decided.'
