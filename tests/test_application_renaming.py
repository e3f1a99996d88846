"""A government that changes its name: a decision like any other, which every context follows in both times."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.governing import constituted, decide, event_id

from ledger.application import Ledger
from ledger.timeline import day_of
from projections.exports.prov.record import write_prov
from projections.snapshots.question import snapshot
from projections.views.context import context
from projections.views.read_model import Views

RENAME = {"change": "rename-government", "title": "Republic of Illyria"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with constituted(tmp_path, timezone="Europe/Vienna") as found:
        yield found


@pytest.fixture
def views(ledger: Ledger, tmp_path: Path) -> Iterator[Views]:
    with Views(ledger, tmp_path) as found:
        yield found


def name(views: Views, day: str, known: int) -> object:
    return context(views, day_of(day), views.ledger.known(f"p{known}"))["government"]


def test_the_name_follows_in_both_times_and_the_zone_stays(ledger: Ledger, views: Views) -> None:
    renamed = decide(ledger, RENAME, effective="2027-01-01", reference="R")
    moved = {"change": "correct", "target": event_id(ledger, renamed), "new_effective": "2028", "because": "The act."}
    decide(ledger, moved, reference="S")
    assert [name(views, day, 2) for day in ("..", "2026-12-31", "2027-01-01")] == [
        "Illyria",
        "Illyria",
        "Republic of Illyria",
    ]
    assert [name(views, day, 3) for day in ("2027-12-31", "2028")] == ["Illyria", "Republic of Illyria"]
    assert name(views, "2028", 1) == "Illyria"
    assert (ledger.government.name, ledger.government.timezone) == ("Illyria", "Europe/Vienna")


def test_a_snapshot_is_of_the_government_as_it_was_called_then(ledger: Ledger, views: Views) -> None:
    decide(ledger, RENAME, effective="2027-01-01", reference="R")
    known = ledger.known()
    called = [snapshot(views, day_of(day), known).context["government"] for day in ("2026", "2027")]
    assert called == ["Illyria", "Republic of Illyria"]


def test_provenance_names_the_government_as_it_was_called_on_the_day_of_the_last_record(ledger: Ledger) -> None:
    def named(upto: int) -> object:
        buffer = io.BytesIO()
        write_prov(ledger, buffer, upto)
        return json.loads(buffer.getvalue())["entity"]["ledger:record"]["prov:label"]

    decide(ledger, RENAME, effective="2020", reference="R")
    decide(ledger, RENAME | {"title": "Later"}, effective="2999", reference="S")
    assert [named(upto) for upto in (0, 1, 2, 3)] == ["Illyria", "Illyria", *["Republic of Illyria"] * 2]


def test_before_any_record_the_context_has_the_first_name(ledger: Ledger, views: Views) -> None:
    decide(ledger, RENAME, effective="2020", reference="R")
    assert context(views, day_of("2026"), ledger.known("1999-01-01T00:00:00Z"))["government"] == "Illyria"
