"""Trusted reading of stored lines: it says of a line what the models say that check every text of it, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from support.golden_lines import GOLDEN

from ledger.application.facts import header_of
from ledger.events.canonical import canonical
from ledger.events.envelope import Event, decode
from ledger.events.registry import BY_TYPE
from ledger.events.trusted import trusted

LINES = {file.stem: file.read_bytes() for file in sorted(GOLDEN.glob("*.json"))}
every_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES)


def checked(line: bytes) -> Event | None:
    try:
        return decode(line)
    except ValidationError:
        return None


def says_the_same(line: bytes, event: Event) -> bool:
    """Whether all that is read of a line with trust is what the event says, the order of fields included."""
    said = trusted(line, event.type)
    if said is None:
        return False
    read = (said.effective, said.own_date, said.basis, said.corrects, said.recorded_at)
    own = event.effective is not None
    assert read == (event.takes_effect, own, event.effective_basis, event.corrects, event.recorded_at)
    assert repr((said.change, said.header)) == repr((event.data, header_of(event.decision)))
    assert (said.change, said.header) == (event.data, header_of(event.decision))
    assert said.change.normal() == event.data.normal()
    return True


def variants(raw: dict[str, Any], put: Any = ...) -> Iterator[bytes]:
    """Yield a line once for each field of its change and of its decision, without it or with another value in it."""
    for place in ("data", "decision"):
        for name in raw[place]:
            fields = {field: value for field, value in raw[place].items() if field != name}
            yield canonical({**raw, place: fields if put is ... else {**fields, name: put}})


@every_line
def test_a_line_says_what_the_models_say_of_it(line: bytes) -> None:
    event = decode(line)
    assert says_the_same(line, event) or event.type not in BY_TYPE


@every_line
def test_a_line_without_one_of_its_fields_says_what_the_models_say_of_it_or_nothing(line: bytes) -> None:
    left_out = list(variants(json.loads(line)))
    for other in left_out:
        event = checked(other)
        if event is not None:
            assert says_the_same(other, event)
    assert any(checked(other) is None for other in left_out), "every line has a field that is needed"


@every_line
@pytest.mark.parametrize("value", [7, [[]], {"no": ["field"]}], ids=["number", "list", "mapping"])
def test_a_value_of_another_type_is_left_to_the_models(line: bytes, value: Any) -> None:
    raw = json.loads(line)
    for other in variants(raw, value):
        event = checked(other)
        assert trusted(other, raw["type"]) is None if event is None else says_the_same(other, event)


def test_a_field_that_no_change_has_is_left_to_the_models() -> None:
    for line in LINES.values():
        raw = json.loads(line)
        for place in ("data", "decision"):
            other = canonical({**raw, place: {**raw[place], "unheard_of": "x"}})
            assert trusted(other, raw["type"]) is None


def test_a_line_of_an_unknown_type_or_that_is_no_json_is_left_to_the_models() -> None:
    line = next(iter(LINES.values()))
    assert trusted(line, "cluster.painted/1") is None
    assert trusted(line[:-1], json.loads(line)["type"]) is None
    assert trusted(b"\xff", json.loads(line)["type"]) is None


@pytest.mark.parametrize("other", [{"v": 2}, {"recorder": {"id": "somebody", "basis": "os-user"}}], ids=str)
def test_a_line_that_another_version_wrote_is_left_to_the_models(other: dict[str, Any]) -> None:
    line = next(iter(LINES.values()))
    raw = json.loads(line)
    assert trusted(line, raw["type"]) is not None
    assert trusted(canonical(raw | other), raw["type"]) is None
