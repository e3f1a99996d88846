"""The views: equal to the pure fold at every point of both times, filled exactly once, rebuilt when not of the ledger."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from histories import History, histories
from hypothesis import HealthCheck, given, settings
from written_ledgers import append, written

from ledger.state.structure import Structure
from projections.rows import WITHOUT_EFFECT
from projections.views import Views

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _expected(history: History, day: int, known: int) -> Structure:
    return history.state(known).at(day)


@FEW
@given(histories())
def test_views_equal_the_pure_fold_at_every_effective_day_and_every_known_position(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with written(Path(folder, "a.ledger"), history) as ledger, Views(ledger, folder) as views:
            for known in (0, *history.ends()):
                state = history.state(known)
                for day in history.days():
                    assert views.structure(day, known) == state.at(day), (day, known)


@FEW
@given(histories())
def test_views_hold_what_is_without_effect_as_the_fold_does(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with written(Path(folder, "a.ledger"), history) as ledger, Views(ledger, folder) as views:
            for known in (0, *history.ends()):
                expected = {
                    (thing.id, f"{WITHOUT_EFFECT}{position}")
                    for thing in history.state(known).things()
                    for position in thing.without_effect()
                }
                assert {(row.id, row.attribute) for row in views.without_effect(known)} == expected
