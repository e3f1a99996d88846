"""Generated histories, a thousand: fold, views, naive fold, verification and the check of the views agree on each."""

from __future__ import annotations

import pytest
from campaign import examples
from campaign_histories import campaign


@pytest.mark.parametrize("number", range(4))
def test_fold_views_naive_fold_and_verification_agree_at_every_pair_of_times(number: int) -> None:
    size = examples(250)
    tried, pairs = campaign(number, size)
    assert tried >= size and pairs > 10 * size
