"""What a difference says, in words."""

from __future__ import annotations

from typing import Any

import pytest

from projections.differences.sentences import named, turn


@pytest.mark.parametrize(
    ("attribute", "before", "after", "said"),
    [
        ("title", None, "Health", "title is Health"),
        ("title", "Wellness", "Health", "title is Health, was Wellness"),
        ("purpose", "Old", None, "purpose is no longer Old"),
        ("horizon_on", None, "2050-01-01", "horizon on is 2050-01-01"),
        ("segments:wellbeing/a", None, "full", "segments wellbeing/a is full"),
        ("expertise:nursing", None, True, "expertise nursing begins"),
        ("expertise:nursing", True, None, "expertise nursing ends"),
        ("relations:b/z", None, {}, "relations b/z begins"),
        ("relations:b/z", {}, None, "relations b/z ends"),
        ("expertise:data_law", None, True, "expertise data_law begins"),
        ("definition_version", 1, 2, "definition version is 2, was 1"),
        ("leaders:Director", None, {}, "the office Director is filled, the holder not named"),
        ("leaders:Director", None, {"commitment": "a"}, "the office Director is filled"),
        ("leaders:Director", {}, {"commitment": "a"}, "the office Director is filled"),
        ("leaders:Director", {"commitment": "a"}, {"commitment": "b"}, "the office Director has another holder"),
        ("leaders:Director", {"commitment": "a"}, None, "the office Director is vacant"),
    ],
)
def test_a_turn_is_a_sentence_and_never_names_who_holds_an_office(
    attribute: str, before: Any, after: Any, said: str
) -> None:
    assert turn(attribute, before, after, str) == said


def test_an_attribute_with_a_key_is_named_with_it() -> None:
    assert named("decision-reviews:a:b_c") == "decision-reviews a:b_c"
    assert named("horizon_on") == "horizon on"
