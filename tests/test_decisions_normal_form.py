"""Two documents are one decision when their normal forms are equal: what makes a difference, and what does not."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.golden_lines import golden_file
from support.small_world import changes, dates

from ledger.application.facts import document_of
from ledger.documents.decision import read_decision
from ledger.documents.formats import read_documents
from ledger.events.envelope import decode
from ledger.events.registry import ASKED_FOR, BY_NAME

Draw = Callable[..., Any]
Document = dict[str, Any]
FEW = settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
BASE: Document = {
    "authority": "Council of Ministers",
    "reference": "CM-2026-14",
    "effective": "2026-04-01",
    "changes": [{"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"}],
}
TEXT = st.sampled_from(("Care", "Žít dobře", "Données «citées»", '"no"', "01.1", "福祉 😀", "=1+1", "a: b # c", "null"))
HEADERS: dict[str, st.SearchStrategy[Any]] = {
    "delegated_by": TEXT,
    "adopted_by": st.fixed_dictionaries(
        {"body": TEXT},
        optional={"quorum": st.integers(0, 9), "votes": st.fixed_dictionaries({"in_favour": st.integers(0, 9)})},
    ),
    "decided_on": st.sampled_from(("2026-03-02", "2026", "2026-03")),
    "legal_basis": TEXT,
    "rationale": TEXT,
    "responds_to": st.sampled_from((["s"], ["s", "t"])),
    "documents": st.lists(
        st.fixed_dictionaries({"title": TEXT}, optional={"sha256": st.just("AB" * 32).map(str.lower)}), max_size=2
    ),
    "expected": st.fixed_dictionaries({}, optional={"benefit": TEXT, "review_on": st.just("2028-04-01")}),
    "illustrative": st.booleans(),
}


@st.composite
def documents(draw: Draw) -> Document:
    """Draw a document with any changes of the small world, each with a date of its own unless the decision has one."""
    said = [draw(changes()) for _ in range(draw(st.integers(1, 3)))]
    header = {name: draw(values) for name, values in HEADERS.items() if draw(st.booleans())}
    if draw(st.booleans()):
        header["effective"] = "2026-04"
    dated = [
        {"change": one.NAME, **one.normal()}
        | ({} if "effective" in header and draw(st.booleans()) else {"effective": draw(dates(one))})
        for one in said
    ]
    return {"authority": draw(TEXT), "reference": draw(TEXT), **header, "changes": dated}


def digest(document: Any) -> str:
    return read_decision(document, migrating=True).digest()


def shuffled(value: Any, random: Any) -> Any:
    """A value with the fields of every mapping in another order."""
    if isinstance(value, dict):
        items = list(value.items())
        random.shuffle(items)
        return {name: shuffled(item, random) for name, item in items}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@FEW
@given(documents())
def test_reading_the_normal_form_gives_the_normal_form(document: Document) -> None:
    normal = read_decision(document).normal()
    assert read_decision(normal).normal() == normal
    assert digest(normal) == digest(document)
    assert json.loads(json.dumps(normal)) == normal


@FEW
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(document: Document, random: Any) -> None:
    assert digest(shuffled(document, random)) == digest(document)


@FEW
@given(documents(), st.booleans())
def test_yaml_and_json_are_two_spellings_of_one_decision(document: Document, flow: bool) -> None:
    as_yaml = yaml.safe_dump(document, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    as_json = json.dumps(document, ensure_ascii=False)
    [from_yaml] = read_documents(as_yaml.encode(), "a.yaml")
    [from_json] = read_documents(as_json.encode(), "a.json")
    assert digest(from_yaml.fields) == digest(from_json.fields) == digest(document)


@FEW
@given(documents(), st.sampled_from(("NFC", "NFD")))
def test_how_a_text_is_composed_does_not_matter(document: Document, form: Any) -> None:
    def composed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: composed(item) for name, item in value.items()}
        if isinstance(value, list):
            return [composed(item) for item in value]
        return unicodedata.normalize(form, value) if isinstance(value, str) else value

    assert digest(composed(document)) == digest(document)
    normal = read_decision(composed(document)).normal()
    assert unicodedata.is_normalized("NFC", json.dumps(normal, ensure_ascii=False))


def test_a_correction_is_composed_alike() -> None:
    said = {"change": "correct", "target": "cluster:care@1", "because": "A slip."}
    texts = ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe\N{COMBINING ACUTE ACCENT}", "  Caf\u00e9 ")
    found = {digest({**BASE, "changes": [{**said, "data": {"title": text}}]}) for text in texts}
    assert len(found) == 1


def test_a_date_of_the_decision_and_one_of_each_change_are_different_statements() -> None:
    """A correction of the decision's date moves what has no date of its own, and nothing else."""
    first, second = BASE["changes"][0], {"change": "repurpose-cluster", "cluster": "care", "purpose": "To care."}
    one = {**BASE, "changes": [first, second]}
    each = [{**change, "effective": "2026-04-01"} for change in (first, second)]
    without = {name: value for name, value in one.items() if name != "effective"}
    said = (one, {**without, "changes": each}, {**one, "changes": each}, {**one, "effective": "2030", "changes": each})
    assert len({digest(document) for document in said}) == 4
    assert {intent.effective for document in said for intent in read_decision(document).changes} == {"2026-04-01"}


def test_the_date_of_a_decision_of_corrections_alone_is_not_lost() -> None:
    said = {"change": "strike", "target": "cluster:care@1", "because": "A slip."}
    found = {digest({**BASE, "effective": day, "changes": [said]}) for day in ("2026-04-01", "2026-04-02")}
    assert len(found) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "CM-2026-15"},
        {"authority": "Registrar"},
        {"decided_on": "2026-03-02"},
        {"effective": "2026-04-02"},
        {"effective": "2026-04"},
        {"illustrative": False},
        {"changes": BASE["changes"] * 2},
        {"changes": [{**BASE["changes"][0], "title": "Missions for Care"}]},
        {"changes": [{**BASE["changes"][0], "effective_basis": "inferred"}]},
        {"changes": [{**BASE["changes"][0], "corrects": "cluster:care@1"}]},
    ],
)
def test_whatever_is_said_otherwise_is_another_decision(change: Document) -> None:
    """`2026-04` counts from the day that `2026-04-01` names, and is not the same statement."""
    assert digest({**BASE, **change}) != digest(BASE)


@pytest.mark.parametrize(
    "change",
    [
        {"authority": "  Council of Ministers "},
        {"recorded_at": "2026-03-05T10:00:00Z"},
        {"changes": [{**BASE["changes"][0], "effective_basis": "stated"}]},
        {"rationale": None},
        {"documents": None},
    ],
)
def test_what_goes_without_saying_makes_no_difference(change: Document) -> None:
    assert digest({**BASE, **change}) == digest(BASE)


def test_the_order_of_changes_matters() -> None:
    """Changes of one decision apply in order."""
    said = [{**BASE["changes"][0], "title": title} for title in ("First", "Second")]
    assert digest({**BASE, "changes": said}) != digest({**BASE, "changes": said[::-1]})


def test_one_of_a_list_may_be_written_alone() -> None:
    said = {"change": "add-mission", "mission": "sleep", "segments": "care/homes"}
    listed = {**said, "segments": ["care/homes"]}
    assert digest({**BASE, "changes": [said]}) == digest({**BASE, "changes": [listed]})


def test_a_digest_may_be_written_with_its_name_or_without() -> None:
    named, bare = ({"title": "Minute", "sha256": prefix + "ab" * 32} for prefix in ("sha256:", ""))
    assert digest({**BASE, "documents": [named]}) == digest({**BASE, "documents": [bare]})


def test_a_name_is_committed_to_and_never_in_the_normal_form() -> None:
    said = {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": "Jane Doe"}
    one, other = (read_decision({**BASE, "changes": [said]}) for _ in range(2))
    assert "Jane" not in json.dumps(one.normal())
    assert one.digest() != other.digest(), "a commitment cannot be found by trying names: it is salted"
    assert [opening.value for opening in one.personal] == ["Jane Doe"]
    assert read_decision(one.normal()).digest() == one.digest()


@pytest.mark.parametrize("name", sorted(ASKED_FOR))
def test_the_document_can_be_rebuilt_from_its_events(name: str) -> None:
    event = decode(golden_file(BY_NAME[name].TYPE).read_bytes())
    assert read_decision(document_of([event])).digest() == event.decision.document
