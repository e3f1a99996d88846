"""A share of the campaign over malformed inputs, and the campaign itself seen to fail."""

from __future__ import annotations

from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from campaigns import malformed as campaign_malformed
from support.faults.malformed import KINDS


def test_whatever_is_malformed_is_answered_in_words_and_none_is_half_recorded_slow_or_large() -> None:
    counted = campaign_malformed.campaign(1, 18 * len(KINDS), told=lambda said: None)
    assert {kind for kind, _ in counted} == set(KINDS)
    assert {taken for _, taken in counted} == {"taken", "refused"}


def following(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    return [("views", "follow")]


def test_what_goes_on_until_somebody_stops_it_is_stopped() -> None:
    with (
        patch.dict(campaign_malformed.KINDS, {"following": following}, clear=True),
        patch.object(campaign_malformed, "FOLLOWING_SECONDS", 0.05),
    ):
        assert campaign_malformed.campaign(1, 1) == {("following", "taken"): 1}


def endless(desk: Path, chance: Random) -> list[tuple[str, ...]]:
    while True:
        pass


def test_the_campaign_sees_what_takes_too_long_and_goes_on_after_it() -> None:
    with (
        patch.dict(campaign_malformed.KINDS, {"endless": endless}, clear=True),
        patch.object(campaign_malformed, "CPU_SECONDS", 0.2),
        pytest.raises(AssertionError) as said,
    ):
        campaign_malformed.campaign(1, 2, told=lambda said: None)
    assert str(said.value).count("its process ended with") == 2


def test_the_campaign_sees_a_process_that_grows_too_large() -> None:
    with patch.object(campaign_malformed, "MEGABYTES", 1), pytest.raises(AssertionError, match=" MB"):
        campaign_malformed.campaign(1, 1, told=lambda said: None)
