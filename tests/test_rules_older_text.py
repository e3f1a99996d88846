"""Text of an older register that cannot stand as it was: cleaned, noticed, and its bytes kept beside it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.governing import REGISTRY, decide, document, governed, ticking
from support.older_register import older, taken_over

from ledger.application import Ledger, import_register
from ledger.application.facts import document_of
from ledger.application.migration.run import Migration
from ledger.documents.decision import read_decision
from ledger.errors import MalformedDocument, Refused
from ledger.events.envelope import Event

BROKEN = "Ministère de la santé".encode("latin-1")
GIVEN: list[tuple[Any, bytes, str]] = [
    ("Care\tand health", b"Care\tand health", "Care and health"),
    ("Care\x1b[2J", b"Care\x1b[2J", "Care\ufffd[2J"),
    ("Care \u202egnileew", "Care \u202egnileew".encode(), "Care \ufffdgnileew"),
    ("\u200b", "\u200b".encode(), "\ufffd"),
    ({"base64": base64.b64encode(BROKEN).decode()}, BROKEN, "Minist\ufffdre de la sant\ufffd"),
    ({"base64": base64.b64encode(b"Care\ttoo").decode()}, b"Care\ttoo", "Care too"),
    ({"base64": base64.b64encode("Santé".encode()).decode()}, "Santé".encode(), "Santé"),
]


def established(title: Any) -> dict[str, Any]:
    return {"change": "establish-cluster", "cluster": "care", "title": title}


@pytest.mark.parametrize(("given", "raw", "cleaned"), GIVEN)
def test_a_text_is_cleaned_and_its_bytes_stand_beside_it(tmp_path: Path, given: Any, raw: bytes, cleaned: str) -> None:
    path = tmp_path / "old.ledger"
    assert taken_over(path, [established(given)]).notices["text-mended"] == 1
    with Ledger.open(path) as ledger:
        event = [recorded.event for recorded in ledger.events()][1]
        assert event.data.normal()["title"] == cleaned
        assert {name: base64.b64decode(kept) for name, kept in (event.original_text or {}).items()} == {"title": raw}
        assert read_decision(document_of([event])).digest() == event.decision.document
        assert all(line.decode().isprintable() for line in ledger.lines())
        assert ledger.verify().ok


def test_the_same_register_again_is_the_same_decision(tmp_path: Path) -> None:
    found = older([established("Care\tand health")])
    one, other = (read_decision(found[0], migrating=True) for _ in range(2))
    assert one.digest() == other.digest()


def test_texts_of_the_header_and_within_other_values_are_kept_by_where_they_stood() -> None:
    (said,) = older([established("Care")], reference="R\u00a01", documents=[{"title": "A"}, {"title": "B\x00"}])
    found = read_decision(said, migrating=True)
    assert (found.header.reference, found.header.documents[1].title) == ("R 1", "B\ufffd")  # type: ignore[index]
    kept = {name: base64.b64decode(text) for name, text in (found.header.original_text or {}).items()}
    assert kept == {"reference": "R\u00a01".encode(), "documents.1.title": b"B\x00"}
    assert [(one.rule, one.id) for one in found.noticed] == [("text-mended", "R 1")] * 2


def test_a_name_is_cleaned_and_stands_nowhere_in_the_clear(tmp_path: Path) -> None:
    path = tmp_path / "old.ledger"
    appointed = {"change": "appoint-leader", "of": "care", "office": "Head", "holder": "Mary\tPoppins"}
    assert taken_over(path, [established("Care"), appointed]).notices["text-mended"] == 1
    with Ledger.open(path) as ledger:
        line = list(ledger.lines())[2]
        assert b"Mary" not in line and base64.b64encode(b"Mary")[:5] not in line
        assert ledger.personal(json.loads(line)["data"]["holder"]["commitment"]) == "Mary Poppins"


@pytest.mark.parametrize("title", [given for given, _, __ in GIVEN])
def test_an_ordinary_document_hands_in_no_such_text(title: Any) -> None:
    with pytest.raises(MalformedDocument, match='"title"'):
        read_decision(document(established(title)))


@pytest.mark.parametrize(
    "title", [{"base64": "!"}, {"base64": 3}, {"base64": ""}, {"base64": "", "x": ""}, 3, "", " \t "]
)
def test_what_is_no_text_at_all_is_refused_in_an_older_register_too(title: Any) -> None:
    with pytest.raises(MalformedDocument, match='"title"'):
        read_decision(older([established(title)])[0], migrating=True)


@given(st.binary(min_size=1, max_size=60).filter(lambda raw: raw.strip(b" \t\n\r\x0b\x0c")))
def test_no_bytes_of_an_older_register_are_lost(raw: bytes) -> None:
    handed_in = {"base64": base64.b64encode(raw).decode()}
    rationale = {"rationale": handed_in}
    found = read_decision(older([established(handed_in)], **rationale)[0], migrating=True)
    for kept in (found.header.original_text or {})["rationale"], (found.changes[0].original_text or {})["title"]:
        assert base64.b64decode(kept) == raw
    assert read_decision({**found.normal()}).digest() == found.digest()


# Corrections, whose fields are of the event that they correct


def corrected(path: Path, fields: dict[str, Any], *more: list[dict[str, Any]]) -> list[Event]:
    """The events of a register that corrects a cluster's title, as they stand in a ledger that verifies."""
    correction = {"change": "correct", "target": "cluster:care@1", "because": "A slip.", **fields}
    counted = taken_over(path, [established("Car")], [correction], *more).notices
    assert counted["text-mended"] == 1
    with Ledger.open(path) as ledger:
        assert ledger.verify().ok
        assert all(line.decode().isprintable() for line in ledger.lines())
        return [recorded.event for recorded in ledger.events()]


@pytest.mark.parametrize(("given", "raw", "cleaned"), GIVEN)
@pytest.mark.parametrize(("field", "name"), [("data", "title"), ("decision", "delegated_by")])
def test_a_correction_is_cleaned_as_what_it_corrects_and_its_bytes_stand_beside_it(
    tmp_path: Path, given: Any, raw: bytes, cleaned: str, field: str, name: str
) -> None:
    event = corrected(tmp_path / "old.ledger", {field: {name: given}})[2]
    assert event.data.normal()[field] == {name: cleaned}
    assert {path: base64.b64decode(kept) for path, kept in (event.original_text or {}).items()} == {
        f"{field}.{name}": raw
    }
    assert read_decision(document_of([event])).digest() == event.decision.document


def test_a_correction_of_a_correction_is_cleaned_as_the_event_that_both_correct(tmp_path: Path) -> None:
    again = {"change": "correct", "target": "cluster:care@2", "because": "So.", "data": {"data": {"title": "Care\tII"}}}
    event = corrected(tmp_path / "old.ledger", {"data": {"title": "Care"}}, [again])[3]
    assert event.data.normal()["data"] == {"data": {"title": "Care II"}}
    assert list(event.original_text or {}) == ["data.data.title"]


def test_an_import_that_corrects_mended_text_goes_on_where_it_stopped(tmp_path: Path) -> None:
    correction = {"change": "correct", "target": "cluster:care@1", "because": ".", "data": {"title": "Care\tand"}}
    documents = older([established("Car")], [correction], [{**established("B"), "cluster": "b"}])
    path = tmp_path / "old.ledger"
    with pytest.raises(KeyboardInterrupt), patch.object(Migration, "_end", side_effect=KeyboardInterrupt):
        import_register(path, documents[:2], government="Old", source="old.csv", recorder=REGISTRY, clock=ticking())
    found = import_register(path, documents, government="Old", source="old.csv", recorder=REGISTRY, clock=ticking())
    assert (found.decisions, found.already_recorded, found.notices["text-mended"]) == (1, 2, 1)


@pytest.mark.parametrize("title", [{"base64": "!"}, {"base64": ""}, 3])
def test_what_is_no_text_at_all_corrects_nothing(tmp_path: Path, title: Any) -> None:
    correction = {"change": "correct", "target": "cluster:care@1", "because": "A slip.", "data": {"title": title}}
    with pytest.raises(Refused, match="title"):
        taken_over(tmp_path / "old.ledger", [established("Car")], [correction])


@pytest.mark.parametrize("title", [given for given, _, __ in GIVEN])
def test_an_ordinary_correction_hands_in_no_such_text(tmp_path: Path, title: Any) -> None:
    correction = {"change": "correct", "because": "A slip.", "data": {"title": title}}
    with governed(tmp_path) as ledger, pytest.raises((MalformedDocument, Refused), match="title|data"):
        decide(ledger, {**correction, "target": "cluster:care@1"}, effective=None)
