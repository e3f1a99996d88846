"""Canonical JSON: what RFC 8785 says, held to its reference implementation."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.histories import events, histories

from ledger.events.canonical import canonical, digest
from ledger.events.envelope import decode

# Characters that encoders disagree about: escapes, DEL, line separators, the end of the basic plane and beyond it.
CHARACTERS = st.sampled_from('aZ0"\\/\b\f\n\r\t\x00\x1f\x7f\x80\u2028\u2029é福\ud7ff\ue000\uffff😀𐀀')
TEXTS = st.text(CHARACTERS, max_size=6) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(300), deadline=None)
@given(VALUES)
def test_it_writes_what_the_reference_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=examples(200), deadline=None)
@given(VALUES)
def test_what_it_wrote_is_read_back_and_written_alike(value: Any) -> None:
    line = canonical(value)
    assert b"\n" not in line
    assert json.loads(line) == value
    assert canonical(json.loads(line)) == line


def test_keys_are_in_the_order_of_utf_16_as_in_the_example_of_the_specification() -> None:
    """RFC 8785, section 3.2.3."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign"]
    order += ["Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]
    assert list(json.loads(canonical(value)).values()) == order


def test_the_order_of_keys_and_the_kind_of_sequence_do_not_matter() -> None:
    assert canonical({"b": 1, "a": [{"d": (1, 2), "c": None}]}) == b'{"a":[{"c":null,"d":[1,2]}],"b":1}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a😀\ud800"]])
def test_a_lone_surrogate_is_refused(value: Any) -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical(value)


def test_a_digest_is_that_of_the_canonical_bytes() -> None:
    assert digest({"b": 1, "a": 2}) == "sha256:" + sha256(b'{"a":2,"b":1}').hexdigest()


@settings(max_examples=examples(40), deadline=None)
@given(histories(max_decisions=4))
def test_events_of_any_history_are_written_as_the_reference_does_and_read_back(history: Any) -> None:
    for decision in events(history):
        for _, event in decision:
            fields = event.model_dump(mode="json", by_alias=True, exclude_none=True)
            fields["data"] = event.data.normal()
            line = canonical(fields)
            assert line == rfc8785.dumps(fields)
            again = decode(line)
            assert (again.data, again.decision) == (event.data, event.decision)
            assert (again.id, again.effective, again.corrects) == (event.id, event.effective, event.corrects)
