"""What cannot be meant is refused in words: a sentence that says where, what and what to do, and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.command_line import of_python
from support.examples import examples
from support.golden_lines import HEADER, RECORDED_AT, SAMPLES

from ledger.application.drafts import drafts_of
from ledger.documents.decision import MAX_CHANGES, Decision, read_decision
from ledger.errors import InputError, MalformedDocument
from ledger.events.envelope import decode
from ledger.events.registry import ASKED_FOR
from ledger.instants import parse_instant

Draw = Callable[..., Any]
Document = dict[str, Any]
RECORDER = {"id": "Registry", "basis": "configured"}
CHANGE: Document = {"change": "retitle-cluster", "cluster": "care", "title": "Missions for care"}
BASE: Document = {"authority": "Council", "reference": "CM-1", "effective": "2026-04-01", "changes": [CHANGE]}
JUNK = (
    *(None, True, False, 0, -1, 2**70, 1.5, float("nan"), float("inf"), "", " ", "x", "..", "2026-02-30", "0000"),
    *("\x00", "a\x1b[31mb", "a\u0085b", "a\u2028b", "\ud800", "a\nb", "\u0958" * 250, "x" * 21_000, "p0", "p1", "@"),
    *([], [[]], [None], ["x", "x"], {}, {"": ""}, {"x": {"x": {"x": []}}}, ["\ud800"], {"\ud800": 1}, {"é": "x"}),
    *("cluster:care@1", "cluster:care@0", "government@1", "care/homes", "CARE", "a--b", "-a", "a/b/c", "a" * 65),
    *(b"bytes", object(), {1: 2}, {"authority": "x"}, {"amount": "1e5", "currency": "eur"}),
)
FUZZ = settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sentence(document: Any) -> str:
    """Why a document is refused: printable, one line, and ending as sentences do."""
    with pytest.raises(MalformedDocument) as refusal:
        read_decision(document, migrating=isinstance(document, dict) and "recorded_at" in document)
    assert str(refusal.value).isprintable()
    assert str(refusal.value)[-1] in ".?"
    assert not of_python(str(refusal.value)), str(refusal.value)
    return refusal.value.problem


def read_or_refused(document: Any) -> None:
    try:
        decision = read_decision(document)
    except InputError as refusal:
        assert str(refusal).isprintable()
        assert len(str(refusal)) < 2000
        assert not of_python(str(refusal)), str(refusal)
    else:
        assert isinstance(decision, Decision)
        assert read_decision(decision.normal()).digest() == decision.digest()
        for draft, intent in zip(drafts_of(decision, "", RECORDER), decision.changes, strict=True):
            line = draft.encode(1, RECORDED_AT)
            assert line == rfc8785.dumps(json.loads(line))
            assert decode(line).data == intent.change


@st.composite
def broken(draw: Draw) -> Any:
    """Draw a document of any change with junk in one or two of its places, or a part of it left out."""
    name = draw(st.sampled_from(sorted(ASKED_FOR)))
    document = deepcopy({**HEADER, "effective": "2026-04-01", "changes": [{"change": name, **SAMPLES[name]}]})
    for _ in range(draw(st.integers(1, 2))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 3)):
                place = inner
                continue
            if draw(st.integers(0, 4)) == 0:
                del place[key]
            else:
                place[key] = deepcopy(draw(st.sampled_from(JUNK) | st.text(max_size=5)))
            break
    return document


@FUZZ
@given(broken())
def test_a_document_with_junk_in_it_is_refused_in_words_or_written_and_read_again(document: Any) -> None:
    read_or_refused(document)


@settings(max_examples=examples(80), deadline=None)
@given(st.recursive(st.sampled_from(JUNK), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
@example({})
@example([])
@example("authority: Council")
@example({"changes": {}})
@example({**BASE, "changes": [BASE]})
def test_whatever_is_no_document_is_refused_in_words(document: Any) -> None:
    read_or_refused(document)


OBJECTIVE: Document = {"objective": "m/o", "indicator": "I", "definition": "D"}
MALFORMED: list[tuple[Document, str]] = [
    ({"authority": None}, '"authority"'),
    ({"reference": ""}, "it is empty"),
    ({"reference": "a\nb"}, "a title is one line"),
    ({"authority": "x" * 301}, '"authority" is longer than 300 characters (301).'),
    ({"authority": "\u0958" * 200}, "it is longer than 300 characters (400 in NFC)"),
    ({"autority": "Council"}, 'field "autority" is not known. Did you mean "authority"?'),
    ({"effective": "2026-02-30"}, '"2026-02-30" is not a date'),
    ({"effective": ".."}, "which may stand only where something begins"),
    ({"effective": None}, '"effective" is missing: from which day is it so?'),
    ({"decided_on": ".."}, "may stand only where something begins"),
    ({"changes": []}, '"changes" must list between 1 and 10000 changes.'),
    ({"changes": None}, '"changes" must list'),
    ({"changes": "retitle-cluster"}, '"changes" must list'),
    ({"changes": [CHANGE] * (MAX_CHANGES + 1)}, '"changes" must list'),
    ({"changes": ["retitle-cluster"]}, 'it needs a field "change"'),
    ({"changes": [{"cluster": "care"}]}, 'it needs a field "change"'),
    ({"changes": [{**CHANGE, "change": "retitle-clusters"}]}, 'Did you mean "retitle-cluster"?'),
    ({"changes": [{**CHANGE, "change": "constitute-government"}]}, 'No change is called "constitute-government"'),
    ({"changes": [{**CHANGE, "tilte": "x"}]}, 'field "tilte" is not known. Did you mean "title"?'),
    ({"changes": [{"change": "retitle-cluster", "cluster": "care"}]}, 'field "title" is missing.'),
    ({"changes": [{**CHANGE, "cluster": "Care"}]}, "an id is made of small letters, digits and single hyphens"),
    ({"changes": [{**CHANGE, "cluster": "care/homes"}]}, "this id has one part, without a slash"),
    ({"changes": [{**CHANGE, "cluster": "government"}]}, "is the id of the government itself"),
    ({"changes": [{**CHANGE, "cluster": "a" * 65}]}, "at most 64 characters a part"),
    ({"changes": [{**CHANGE, "title": 2018}]}, '"title" must be text.'),
    ({"changes": [{**CHANGE, "title": "a\x07b"}]}, "it holds a control character"),
    ({"changes": [{**CHANGE, "corrects": "care@1"}]}, '"corrects" ("care@1")'),
    ({"changes": [{**CHANGE, "effective_basis": "guessed"}]}, "must be 'stated' or 'inferred'"),
    ({"changes": [{"change": "retire-segment", "segment": "care"}]}, "this id has two parts"),
    ({"changes": [{"change": "add-mission", "mission": "m", "segments": []}]}, '"segments"'),
    ({"changes": [{"change": "strike", "target": "p1", "because": "x", "effective": "2026"}]}, "leave it out"),
    ({"changes": [{"change": "strike", "target": "p1", "because": "x", "corrects": "cluster:a@1"}]}, "leave it out"),
    ({"changes": [{"change": "strike", "target": "care", "because": "x"}]}, "or a position such as p120"),
    ({"changes": [{"change": "correct", "target": "p1", "data": {"x": 1.0}, "because": "x"}]}, "write it as text"),
    ({"changes": [{"change": "adopt-settings", "late_after_days": -1}]}, '"late_after_days"'),
    ({"documents": [{"title": "x", "sha256": "AB"}]}, '"documents.0.sha256"'),
    ({"documents": {"title": "x"}}, '"documents"'),
    ({"expected": {"cost": {"amount": "1,5", "currency": "EUR"}}}, '"expected.cost.amount"'),
    ({"accept": [{"rule": "x", "on": "care"}]}, 'field "accept.0.because" is missing.'),
    ({"efective": "2026-04-01"}, 'field "efective" is not known. Did you mean "effective"?'),
    ({"changes": [{**CHANGE, "efective": "2026-04-01"}]}, 'field "efective" is not known. Did you mean "effective"?'),
    (
        {"documents": [{"title": "x", "path": "a"}]},
        'field "documents.0.path" is not known. A document has title, url, file and sha256.',
    ),
    (
        {"changes": [{"change": "set-objective", **OBJECTIVE, "target": "at least 5"}]},
        '"target" ("at least 5") is not a number',
    ),
    ({"changes": [{"change": "set-objective", **OBJECTIVE, "baseline": "5%"}]}, "is not a number such as 5 or -2.5"),
    ({"changes": [{"change": "identify", "of": "a", "identifiers": {"wd": "a\tb"}}]}, "without a tab"),
    ({"recorded_at": "2026-03-05"}, "is not an instant such as 2026-03-05T10:00:00Z"),
]


@pytest.mark.parametrize(("change", "says"), MALFORMED, ids=lambda value: str(value)[:40])
def test_a_fault_is_named_with_its_field_and_what_is_needed(change: Document, says: str) -> None:
    assert says in sentence({**BASE, **change})


def test_the_sentence_begins_with_where_the_fault_is() -> None:
    with pytest.raises(MalformedDocument, match=r"^a.yaml, line 3, change 2 \(retitle-cluster\): "):
        read_decision({**BASE, "changes": [CHANGE, {**CHANGE, "title": ""}]}, "a.yaml, line 3")


def test_several_faults_of_one_change_are_named_at_once() -> None:
    found = sentence({**BASE, "changes": [{"change": "add-segment", "segment": "care", "scope": "\x00"}]})
    assert all(name in found for name in ('"segment"', '"title"', '"scope"'))


@pytest.mark.parametrize("holder", ["", "  ", "a\nb", "x" * 301, "\ufb2c" * 300, "a\x00b", "\ud800"])
def test_a_name_that_no_register_can_show_is_refused(holder: str) -> None:
    said = {"change": "appoint-leader", "of": "care", "office": "Minister", "holder": holder}
    assert '"holder" must be one line' in sentence({**BASE, "changes": [said]})


INSTANTS = (
    "2026-03-05T10:00:00Z",
    "2026-03-05T11:00:00+01:00",
    "2026-03-05T10:00:00.000000Z",
    "2026-03-05T10:00:00.0Z",
)
NO_INSTANTS = ("2026-03-05", "2026-03-05T10:00Z", "2026-03-05T10:00:00", "2026-03-05 10:00:00Z", "2026-13-05T10:00:00Z")
NO_INSTANTS += (
    "2026-03-05T24:00:01Z",
    "2026-03-05T10:00:00.0000000Z",
    "0001-01-01T00:00:00+23:59",
    "٢٠٢٦-03-05T10:00:00Z",
)


@pytest.mark.parametrize("text", INSTANTS)
def test_an_instant_is_read_in_utc_whatever_its_offset(text: str) -> None:
    assert parse_instant(text, "It").isoformat() == "2026-03-05T10:00:00+00:00"


@pytest.mark.parametrize("text", [*NO_INSTANTS, None, 5, "x\x00"])
def test_what_is_no_instant_is_refused(text: Any) -> None:
    with pytest.raises(MalformedDocument) as refusal:
        parse_instant(text, "It")
    assert str(refusal.value).isprintable()
