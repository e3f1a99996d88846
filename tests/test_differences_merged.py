"""Differences found thing by thing: the same as those of two structures in memory, in the same order."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from support.demonstrations import demonstration
from support.histories import Recording
from support.long_records import peak
from support.small_world import change, constitution
from support.written_ledgers import written

from ledger.timeline import day_of
from projections.differences import explained as of_differences
from projections.differences.explained import Point, explained, renewed
from projections.differences.merged import changes, pairs
from projections.differences.structures import between
from projections.views import file as of_views
from projections.views import spool
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


def test_differences_are_explained_with_what_few_of_them_need_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (spool, of_views, of_differences):
        monkeypatch.setattr(module, "AT_ONCE", 20)
    monkeypatch.setattr(spool, "_BYTES_IN_MEMORY", 2_000)
    few, more = 1 + 100, 1 + 400
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), "..")
    for number in range(1, more):
        recording.decide(reference=f"R-{number}")
        recording.say(change("establish-cluster", cluster=f"c-{number}", title="Care"), "2020")
    with written(tmp_path / "a.ledger", recording.history()) as ledger, Views(ledger, tmp_path) as views:
        views.catch_up()

        def told(known: int) -> int:
            ends = Point(day_of("2019"), known), Point(day_of("2021"), known)
            return sum(1 for _ in explained(views, changes(views, *ends), *ends))

        assert (told(few), told(more)) == (few - 1, more - 1)
        assert peak(partial(told, more)) - peak(partial(told, few)) < 200_000


def test_what_is_behind_a_difference_does_not_follow_from_what_was_read_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demonstration(tmp_path / "demo.ledger") as ledger, Views(ledger, tmp_path) as views:
        ends = Point(day_of("2015-06-01"), 233), Point(day_of("2026-10-31"), ledger.known(None).position)
        whole = list(explained(views, changes(views, *ends), *ends))
        monkeypatch.setattr(of_differences, "AT_ONCE", 1)
        assert list(explained(views, changes(views, *ends), *ends)) == whole and len(whole) > 20
