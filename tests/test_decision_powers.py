"""By whose order a decision was taken, which body adopted it, and under which licence the ledger is published."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.governing import AUTHORITY, decide, document, governed
from support.plain import history, why

from ledger.application import Ledger
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument
from ledger.timeline import day_of
from projections.exports.org.structure import write_org
from projections.exports.prov.record import write_prov
from projections.snapshots.csv import write_csv
from projections.snapshots.question import snapshot
from projections.views.read_model import Views

ADOPTED = {"body": "Cabinet of Illyria", "quorum": 9, "votes": {"in_favour": 11, "against": 2}}
RETITLED = {"change": "retitle-cluster", "cluster": "care", "title": "Care for all"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as ledger:
        decide(ledger, RETITLED, reference="powers", delegated_by="President", adopted_by=ADOPTED)
        yield ledger


@pytest.fixture
def views(ledger: Ledger, tmp_path: Path) -> Iterator[Views]:
    with Views(ledger, tmp_path) as views:
        yield views


def test_order_and_adoption_stand_in_the_normal_form_and_may_be_corrected(ledger: Ledger, views: Views) -> None:
    written = ledger.decision(AUTHORITY, "powers")[0].event.decision.normal()
    assert (written["delegated_by"], written["adopted_by"]) == ("President", ADOPTED)
    target = {"authority": AUTHORITY, "reference": "powers"}
    correction = {
        "change": "correct", "target": target, "because": "The minute.", "decision": {"adopted_by": {"body": "Senate"}},
    }  # fmt: skip
    decide(ledger, correction, effective=None, reference="correction")
    said = [one["decision"] for one in history(views, "care", ledger.head().position) if one["status"] != "struck"]
    assert {"body": "Senate"} in [one["adopted_by"] for one in said if one["reference"] == "powers"]


def test_why_and_history_say_who_ordered_and_who_adopted(ledger: Ledger, views: Views) -> None:
    known = ledger.head().position
    (title,) = (one for one in why(views, "care", day_of("2026-05-01"), known) if one["name"] == "title")
    (entry,) = (one for one in history(views, "care", known) if one["decision"]["reference"] == "powers")
    for decision in (title["decision"], entry["decision"]):
        assert (decision["delegated_by"], decision["adopted_by"]) == ("President", ADOPTED)


@pytest.mark.parametrize("word", ["president", "cabinet"])
def test_a_decision_is_found_by_who_ordered_and_who_adopted_it(views: Views, word: str) -> None:
    views.catch_up()
    found = views.file.select("SELECT reference FROM decisions WHERE search LIKE ?", (f"%{word}%",))
    assert list(found) == [("powers",)]


def test_provenance_says_on_whose_behalf_an_authority_acted_and_how_the_body_voted(ledger: Ledger) -> None:
    buffer = io.BytesIO()
    write_prov(ledger, buffer)
    found = json.loads(buffer.getvalue())
    labels = {name: agent["prov:label"] for name, agent in found["agent"].items()}
    (behalf,) = found["actedOnBehalfOf"].values()
    assert labels[behalf["prov:delegate"]] == AUTHORITY and labels[behalf["prov:responsible"]] == "President"
    (body,) = (one for one in found["wasAssociatedWith"].values() if one.get("prov:role") == "adopting body")
    assert labels[body["prov:agent"]] == "Cabinet of Illyria"
    counts = {name: body[f"cl:{name}"]["$"] for name in ("quorum", "in_favour", "against")}
    assert counts == {"quorum": "9", "in_favour": "11", "against": "2"} and "cl:abstained" not in body


@pytest.mark.parametrize(
    "adopted",
    [{"quorum": 3}, {"body": "Cabinet", "votes": {"against": 1}}, {"body": "Cabinet", "quorum": -1}, "Cabinet"],
)
def test_an_adoption_without_body_or_with_a_count_that_is_none_is_refused(adopted: Any) -> None:
    with pytest.raises(MalformedDocument):
        read_decision(document(RETITLED, adopted_by=adopted))


def package(views: Views) -> dict[str, Any]:
    found = snapshot(views, day_of("2026-05-01"), views.ledger.known(None))
    made = io.BytesIO()
    write_csv(found, made)
    with zipfile.ZipFile(made) as archive:
        return dict(json.loads(archive.read("datapackage.json")))


@pytest.mark.parametrize(
    ("licence", "stated"),
    [
        ("CC BY 4.0", {"name": "CC-BY-4.0", "title": "CC BY 4.0"}),
        (
            "https://example.gov/licence",
            {"path": "https://example.gov/licence", "title": "https://example.gov/licence"},
        ),
        ("\u958b\u653e", {"name": "other", "title": "\u958b\u653e"}),
    ],
)
def test_licence_and_publisher_stand_in_every_snapshot_and_export(
    ledger: Ledger, views: Views, licence: str, stated: dict[str, str]
) -> None:
    assert not {"licenses", "contributors"} & package(views).keys()
    decide(
        ledger, {"change": "adopt-settings", "licence": licence, "publisher": "Registry of Illyria"}, effective="2026"
    )
    found = package(views)
    assert found["licenses"] == [stated]
    assert found["contributors"] == [{"title": "Registry of Illyria", "role": "publisher"}]
    context = snapshot(views, day_of("2026-05-01"), ledger.known()).context
    assert (context["licence"], context["publisher"]) == (licence, "Registry of Illyria")
    buffer = io.BytesIO()
    write_prov(ledger, buffer)
    record = json.loads(buffer.getvalue())["entity"]["ledger:record"]
    assert (record["dcterms:license"], record["dcterms:publisher"]) == (licence, "Registry of Illyria")
    buffer = io.BytesIO()
    write_org(views, buffer, day_of("2026-05-01"), ledger.head().position)
    (record,) = (one for one in json.loads(buffer.getvalue())["@graph"] if "cl:known_position" in one)
    assert (record["dcterms:license"], record["dcterms:publisher"]) == (licence, "Registry of Illyria")
