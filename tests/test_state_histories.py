"""Generated histories, some hundreds: whatever tells of one tells the same as the naive fold; and they hold trouble."""

from __future__ import annotations

import pytest
from campaigns.histories import TROUBLED, campaign
from hypothesis import HealthCheck, Phase, given, seed, settings
from support.examples import examples
from support.histories import History
from support.history_kinds import KINDS, kinds


@pytest.mark.parametrize(("number", "formats"), [(0, 0), (1, 0), (2, 0), (3, 1)])
def test_fold_views_naive_fold_snapshots_and_verification_agree_at_every_pair_of_times(
    number: int, formats: int
) -> None:
    size = examples(60)
    tried = campaign(number, size, formats)
    assert tried.histories >= size and tried.pairs > 10 * size
    assert tried.snapshots == formats * tried.histories


def test_every_kind_of_trouble_occurs_in_the_histories_that_are_tried() -> None:
    found: set[str] = set()
    for number in range(8):  # histories of one seed resemble each other

        @seed(number)
        @settings(
            max_examples=100,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(TROUBLED)
        def tried(history: History) -> None:
            found.update(kinds(history))

        tried()
    assert sorted(set(KINDS) - found) == []
