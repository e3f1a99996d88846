"""What if: what a chain of decisions would lead to is what recording it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Desk
from support.governing import decide, document, governed

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.differences.supposition import compared, supposed
from projections.fields import fields
from projections.views.read_model import Views

CHAIN = [
    document({"change": "add-segment", "segment": "care/streets", "title": "Streets"}, reference="1"),
    document(
        {"change": "realign-mission", "mission": "sleep", "from": ["care/homes"], "to": ["care/streets"]},
        {"change": "retire-segment", "segment": "care/homes", "successors": ["care/streets"]},
        {"change": "appoint-leader", "of": "sleep", "office": "Director"},
        reference="2",
        effective="2026-05-01",
    ),
    document({"change": "transfer-segment", "segment": "care/work", "to": "places"}, reference="3", effective="2027"),
]
DAYS = ("2026-03-31", "2026-04-01", "2026-05-01", "2027-01-01", "2030-01-01")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government, with a cluster that no decision of the chain speaks of."""
    with governed(tmp_path) as found:
        decide(found, {"change": "establish-cluster", "cluster": "aside", "title": "Aside"}, reference="aside")
        yield found


def test_what_a_chain_would_lead_to_is_what_it_leads_to(ledger: Ledger, tmp_path: Path) -> None:
    with Views(ledger, tmp_path) as views:
        head = ledger.head()
        before = {day: views.structure(day_of(day), head.position) for day in DAYS}
        with ledger.trial() as trial:
            for one in CHAIN:
                trial.suppose(trial.plan(one))
            expected = {day: supposed(trial, structure) for day, structure in before.items()}
        assert ledger.head() == head
        for one in CHAIN:
            ledger.record(one)
        for day in DAYS:
            assert expected[day] == views.structure(day_of(day), ledger.head().position), day


def test_the_notices_that_go_and_come_are_told_apart(ledger: Ledger, tmp_path: Path) -> None:
    with Views(ledger, tmp_path) as views:
        before = views.structure(day_of("2026-05-01"), ledger.head().position)
        with ledger.trial() as trial:
            for one in CHAIN[:2]:
                trial.suppose(trial.plan(one))
            found = fields(compared(before, supposed(trial, before)))
    assert [(one["rule"], one["id"]) for one in found["notices_gone"]] == [
        ("without-leader", "sleep"),
        ("missing-scope", "care/homes"),
    ]
    assert [(one["rule"], one["id"]) for one in found["notices_new"]] == [("missing-scope", "care/streets")]
    assert found["before"]["matrix"] == {"care": {"care/homes": {"sleep": "full"}, "care/work": {}}}
    assert found["after"]["matrix"] == {"care": {"care/streets": {"sleep": "full"}, "care/work": {}}}


def test_nothing_is_recorded_and_the_answer_is_for_the_last_day_that_is_changed(desk: Desk) -> None:
    desk.record()
    before = desk.size()
    text = "authority: A\nreference: B\neffective: 2031-01-01\nchanges:\n"
    desk.write("two.yaml", text + "  - {change: retitle-cluster, cluster: wellbeing, title: Another}\n")
    found = desk.json("plan", "--compare", "two.yaml")["compare"]
    assert found["effective"] == "2031-01-01"
    assert [(one["id"], one["attribute"], one["after"]) for one in found["differences"]] == [
        ("wellbeing", "title", "Another")
    ]
    assert desk.size() == before
