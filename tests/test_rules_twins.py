"""Ids and references that look alike, keys that two things have, successors that have ended: flagged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.governing import AUTHORITY, decide, document, governed
from support.noticing import ids, noticed

from ledger.application import Ledger
from ledger.events.skeleton import skeleton


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with governed(tmp_path) as found:
        yield found


def established(id_: str, **more: Any) -> dict[str, Any]:
    return {"change": "establish-cluster", "cluster": id_, "title": "T", **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CM-2026-10", "CM-2O26-1O"),
        ("CM-2026-1", "CM-2026-l"),
        ("CM-2026-1", "CM-2026-I"),
        ("CM-2026-1", "cm-2026-1"),
        ("CM-2026-1", "CM\u20102026\u20131"),
        ("CM-2026-1", "ＣＭ－２０２６－１"),
        ("CM-2026-1", "СМ-2026-1"),  # Cyrillic
        ("ABE-1", "ΑΒΕ-1"),  # Greek
        ("CM 1", "CM  1"),
        ("CM 1", "CM\u3000" + "1"),
        ("CM1", "CM\u200b" + "1"),
    ],
)
def test_two_texts_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert one != other and skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("CM-1", "CM-2"), ("sleep-well", "sleepwell"), ("ab", "ba"), ("कि", "की")])
def test_two_texts_that_differ_to_the_eye_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
def test_a_skeleton_looks_like_itself(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)
    assert skeleton(f" {text}\u200d ") == skeleton(text)


def test_ids_that_look_alike_are_flagged(ledger: Ledger) -> None:
    decide(ledger, established("area-10"), established("area-1o"), established("area-l0"), established("area-2"))
    assert ids(ledger, "look-alike") == ["area-1o", "area-l0"]
    assert noticed(ledger, "look-alike")[0].found == 'The id "area-1o" looks like "area-10".'


def test_references_that_look_alike_are_flagged(ledger: Ledger) -> None:
    for number, reference in enumerate(("CM-2026-10", "CM-2026-1O", "CM-2026-11")):
        decide(ledger, established(f"c{number + 2}"), reference=reference)
    decide(ledger, established("c9"), reference="CM-2026-10", authority="Parliament")
    assert ids(ledger, "look-alike") == ["CM-2026-1O"]
    found = noticed(ledger, "look-alike")[0].found
    assert found == f'Decision "CM-2026-1O" of {AUTHORITY} looks like "CM-2026-10" of {AUTHORITY}.'


def test_two_things_with_one_key_of_one_scheme_are_flagged(ledger: Ledger) -> None:
    decide(ledger, established("a", identifiers={"lei": "1", "gov": "2"}), established("b", identifiers={"lei": "2"}))
    assert ids(ledger, "identifier-used-twice") == []
    decide(ledger, {"change": "identify", "of": "b", "identifiers": {"lei": "1"}}, effective="2026-04-02")
    assert ids(ledger, "identifier-used-twice") == ["b"]
    assert noticed(ledger, "identifier-used-twice")[0].found == '"b" has the lei "1", which is that of "a" too.'
    assert ids(ledger, "identifier-used-twice", "2026-04-01") == []


def test_keys_without_a_value_are_none(ledger: Ledger) -> None:
    decide(ledger, established("a", identifiers={"lei": "1"}), established("b", identifiers={"lei": "2"}))
    for id_ in ("a", "b"):
        decide(ledger, {"change": "identify", "of": id_, "identifiers": {"lei": ""}}, effective="2026-04-02")
    assert ids(ledger, "identifier-used-twice") == []


def flags(ledger: Ledger, *changes: dict[str, Any], **header: Any) -> list[str]:
    """What is noticed of successors as a decision is recorded."""
    found = ledger.record(document(*changes, **header)).notices
    return [one.id for one in found if one.rule == "successor-not-live"]


def test_a_successor_that_has_ended_is_flagged_and_one_that_is_to_come_is_not(ledger: Ledger) -> None:
    decide(ledger, established("a"), established("b"), effective="2026-03-01")
    decide(ledger, established("later"), effective="2026-09-01")
    ended = {"change": "dissolve-cluster", "cluster": "a", "successors": ["b", "later"]}
    assert flags(ledger, ended, effective="2026-04-01") == []
    ended = {"change": "dissolve-cluster", "cluster": "b", "successors": ["a"]}
    assert flags(ledger, ended, effective="2026-05-01") == ["b"]


def test_two_things_that_succeed_each_other_are_flagged(ledger: Ledger) -> None:
    decide(ledger, established("a"), established("b"), effective="2026-03-01")
    said = [
        {"change": "dissolve-cluster", "cluster": "a", "successors": ["b"]},
        {"change": "dissolve-cluster", "cluster": "b", "successors": ["a"]},
    ]
    assert flags(ledger, *said) == ["a", "b"]
