"""What an answer is as JSON: keys from the names of fields, absent ones left out by one rule, texts told in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from projections.fields import INLINE, fields
from projections.withheld import WITHHELD, told


class Stay(NamedTuple):
    from_: str
    until: str | None
    note: str | None = None


@dataclass(frozen=True)
class Resident:
    id: str
    attributes: Mapping[str, Any] = field(metadata=INLINE)
    moved: str | None = None
    stays: tuple[Stay, ...] = ()


def test_names_of_fields_become_keys_in_their_order():
    answer = Resident("c1", {"title": "Water", "id": "c2"}, "2024", (Stay("2020", "2021", "first"),))
    assert list(fields(answer).items()) == [
        ("id", "c2"),
        ("title", "Water"),
        ("moved", "2024"),
        ("stays", [{"from": "2020", "until": "2021", "note": "first"}]),
    ]


def test_an_absent_field_is_left_out_only_where_none_is_its_default():
    assert fields(Stay("2020", None)) == {"from": "2020", "until": None}
    assert fields(Resident("c1", {})) == {"id": "c1", "stays": []}


def test_values_within_an_answer_become_json_values():
    day, instant = date(2024, 2, 29), datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert fields({"day": day, "pair": (1, True), "none": None}) == {
        "day": "2024-02-29",
        "pair": [1, True],
        "none": None,
    }
    assert fields(instant) == "2024-02-29T12:00:00.000000Z"
    with pytest.raises(TypeError, match="JSON has no value for a set"):
        fields({"open": {1}})


def test_a_text_in_an_answer_is_told_and_the_answer_keeps_its_type():
    committed = {"commitment": "a" * 64}
    answer = Resident("c1", {"note": committed, "leaders:chair": committed}, None, (Stay("2020", None),))
    opened = told(answer, {"a" * 64: "Ana"}.get)
    assert type(opened) is Resident
    assert opened.attributes == {"note": "Ana", "leaders:chair": committed}
    assert told(answer).attributes["note"] == WITHHELD
    assert fields(opened)["stays"] == [{"from": "2020", "until": None}]
