"""The page on agility and the registry of metrics: one section a metric, and nothing of it left unsaid."""

from __future__ import annotations

import pytest
from support.agility_page import BLOCKS, MARK, PAGE, page

from projections.agility.figures import Metric
from projections.agility.query import metrics


def test_the_page_says_what_the_registry_says() -> None:
    """Where it does not, write it anew: PYTHONPATH=.:tests python -m support.agility_page"""
    written = PAGE.read_text(encoding="utf-8")
    assert MARK in written and written == page(written)


@pytest.mark.parametrize("one", metrics().values(), ids=lambda one: one.name)
def test_every_metric_says_what_it_is_and_what_it_does_not_mean(one: Metric) -> None:
    assert one.block in BLOCKS
    for text in (one.line, one.source, one.not_meaning):
        assert text[0].isupper() and text.endswith(".")
    assert one.denominator and one.unit and not one.denominator.endswith(".")
    assert one.compute.__doc__ and one.compute.__doc__.startswith("Return ")


def test_nothing_is_called_a_score() -> None:
    assert [name for name in metrics() if "score" in name or "index" in name] == []
