"""The header of a decision as corrections and acts have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, constituted, decide

from ledger.application import Ledger
from ledger.events.envelope import Header
from projections.views.queries.standings import Standings
from projections.views.read_model import Views

FUTURE = "2027-06-01"
NAMED = {"authority": AUTHORITY, "reference": "F"}
POSTPONED = {"change": "postpone-decision", "decision": NAMED, "new_effective": "2028-01-01"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with constituted(tmp_path) as found:
        yield found


def announced(ledger: Ledger, **more: Any) -> int:
    """Announce two clusters, the first on a day of its own where one is given; return the position of its event."""
    care = {"change": "establish-cluster", "cluster": "care", "title": "Care", **more}
    places = {"change": "establish-cluster", "cluster": "places", "title": "Places"}
    return decide(ledger, care, places, effective=FUTURE, reference="F", rationale="Of need.").positions[0]


def heading(ledger: Ledger, position: int) -> Header:
    with Views(ledger, ledger.location.parent) as views:  # type: ignore[union-attr]
        views.catch_up()
        return Standings(views, ledger.head().position).header(position)


@pytest.mark.parametrize("more", [{}, {"effective": "2030"}], ids=["of all changes", "of the second change"])
def test_a_postponement_moves_the_day_of_the_decision(ledger: Ledger, more: dict[str, str]) -> None:
    position = announced(ledger, **more)
    assert heading(ledger, position).effective == FUTURE
    decide(ledger, POSTPONED, effective="2026-05-01")
    assert heading(ledger, position).effective == "2028-01-01"


def test_a_correction_of_the_day_of_the_decision_moves_it_and_one_of_an_event_does_not(ledger: Ledger) -> None:
    position = announced(ledger, effective="2030")
    correct = {"change": "correct", "because": "A slip."}
    decide(ledger, {**correct, "target": "cluster:care@1", "new_effective": "2031"})
    assert heading(ledger, position).effective == FUTURE
    decide(ledger, {**correct, "target": NAMED, "new_effective": "2029-01-01"})
    assert heading(ledger, position).effective == "2029-01-01"


def test_fields_are_those_of_the_last_standing_correction(ledger: Ledger) -> None:
    position = announced(ledger)
    for said in ("Of law.", "Of custom."):
        decide(ledger, {"change": "correct", "target": NAMED, "because": said, "decision": {"rationale": said}})
    assert heading(ledger, position).rationale == "Of custom."
    decide(ledger, {"change": "strike", "target": f"p{ledger.head().position}", "because": "A slip."})
    assert heading(ledger, position).rationale == "Of law."
