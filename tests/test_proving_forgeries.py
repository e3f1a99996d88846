"""A twentieth of the campaign over forgeries: what is altered is told by its place, and nothing else is told."""

from __future__ import annotations

from random import Random

import pytest
from campaigns import forgeries
from support.command_line import Desk

LEDGERS, FILES, UNTOUCHED = 100, 25, 10


@pytest.fixture
def world(bare: Desk) -> Desk:
    """A ledger of an office, and what a reader took home of it."""
    forgeries.make_world()
    return bare


def test_every_forged_ledger_is_told_by_the_position_that_was_forged(world: Desk) -> None:
    found = [forgeries.missed_in_ledger(number, Random(f"ledger {number}")) for number in range(LEDGERS)]
    assert [story for story in found if story] == []


@pytest.mark.parametrize("kind", [*forgeries.FILES, "tiles", "memory"])
def test_every_altered_file_of_proof_is_refused_or_said_to_lack_a_signature(world: Desk, kind: str) -> None:
    found = [forgeries.missed_in_file(kind, Random(f"{kind} {number}")) for number in range(FILES)]
    assert [story for story in found if story] == []


def test_nothing_is_said_of_what_nobody_touched(world: Desk) -> None:
    found = [forgeries.false_alarm(Random(f"untouched {number}")) for number in range(UNTOUCHED)]
    assert [story for story in found if story] == []
