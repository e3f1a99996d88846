"""The record as PROV-JSON: read by the library of the standard, and saying who decided, recorded and corrected what."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import prov.model as prov
import pytest
from hypothesis import HealthCheck, given, settings
from support.demonstrations import demonstration
from support.examples import examples
from support.governing import AUTHORITY, decide, event_id, governed
from support.histories import History, histories
from support.written_ledgers import written as ledger_of

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.integrity.tree import format_root, leaf_hash
from projections.exports.prov.record import write_prov


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with demonstration(tmp_path_factory.mktemp("prov") / "demo.ledger") as ledger:
        yield ledger


def exported(ledger: Ledger, **options: Any) -> bytes:
    buffer = io.BytesIO()
    write_prov(ledger, buffer, **options)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def document(ledger: Ledger) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the library warns of whatever it reads and will refuse one day
        return prov.ProvDocument.deserialize(content=exported(ledger).decode(), format="json")


@pytest.fixture(scope="module")
def written(ledger: Ledger) -> dict[str, Any]:
    return json.loads(exported(ledger))


def test_every_event_is_an_entity_that_names_its_leaf_of_the_tree(ledger: Ledger, written: dict[str, Any]) -> None:
    lines = list(ledger.lines())
    events = {name: said for name, said in written["entity"].items() if name.startswith("event:")}
    leaves = [(said["cl:position"]["$"], said["cl:leaf"]) for said in events.values()]
    assert leaves == [(str(place), format_root(leaf_hash(line))) for place, line in enumerate(lines, 1)]


def test_the_library_of_the_standard_reads_everything_that_was_written(document: Any, written: dict[str, Any]) -> None:
    said = sum(len(section) for name, section in written.items() if name != "prefix")
    assert len(list(document.get_records())) == said
    again = prov.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document


def test_every_entity_activity_and_agent_that_is_spoken_of_is_described_or_an_earlier_event(document: Any) -> None:
    named = {record.identifier for record in document.get_records() if record.is_element()}
    for relation in document.get_records(prov.ProvRelation):
        ends = [value for name, value in relation.formal_attributes if name.localpart != "time" and value is not None]
        assert named.issuperset(ends), relation


def test_decisions_are_associated_with_their_authority_and_their_recording_with_the_recorder(
    ledger: Ledger, written: dict[str, Any]
) -> None:
    pairs = {(said["prov:activity"], said["prov:agent"]) for said in written["wasAssociatedWith"].values()}
    decisions = [decision[0].event for decision in ledger.decisions()]
    assert len(pairs) == 2 * len(decisions)
    assert ("decision:Illyria/constitution", "authority:Illyria") in pairs
    assert ("recording:Illyria/constitution", "recorder:Registry") in pairs
    labels = {said["prov:label"] for name, said in written["agent"].items() if name.startswith("authority:")}
    assert labels == {event.decision.authority for event in decisions}


def test_a_strike_and_a_correction_are_derived_from_the_event_that_they_speak_of(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        said = decide(ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"})
        target = event_id(ledger, said)
        again = {"change": "retitle-cluster", "cluster": "care", "title": "Health", "corrects": target}
        fixed = {"change": "correct", "target": target, "data": {"title": "Caring"}, "because": "A slip."}
        decide(ledger, fixed, effective=None, reference="C-1")
        stand_in = event_id(ledger, decide(ledger, again, reference="C-2"))
        decide(
            ledger, {"change": "strike", "target": stand_in, "because": "In error."}, effective=None, reference="S-1"
        )
        found = json.loads(exported(ledger))["wasDerivedFrom"].values()
    assert [(said["prov:usedEntity"], said["prov:type"]["$"]) for said in found] == [
        ("event:cluster/care@4", "prov:Revision"),
        ("event:cluster/care@4", "prov:Revision"),
        ("event:cluster/care@6", "cl:Strike"),
    ]


def test_a_decision_that_strikes_or_rescinds_another_is_informed_by_it(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        later = {"change": "retitle-cluster", "cluster": "care", "title": "Cure"}
        name = {"authority": AUTHORITY, "reference": "A-1"}
        decide(ledger, later, effective="2030-01-01", reference="A-1")
        decide(ledger, {"change": "rescind-decision", "decision": name}, reference="R-1")
        found = json.loads(exported(ledger))["wasInformedBy"].values()
    pairs = [(said["prov:informed"], said["prov:informant"]) for said in found]
    assert ("decision:Council%20of%20Ministers/R-1", "decision:Council%20of%20Ministers/A-1") in pairs


def test_documents_and_signals_are_used_by_the_decisions_that_cite_them(
    ledger: Ledger, written: dict[str, Any]
) -> None:
    used = [said["prov:entity"] for said in written["used"].values()]
    cited = [id_ for decision in ledger.decisions() for id_ in decision[0].event.decision.responds_to or ()]
    assert cited
    assert [name for name in used if name.startswith("thing:")] == [f"thing:{id_}" for id_ in cited]
    assert all(name in written["entity"] for name in used)


def test_personal_data_and_what_commits_to_it_stay_out(tmp_path: Path) -> None:
    with demonstration(tmp_path / "a.ledger") as ledger:
        ledger.record(
            {
                "authority": "Council",
                "reference": "L-1",
                "effective": "2026-04-01",
                "changes": [
                    {"change": "appoint-leader", "of": "government", "office": "Premier", "holder": "Ada Lovelace"}
                ],
            }
        )
        said = exported(ledger)
    assert b"Premier" in said
    assert b"Lovelace" not in said
    assert b"commitment" not in said


def test_the_same_record_gives_the_same_bytes_whatever_came_later(tmp_path: Path) -> None:
    with demonstration(tmp_path / "a.ledger", 20) as ledger:
        before, position = exported(ledger), ledger.head().position
        ledger.record(
            {
                "authority": "Council",
                "reference": "X-1",
                "effective": "2026-04-01",
                "changes": [{"change": "establish-cluster", "cluster": "later", "title": "Later"}],
            }
        )
        assert exported(ledger, upto=position) == before
        assert exported(ledger) != before


def test_size_and_root_of_what_was_written_are_those_of_the_ledger(ledger: Ledger) -> None:
    known = ledger.known("p20")
    assert write_prov(ledger, io.BytesIO(), known.position) == (known.size, known.root)


def test_a_record_of_nothing_is_a_document_too(ledger: Ledger) -> None:
    found = prov.ProvDocument.deserialize(content=exported(ledger, upto=0).decode(), format="json")
    [record] = found.get_records()
    assert record.identifier.localpart == "record"


def test_addresses_begin_with_the_ledger_id_or_with_the_base_that_is_given(ledger: Ledger) -> None:
    ours = json.loads(exported(ledger))["prefix"]["thing"]
    assert ours.replace("-", "") == f"urn:uuid:{ledger.government.ledger_id}#thing/"
    theirs = json.loads(exported(ledger, base="https://data.example.gov/id/"))["prefix"]["thing"]
    assert theirs == "https://data.example.gov/id/thing/"


@pytest.mark.parametrize("base", ["", "data.example.gov/", "https://data.example.gov/id", "https://a b/", "javascript"])
def test_a_base_that_no_address_can_begin_with_is_refused(ledger: Ledger, base: str) -> None:
    with pytest.raises(InputError, match="cannot be what addresses begin with"):
        exported(ledger, base=base)


@given(histories())
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
def test_any_history_is_a_document_that_the_library_reads_in_full(history: History) -> None:
    with TemporaryDirectory() as name, ledger_of(Path(name, "a.ledger"), history) as ledger:
        content = exported(ledger)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = prov.ProvDocument.deserialize(content=content.decode(), format="json")
    said = sum(len(section) for name, section in json.loads(content).items() if name != "prefix")
    assert len(list(document.get_records())) == said
