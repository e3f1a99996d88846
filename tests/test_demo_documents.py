"""The decisions of the demonstration: true to their source, marked where invented, recordable in order."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.histories import History, Recording
from support.shared_files import shared
from support.small_world import constitution

from ledger.application import Ledger
from ledger.documents.decision import Decision, read_decision
from ledger.documents.formats import read_documents
from ledger.events.envelope import Recorder
from ledger.rules.judge import judge, settings_on
from ledger.timeline import day_of

FOLDER = Path(__file__).resolve().parents[1] / "scripts" / "examples" / "demo"
FILES = sorted(FOLDER.glob("*.yaml"))
LAST_DEPARTMENTS = 30
# Far from any day on which the source lets a department and its successor overlap, or leaves a day between.
QUIET_DAYS = (
    *("2001-06-07", "2001-06-12", "2002-12-31", "2005-01-01", "2008-01-01", "2009-12-31", "2012-01-01"),
    *("2015-12-31", "2017-01-01", "2018-12-31", "2020-06-30", "2021-12-31", "2023-02-07", "2024-08-01"),
)


@cache
def fields(file: Path) -> dict[str, Any]:
    """The one document of a file, as it was typed."""
    [document] = read_documents(file.read_bytes(), file.name)
    return document.fields


def decision(file: Path) -> Decision:
    return read_decision(fields(file), file.name)


@cache
def recorded() -> History:
    """All decisions after a constitution; fails at the first that the rules do not let in."""
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    for file in FILES:
        before = recording.history()
        found = decision(file)
        recording.decide(found.header.authority, found.header.reference)
        facts = [recording.say(said.change, said.effective, said.corrects) for said in found.changes]
        state = before.state()
        state.load({fact.stream for fact in facts})
        settings = settings_on(state, day_of("2026-01-01"))
        judged = judge(state, before.source(), facts, found.header, settings=settings)
        assert (judged.refused, judged.acceptances_needed, judged.notices) == ((), (), ()), file.name
    return recording.history()


def departments(day: str) -> list[str]:
    known = recorded().ends()[LAST_DEPARTMENTS]  # what is invented overlaps with the years of the source
    return sorted(cluster.get("title") for cluster in recorded().state(known).at(day_of(day)).of_kind("cluster"))


def title(id_: str, day: str, upto: int | None = None) -> object:
    thing = recorded().state(upto).thing(id_)
    return thing and thing.value("title", day_of(day))


def test_the_numbers_of_the_files_are_the_order_of_recording_without_a_gap() -> None:
    assert [int(file.name.partition("-")[0]) for file in FILES] == list(range(1, len(FILES) + 1))


def test_every_document_is_a_decision_of_its_own() -> None:
    assert len({decision(file).header.key for file in FILES}) == len(FILES)


def test_what_is_invented_is_marked_and_nothing_else_is() -> None:
    marked = [number for number, file in enumerate(FILES, 1) if decision(file).header.illustrative]
    assert marked == list(range(LAST_DEPARTMENTS + 1, len(FILES) + 1))


@pytest.mark.parametrize("file", FILES[:LAST_DEPARTMENTS], ids=lambda file: file.stem)
def test_nothing_is_added_to_what_the_source_states(file: Path) -> None:
    assert set(fields(file)) == {"authority", "reference", "effective", "changes"}
    said = {name for change in fields(file)["changes"] for name in change}
    assert said <= {"change", "cluster", "segment", "title", "to", "successors", "effective"}


def test_all_documents_are_recorded_in_order_without_a_notice_from_the_rules() -> None:
    assert len(recorded().decisions) == len(FILES) + 1


def test_a_ledger_takes_every_document_once(tmp_path: Path) -> None:
    office = Recorder(id="Registry", basis="configured")
    with Ledger.create(tmp_path / "demo.ledger", government="Demonstration", recorder=office) as ledger:
        first = [ledger.record(fields(file)) for file in FILES]
        again = [ledger.record(fields(file)) for file in FILES]
    assert [receipt.already_recorded for receipt in (*first, *again)] == [False] * len(FILES) + [True] * len(FILES)
    assert [receipt.positions for receipt in first] == [receipt.positions for receipt in again]


@pytest.mark.parametrize("day", QUIET_DAYS)
def test_the_departments_of_a_day_are_those_of_the_source(day: str) -> None:
    with shared("data/ifg/organisation.csv").open(encoding="utf-8", newline="") as file:
        source = [
            row["name"]
            for row in csv.DictReader(file)
            if row["start_date"] <= day and (not row["end_date"] or row["end_date"] > day)
        ]
    assert departments(day) == sorted(source)


def test_six_links_of_one_day_are_one_decision() -> None:
    [six] = [decision(file) for file in FILES if fields(file)["effective"] == "2023-02-07"]
    assert [said.change.NAME for said in six.changes] == [
        *["establish-cluster"] * 3, *["dissolve-cluster"] * 2, "retitle-cluster",
    ]  # fmt: skip


def test_equalities_keep_their_id_through_every_transfer() -> None:
    segment = recorded().state().thing("cabinet-office/equalities")
    assert segment is not None
    assert [segment.value("cluster", day_of(f"{year}-12-31")) for year in (2000, 2001, 2006, 2007, 2010, 2015)] == [
        "cabinet-office", "business", "communities", "equalities-office", "culture", "education",
    ]  # fmt: skip


def test_a_decision_recorded_late_takes_its_place_before_a_later_one() -> None:
    segment = recorded().state().thing("wellbeing/alternative-medicine")
    assert segment is not None
    scopes = [segment.value("scope", day_of(day)) for day in ("2024-03-31", "2024-04-01", "2024-07-01")]
    assert [str(scope).split()[-1] for scope in scopes] == ["effects.", "it.", "for."]


def test_the_last_decision_corrects_what_was_known_before_it() -> None:
    before, now = recorded().ends()[-2:]
    assert f"p{before} " in (FOLDER.parents[1] / "demo").read_text()
    assert title("wellbeing", "2024-05-15", before) == "Health and prevention"
    assert title("wellbeing", "2024-05-15", now) == "Missions for wellbeing"


def test_a_decision_of_2030_changes_nothing_before() -> None:
    segment = recorded().state().thing("living-places/quiet-streets")
    assert segment is not None
    assert [segment.value("cluster", day_of(day)) for day in ("2029-12-31", "2030-01-01")] == [
        "living-places", "wellbeing",
    ]  # fmt: skip


def test_no_person_is_named_in_the_clear() -> None:
    [leaders] = [decision(file) for file in FILES if file.stem.endswith("leaders")]
    assert "fictitious" not in str(leaders.normal())
