"""The structure as W3C ORG in JSON-LD: read by an RDF library without a network, with only words that exist."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, ORG, PROV, RDF, SKOS
from support.demonstrations import demonstration
from support.examples import examples
from support.governing import decide, event_id, governed
from support.histories import History, histories
from support.written_ledgers import written

from ledger.application import Ledger
from ledger.errors import InputError
from ledger.timeline import day_of
from projections.exports.addresses import TERMS, Addresses
from projections.exports.org.structure import CLASSES, write_org
from projections.views.read_model import Views

BASE = "https://data.example.gov/id/"


class Exporter:
    """A ledger with its views, and what is exported of it."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger, self.views = ledger, Views(ledger, folder)

    def bytes(self, effective: str = "2026-12-01", known: str | None = None, base: str | None = BASE) -> bytes:
        buffer = io.BytesIO()
        write_org(self.views, buffer, day_of(effective), self.ledger.known(known).position, base=base)
        return buffer.getvalue()

    def graph(self, effective: str = "2026-12-01", known: str | None = None) -> Any:
        return rdflib.Graph().parse(data=self.bytes(effective, known), format="json-ld")

    def close(self) -> None:
        self.views.close()
        self.ledger.close()


def thing(id_: str) -> Any:
    return rdflib.URIRef(f"{BASE}thing/{id_}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exporter]:
    folder = tmp_path_factory.mktemp("org")
    found = Exporter(demonstration(folder / "demo.ledger"), folder)
    yield found
    found.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Exporter]:
    found = Exporter(governed(tmp_path), tmp_path)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a network was asked for")

    monkeypatch.setattr("socket.socket.connect", refuse)


def test_every_word_of_a_vocabulary_that_is_used_exists_in_it(demo: Exporter) -> None:
    known = {str(words._NS): words for words in (ORG, PROV, SKOS, DCTERMS, RDF)}
    used = {word for _, verb, other in demo.graph() for word in (verb, other) if isinstance(word, rdflib.URIRef)}
    checked = set()
    for word in used:
        namespace, name = rdflib.namespace.split_uri(word) if "#" in word or "purl.org" in word else ("", "")
        if namespace in known:
            assert word in known[namespace], word
            checked.add(namespace)
    assert len(checked) == 5
    verbs = {str(verb) for _, verb, _ in demo.graph()}
    assert all(verb.startswith((*known, TERMS)) for verb in verbs)


def test_what_is_live_is_described_by_the_classes_of_the_vocabulary(demo: Exporter) -> None:
    graph, structure = demo.graph(), demo.views.structure(day_of("2026-12-01"), demo.ledger.head().position)
    classes = {
        "cluster": ORG.Organization,
        "segment": ORG.OrganizationalUnit,
        "mission": ORG.OrganizationalCollaboration,
    }
    for kind, class_ in classes.items():
        for found in structure.of_kind(kind):
            assert (thing(found.id), RDF.type, class_) in graph
            assert graph.value(thing(found.id), SKOS.prefLabel).value == found.get("title")
    for found in structure.of_kind("segment"):
        assert (thing(found.id), RDF.type, SKOS.Concept) in graph
        assert (thing(found.id), ORG.unitOf, thing(found.get("cluster"))) in graph
    for found in structure.of_kind("cluster"):
        assert (thing(found.id), ORG.subOrganizationOf, thing("government")) in graph


def test_an_affiliation_is_a_membership_with_its_extent_as_role(small: Exporter) -> None:
    graph = small.graph()
    [membership] = graph.subjects(RDF.type, ORG.Membership)
    assert graph.value(membership, ORG.member) == thing("care/homes")
    assert graph.value(membership, ORG.organization) == thing("sleep")
    assert graph.value(graph.value(membership, ORG.role), SKOS.prefLabel).value == "full"


def test_a_dissolved_cluster_leads_to_its_successors_through_a_change(small: Exporter) -> None:
    dissolved = {"change": "dissolve-cluster", "cluster": "places", "successors": ["care"]}
    change = rdflib.URIRef(BASE + "event/" + event_id(small.ledger, decide(small.ledger, dissolved)).replace(":", "/"))
    graph = small.graph()
    assert set(graph.objects(change, ORG.originalOrganization)) == {thing("places")}
    assert set(graph.objects(change, ORG.resultingOrganization)) == {thing("care")}
    assert (thing("care"), PROV.wasDerivedFrom, thing("places")) in graph
    assert (thing("places"), RDF.type, ORG.Organization) in graph, "what has ended is described too"
    assert graph.value(thing("places"), SKOS.prefLabel).value == "Places"
    assert str(graph.value(change, DCTERMS.date)) == "2026-04-01"
    decision = graph.value(change, PROV.wasInformedBy)
    authority = graph.value(decision, PROV.wasAssociatedWith)
    assert graph.value(authority, SKOS.prefLabel).value == "Council of Ministers"


def test_a_transfer_names_the_cluster_that_a_segment_left_and_the_one_it_came_to(small: Exporter) -> None:
    said = decide(small.ledger, {"change": "transfer-segment", "segment": "care/homes", "to": "places"})
    change = rdflib.URIRef(BASE + "event/" + event_id(small.ledger, said).replace(":", "/"))
    graph = small.graph()
    assert set(graph.objects(change, ORG.originalOrganization)) == {thing("care/homes"), thing("care")}
    assert set(graph.objects(change, ORG.resultingOrganization)) == {thing("care/homes"), thing("places")}
    assert (thing("care/homes"), ORG.unitOf, thing("places")) in graph


def test_a_change_that_was_struck_or_is_still_to_come_is_not_there(small: Exporter) -> None:
    before = set(small.graph().subjects(RDF.type, ORG.ChangeEvent))
    said = decide(small.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"})
    decide(small.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Late"}, effective="2030-01-01")
    assert len(set(small.graph().subjects(RDF.type, ORG.ChangeEvent))) == len(before) + 1
    target = event_id(small.ledger, said)
    decide(small.ledger, {"change": "strike", "target": target, "because": "In error."}, effective=None, reference="S")
    assert set(small.graph().subjects(RDF.type, ORG.ChangeEvent)) == before
    assert len(set(small.graph("2030-01-01").subjects(RDF.type, ORG.ChangeEvent))) == len(before) + 1


def test_a_corrected_change_says_what_it_was_corrected_to(small: Exporter) -> None:
    target = event_id(
        small.ledger, decide(small.ledger, {"change": "retitle-cluster", "cluster": "care", "title": "Cure"})
    )
    fixed = {"change": "correct", "target": target, "data": {"title": "Caring"}, "because": "A slip."}
    decide(small.ledger, fixed, effective=None, reference="C-1")
    change = rdflib.URIRef(BASE + "event/" + target.replace(":", "/"))
    assert "Caring" in small.graph().value(change, SKOS.prefLabel)


def test_an_office_is_a_post_and_whoever_holds_it_stays_out(small: Exporter) -> None:
    decide(small.ledger, {"change": "appoint-leader", "of": "care", "office": "Chair & head", "holder": "Ada Lovelace"})
    graph = small.graph()
    [post] = graph.subjects(RDF.type, ORG.Post)
    assert graph.value(post, ORG.postIn) == thing("care")
    assert b"Lovelace" not in small.bytes()
    assert b"commitment" not in small.bytes()


def test_keys_of_other_registers_are_identifiers_typed_by_their_register(small: Exporter) -> None:
    decide(small.ledger, {"change": "identify", "of": "care", "identifiers": {"lei": "549300"}})
    key = small.graph().value(thing("care"), ORG.identifier)
    assert (str(key), str(key.datatype)) == ("549300", BASE + "register/lei")


def test_further_names_are_labels_in_their_language(small: Exporter) -> None:
    named = [{"name": "Soin", "language": "fr"}, {"name": "CD", "use": "abbreviation"}]
    decide(small.ledger, *({"change": "state-name", "of": "care", **one} for one in named))
    labels = set(small.graph().objects(thing("care"), SKOS.altLabel))
    assert {(str(label), label.language) for label in labels} == {("Soin", "fr"), ("CD", None)}


def test_a_nested_cluster_is_a_part_of_the_other_and_of_the_government(small: Exporter) -> None:
    decide(small.ledger, {"change": "nest-cluster", "cluster": "care", "within": "places"})
    parents = set(small.graph().objects(thing("care"), ORG.subOrganizationOf))
    assert parents == {thing("government"), thing("places")}


def test_a_day_before_the_first_has_the_government_and_no_change(small: Exporter) -> None:
    graph = small.graph("1990-01-01")
    assert (thing("government"), RDF.type, ORG.FormalOrganization) in graph
    assert not set(graph.subjects(RDF.type, ORG.ChangeEvent))


def test_the_same_question_gives_the_same_bytes_after_later_decisions_and_rebuilt_views(small: Exporter) -> None:
    position = f"p{small.ledger.head().position}"
    before = small.bytes("2026-06-01")
    decide(small.ledger, {"change": "dissolve-cluster", "cluster": "places"}, effective="2026-02-01")
    assert small.bytes("2026-06-01") != before
    assert small.bytes("2026-06-01", position) == before
    small.views.rebuild()
    assert small.bytes("2026-06-01", position) == before


def test_addresses_begin_with_the_ledger_id_where_no_base_is_given(small: Exporter) -> None:
    ours = Addresses.of(small.ledger.government).base
    assert ours.encode() + b"thing/care" in small.bytes(base=None)
    with pytest.raises(InputError, match="cannot be what addresses begin with"):
        small.bytes(base="example.gov")


@given(history=histories(), day=st.sampled_from(("2020-06-01", "2022-07-01", "2030-01-01")))
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
def test_any_history_gives_a_graph_in_which_every_change_is_one_that_stands(history: History, day: str) -> None:
    with TemporaryDirectory() as name:
        exporter = Exporter(written(Path(name, "a.ledger"), history), Path(name))
        graph, state = exporter.graph(day), history.state()
        exporter.close()
    changes = set(graph.subjects(RDF.type, ORG.ChangeEvent))
    facts = {rdflib.URIRef(f"{BASE}event/{fact.id.replace(':', '/')}"): fact for fact in history.facts}
    assert changes <= facts.keys()
    assert all(state.standing(facts[change]).status == "stands" for change in changes)
    live = {thing(found.id) for found in state.at(day_of(day)).things.values() if found.kind in CLASSES}
    described = set(graph.subjects(SKOS.prefLabel))
    assert live <= described | {thing("government")}


def test_of_what_may_have_ended_the_days_are_told_and_neither_a_life_nor_an_end_is(small: Exporter) -> None:
    days = "[2026-11-01..2027-03-31]"
    maybe = {"change": "retire-segment", "segment": "care/work"}
    change = rdflib.URIRef(
        BASE + "event/" + event_id(small.ledger, decide(small.ledger, maybe, effective=days)).replace(":", "/")
    )
    graph, unit = small.graph(), thing("care/work")
    (told,) = [value for name, value in graph.predicate_objects(unit) if str(name).endswith("may_have_ended")]
    assert str(told) == days
    assert graph.value(unit, ORG.unitOf) is None, "it is not described as live"
    assert graph.value(change, RDF.type) is None, "it is not said to have ended"
    assert str(small.graph("2027-04-01").value(change, DCTERMS.date)) == days
