"""Departments of a real government: how often they were reorganised, and how long they lasted.

The data is that of the Institute for Government, IfG Ministers Database (CC BY 4.0); it is read where it lies.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import oracles
from support.agile import detail, figure, record
from support.governing import REGISTRY
from support.shared_files import shared

from ledger.application import Ledger, import_register
from ledger.timeline import day_of
from projections.agility.metrics.lifetimes import lives_of

AUTHORITY = "Prime Minister (inferred, not stated by the source)"
Row = dict[str, str]
Document = dict[str, Any]


def rows(name: str) -> list[Row]:
    with shared(f"data/ifg/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organisations() -> dict[str, Row]:
    """Every organisation under an id that a ledger takes: its short name, and a number, for names come back."""
    return {row["id"]: row | {"cluster": f"org-{number}"} for number, row in enumerate(rows("organisation"), 1)}


def decision(number: int, effective: str, changes: list[Document]) -> Document:
    return {
        "authority": AUTHORITY,
        "reference": f"ifg:{number}",
        "effective": effective,
        "recorded_at": f"2026-03-05T10:{number // 60:02}:{number % 60:02}Z",
        "changes": changes,
    }


def imported(folder: Path, documents: Iterator[Document]) -> Ledger:
    path = folder / "departments.ledger"
    import_register(path, documents, government="United Kingdom", source="IfG", recorder=REGISTRY)
    return Ledger.open(path, read_only=True)


def lives() -> Iterator[Document]:
    """One decision an organisation: it begins, and where that is stated it ends."""
    for number, row in enumerate(organisations().values()):
        changes: list[Document] = [{"change": "establish-cluster", "cluster": row["cluster"], "title": row["name"]}]
        if row["end_date"]:
            changes.append({"change": "dissolve-cluster", "cluster": row["cluster"], "effective": row["end_date"]})
        yield decision(number, row["start_date"] or "..", changes)


def links() -> Iterator[Document]:
    """All organisations first; then one decision a date, in which each link moves what passes on as one segment."""
    known, found = organisations(), rows("organisation_link")
    changes: list[Document] = [
        {"change": "establish-cluster", "cluster": row["cluster"], "title": row["name"]} for row in known.values()
    ]
    moves: dict[str, list[Document]] = {}
    for number, link in enumerate(found):
        before, after = (known[link[f"{side}_organisation_id"]]["cluster"] for side in ("predecessor", "successor"))
        segment = f"{before}/passed-on-{number}"
        changes.append({"change": "add-segment", "segment": segment, "title": link["type"]})
        move = {"change": "transfer-segment", "segment": segment, "to": after}
        moves.setdefault(link["link_start_date"], []).append(move)
    yield decision(0, "..", changes)
    for number, (day, made) in enumerate(sorted(moves.items()), 1):
        yield decision(number, day, made)


def test_thirty_two_dates_on_which_departments_were_changed(tmp_path: Path) -> None:
    """60 links on 32 dates, each of which is one decision: events and decisions are counted apart.

    69 organisations and 60 segments live from 1980 to 2024, 45 years: 129 x 45 unit-years.
    """
    ledger = imported(tmp_path, links())
    events = figure(ledger, "restructuring-events", "1980", "2024")
    decisions = figure(ledger, "restructuring-decisions", "1980", "2024")
    assert (events.n, decisions.n, detail(decisions)["change dates"]) == (60, 32, 32)
    assert events.out_of == pytest.approx(129 * 45, rel=1e-3)
    assert events.value == pytest.approx(60 / (129 * 45), rel=1e-3)
    one_day = figure(ledger, "restructuring-decisions", "2023-02-07", "2023-02-07")
    assert (one_day.n, len(one_day.events)) == (1, 6)


def test_ended_departments_lived_five_years_and_all_of_them_longer(tmp_path: Path) -> None:
    """Of 69, 44 state their start; 29 of those ended, after 0.97 to 29.5 years, median 5.1: biased low.

    With the 15 that live on the median is 6.6 years, as lifelines has it too. The other 25 are older than anything
    that is stated: taken as begun on the first stated day, they would lift it to 23.5.
    """
    ledger = imported(tmp_path, lives())
    found = figure(ledger, "cluster-survival", "1968", "2024")
    beside = detail(found)
    assert (found.out_of, found.n, found.censored, beside["ended"]) == (69, 44, 15, 29)
    assert beside["median of the ended"] == pytest.approx(5.1, abs=0.05)
    assert found.value == pytest.approx(6.57, abs=0.005)
    assert beside["median if those began on the first stated day"] == pytest.approx(23.45, abs=0.005)
    known = record(ledger)
    stated = [life for life in lives_of(known.lives("cluster")) if life.start]
    lasted = sorted((life.end - life.start) / 365.25 for life in stated if life.ended_by)
    assert (lasted[0], lasted[-1]) == (pytest.approx(0.97, abs=0.005), pytest.approx(29.5, abs=0.05))


def test_the_median_of_all_departments_is_that_of_lifelines(tmp_path: Path) -> None:
    """Recorded by scripts/oracles for the same days, which it reads from the source and the ledger from its events."""
    theirs = oracles.recorded("departments")
    ledger = imported(tmp_path, lives())
    known = record(ledger)
    stated = [life for life in lives_of(known.lives("cluster")) if life.start]
    last = day_of(oracles.LAST_DAY.isoformat())
    lasted = sorted((min(life.end, last) - life.start, life.ended_by > 0) for life in stated)
    assert lasted == sorted(oracles.departments(shared("data/ifg/organisation.csv")))
    assert oracles.digest(lasted) == theirs["input"]
    assert figure(ledger, "cluster-survival", "1968", "2024").value == pytest.approx(theirs["median_days"] / 365.25)
