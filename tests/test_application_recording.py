"""Recording a decision: all of it or nothing, once, under one instant, with a receipt that holds the ledger to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, REGISTRY, START, Document, constituted, decide, document, governed, ticking

from ledger.application import Ledger
from ledger.errors import InputError, LedgerExists, Refused, SameReferenceOtherText, UnreadableEvent
from ledger.events.canonical import canonical
from ledger.events.envelope import Recorder
from ledger.store.choice.recording import make
from ledger.store.types import Draft

RETITLE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"}
APPOINT: Document = {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": "Jane Doe"}
SIX: list[Document] = [
    RETITLE,
    {"change": "repurpose-cluster", "cluster": "care", "purpose": "To care."},
    {"change": "retitle-mission", "mission": "sleep", "title": "Sleep better"},
    APPOINT,
    {"change": "retitle-segment", "segment": "care/homes", "title": "At home"},
    {"change": "adopt-settings", "late_after_days": 10},
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The small government."""
    with governed(tmp_path) as found:
        yield found


def lines(ledger: Ledger, after: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ledger.lines(after)]


# All or nothing


def test_the_events_of_a_decision_stand_together_at_one_instant_in_the_order_of_its_changes(ledger: Ledger) -> None:
    before = ledger.head().position
    receipt = decide(ledger, *SIX, reference="CM-1")
    found = lines(ledger, before)
    assert receipt.positions == tuple(range(before + 1, before + 7))
    assert [line["decision"]["part"] for line in found] == [[n, 6] for n in range(1, 7)]
    assert len({line["recorded_at"] for line in found}) == len({line["decision"]["document"] for line in found}) == 1
    assert [line["type"].partition("/")[0] for line in found[:2]] == ["cluster.retitled", "cluster.repurposed"]


def test_versions_of_a_stream_are_dense_across_and_within_decisions(ledger: Ledger) -> None:
    decide(ledger, *SIX, reference="CM-1")
    decide(ledger, {**RETITLE, "title": "X"}, effective="2026-04-02")
    versions: dict[str, list[int]] = {}
    for line in lines(ledger):
        versions.setdefault(line["stream"], []).append(line["version"])
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert len(versions) == 4


def test_a_receipt_holds_the_ledger_to_its_size_and_root(ledger: Ledger) -> None:
    receipt = decide(ledger, RETITLE)
    decide(ledger, {**RETITLE, "title": "X"}, effective="2026-05-01")
    assert ledger.known(f"p{receipt.tree_size}").root == receipt.root
    assert ledger.verify(receipt.tree_size, receipt.root).ok
    assert not ledger.verify(receipt.tree_size, "sha256:" + "00" * 32).ok


def test_every_record_time_is_later_than_the_one_before_in_utc_and_microseconds(ledger: Ledger) -> None:
    for number in range(3):
        decide(ledger, {**RETITLE, "title": f"Title {number}"}, effective=f"2026-05-0{number + 1}")
    times = [recorded[0].event.recorded_at for recorded in ledger.decisions()]
    assert times == sorted(set(times))
    assert all(len(time) == 27 and time.endswith("Z") for time in times)


def test_a_plan_records_nothing_and_says_what_recording_does(ledger: Ledger) -> None:
    before = list(ledger.lines())
    asked = document(*SIX, reference="CM-1", decided_on="2025-01-01")
    plan = ledger.plan(asked)
    assert list(ledger.lines()) == before
    receipt = ledger.record(asked)
    assert tuple(fact.position for fact in plan.facts) == receipt.positions
    assert [fact.id for fact in plan.facts] == [one.event.id for one in ledger.events(plan.facts[0].position - 1)]
    assert [notice.rule for notice in plan.notices] == [notice.rule for notice in receipt.notices]
    assert "recorded-late" in [notice.rule for notice in receipt.notices]


def test_an_event_says_who_typed_it_in_and_how_that_is_known(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        path = ledger.store.location
    with Ledger.open(path, recorder=Recorder(id="Ministry of Care", basis="configured"), clock=ticking()) as other:
        decide(other, RETITLE)
        assert lines(other)[-1]["recorder"] == {"basis": "configured", "id": "Ministry of Care"}
        assert "signatures" not in lines(other)[-1]


# Once


def test_the_same_document_in_other_words_is_the_same_decision(ledger: Ledger) -> None:
    first = decide(ledger, *SIX[:3], reference="CM-1", responds_to=None)
    reordered = [dict(reversed(list(change.items()))) for change in SIX[:3]]
    said = {"changes": reordered, "reference": " CM-1 ", "authority": AUTHORITY, "effective": "2026-04-01"}
    again = ledger.record(said)
    assert again.already_recorded
    assert (again.positions, again.root, again.recorded_at) == (first.positions, first.root, first.recorded_at)


def test_a_decision_handed_in_again_much_later_gets_the_receipt_of_its_own_time(ledger: Ledger) -> None:
    first = decide(ledger, RETITLE, reference="CM-1")
    decide(ledger, {**RETITLE, "title": "X"}, effective="2026-05-01")
    again = decide(ledger, RETITLE, reference="CM-1")
    assert (again.tree_size, again.root) == (first.tree_size, first.root)
    assert ledger.plan(document(RETITLE, reference="CM-1")).already_recorded


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"rationale": "Y"}, "rationale differs"),
        ({"rationale": None, "decided_on": "2026-03-01"}, "decided_on and rationale differ."),
        ({"effective": "2026-04-02"}, "effective differs"),
        (
            {"rationale": None, "decided_on": "2026-03-01", "effective": "2026-04-02", "legal_basis": "Act"},
            " and 1 more differ.",
        ),
        ({"changes": [RETITLE]}, "the number of changes (2 and 1) differs"),
        ({"changes": [{**RETITLE, "title": "Z"}, APPOINT]}, "title of change 1 differs"),
        ({"changes": [RETITLE, {**APPOINT, "holder": "Jane Roe"}]}, "holder of change 2 differs"),
        ({"changes": [APPOINT, RETITLE]}, "change of change 1"),
    ],
)
def test_another_text_under_the_same_reference_is_refused_with_what_differs(
    ledger: Ledger, other: Document, differs: str
) -> None:
    recorded = document(RETITLE, APPOINT, reference="CM-1", rationale="X")
    receipt = ledger.record(recorded)
    for ask in (ledger.plan, ledger.record):
        with pytest.raises(SameReferenceOtherText) as refusal:
            ask({**recorded, **other})
        said = str(refusal.value)
        assert 'Decision "CM-1" was recorded on 2026-03-05 with another text' in said
        assert differs in said
        assert 'such as "CM-1/2"' in said
        assert f"correct event cluster:care@{4}" in said
    assert ledger.head().position == receipt.tree_size


def test_the_reference_that_is_proposed_is_free(ledger: Ledger) -> None:
    decide(ledger, RETITLE, reference="CM-1")
    decide(ledger, {**RETITLE, "title": "Second"}, reference="CM-1/2")
    with pytest.raises(SameReferenceOtherText, match='such as "CM-1/3"'):
        decide(ledger, {**RETITLE, "title": "Third"}, reference="CM-1")
    decide(ledger, {**RETITLE, "title": "Third"}, reference="CM-1/3")


def test_two_authorities_may_use_one_reference(ledger: Ledger) -> None:
    decide(ledger, RETITLE, reference="1")
    decide(ledger, {**RETITLE, "title": "X"}, reference="1", authority="Registrar")
    assert len(ledger.decision("Registrar", "1")) == len(ledger.decision(AUTHORITY, "1")) == 1


def test_names_of_decisions_are_not_confused_by_quotes_and_brackets(ledger: Ledger) -> None:
    decide(ledger, RETITLE, authority='a","b', reference="c")
    assert ledger.decision("a", 'b","c') == ()
    decide(ledger, {**RETITLE, "title": "X"}, authority="a", reference='b","c')
    assert len(ledger.decision("a", 'b","c')) == 1


# Making and opening


def test_the_first_event_says_whose_ledger_it_is_and_is_unlike_any_other(tmp_path: Path) -> None:
    ids = set()
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        with constituted(tmp_path / str(number), timezone="Europe/Vienna") as ledger:
            [line] = lines(ledger)
            assert line["type"] == "government.constituted/1"
            assert line["data"]["timezone"] == ledger.government.timezone == "Europe/Vienna"
            assert ledger.government.name == "Illyria"
            assert ledger.government.origin == f"cluster-ledger/{ledger.government.ledger_id}"
            ids.add(ledger.government.ledger_id)
    assert len(ids) == 2


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "../etc/passwd", "Europe", "UTC\x00", "x" * 300])
def test_a_time_zone_that_does_not_exist_is_refused_and_leaves_no_file(tmp_path: Path, timezone: str) -> None:
    with pytest.raises(InputError) as refusal:
        constituted(tmp_path, timezone=timezone)
    assert str(refusal.value).isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("government", ["", "a\nb", "x" * 301])
def test_a_name_that_cannot_be_is_refused_and_leaves_no_file(tmp_path: Path, government: str) -> None:
    with pytest.raises(InputError):
        Ledger.create(tmp_path / "a.ledger", government=government, recorder=REGISTRY)
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_is_never_made_over_another(tmp_path: Path) -> None:
    with governed(tmp_path), pytest.raises(LedgerExists):
        constituted(tmp_path)


def test_a_ledger_knows_after_opening_what_it_knew_before(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        decide(ledger, *SIX, reference="CM-1")
        before, path = ledger.known(), ledger.store.location
    with Ledger.open(path, recorder=REGISTRY, clock=ticking(START + timedelta(days=1))) as again:
        assert again.known() == before
        assert decide(again, *SIX, reference="CM-1").already_recorded
        with pytest.raises(Refused):
            decide(again, RETITLE, reference="CM-2")


def test_the_clock_of_the_machine_is_asked_once_for_a_decision(tmp_path: Path) -> None:
    times = iter(START + timedelta(seconds=n) for n in range(100))
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(next(times))
        return asked[-1]

    with constituted(tmp_path, clock) as ledger:
        receipt = decide(ledger, {"change": "establish-cluster", "cluster": "a", "title": "A"})
        assert receipt.recorded_at in asked


def test_an_event_that_another_version_wrote_is_told_by_its_position(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    with constituted(tmp_path) as ledger:
        first = json.loads(next(ledger.lines()))

    def encode(version: int, recorded_at: str) -> bytes:
        kept = {"basis": "os-user", "id": "somebody"}
        return canonical(first | {"version": version, "recorded_at": recorded_at, "recorder": kept})

    key = canonical([first["decision"]["authority"], first["decision"]["reference"]]).decode()
    make(path, (Draft(first["stream"], first["type"], key, 1, encode),)).close()
    with pytest.raises(
        UnreadableEvent, match=r"position 1, of type .government.constituted/1., was recorded by another"
    ):
        Ledger.open(path, read_only=True)
