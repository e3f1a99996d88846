"""Differences found thing by thing: the same as those of two structures in memory, in the same order."""

from __future__ import annotations

from pathlib import Path

from support.demonstrations import demonstration

from ledger.timeline import day_of
from projections.differences.explained import Point, renewed
from projections.differences.merged import changes, pairs
from projections.differences.structures import between
from projections.views.read_model import Views


def test_what_is_found_thing_by_thing_is_what_two_structures_differ_in(tmp_path: Path) -> None:
    with demonstration(tmp_path / "demo.ledger") as ledger, Views(ledger, tmp_path) as views:
        head = ledger.known(None).position
        points = [
            Point(day_of(day), known)
            for day, known in (("2001-01-01", head), ("2015-06-01", head), ("2024-05-15", 233), ("2026-10-31", head))
        ]
        for first in points:
            for second in points:
                before, after = views.structure(*first), views.structure(*second)
                both = [*between(before, after), *renewed(views, before, after, first, second)]
                assert list(changes(views, first, second)) == sorted(both, key=lambda one: one.id)
                there = [(one and one.id, other and other.id) for one, other in pairs(views, first, second)]
                assert [one or other for one, other in there] == sorted({*before.possible, *after.possible})
