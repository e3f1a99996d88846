"""A twentieth of the simulation, over both stores; that a seed is the same everywhere, and that bugs show by it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from simulation.planted import bugs, caught, known
from simulation.scheduler import run
from simulation.shrinking import Kept, chosen, fewest, parsed
from simulation.steps import Between, Step
from support.command_line import ROOT

STEPS = 14  # of a history: fewer than by hand
LOTS = [range(first, first + 20) for first in range(1, 101, 20)]


@pytest.mark.parametrize("seeds", LOTS, ids=lambda seeds: f"from {seeds[0]}")
def test_histories_over_a_file_are_as_the_naive_model_has_them(seeds: range) -> None:
    assert {seed: found for seed in seeds if (found := run(seed, count=STEPS).difference)} == {}


def test_histories_over_a_server_are_as_the_naive_model_has_them() -> None:
    assert {seed: found for seed in range(1, 6) if (found := run(seed, "postgres", STEPS).difference)} == {}


def test_a_seed_is_the_same_history_in_another_process_with_another_order_of_hashes() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "5", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-m", "simulation", "--seed", "9"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith(run(9).digest)


@pytest.mark.parametrize("bug", bugs(), ids=lambda bug: bug.stem)
def test_a_planted_bug_is_caught_by_its_seed(bug: Path) -> None:
    seed, differs = known(bug)
    assert caught(bug, seed, seed) == (seed, differs)


def test_a_history_is_shrunk_to_the_steps_without_which_it_does_not_fail() -> None:
    asked: list[int] = []

    def fails(kept: Sequence[Kept]) -> bool:
        asked.append(len(kept))
        return {one.number for one in kept} >= {3, 11, 12}

    assert list(map(str, fewest([Kept(number) for number in range(1, 21)], fails))) == ["3", "11", "12"]
    assert len(asked) < 60


def test_steps_are_left_out_by_their_numbers_and_said_in_words() -> None:
    inner = Step("W2", "jump", number=-5)
    steps = [Step("W1", "close"), Step("R1", "tail", number=3, between=Between(3, "steps", (inner,)))]
    whole, alone = chosen(steps, parsed("2,2x"))
    assert whole.words().splitlines() == [
        "R1 takes up to 3 events",
        "    after its statement 2:",
        "      the clock of W2 jumps by -5 s",
    ]
    assert alone.words() == "R1 takes up to 3 events"
    with pytest.raises(IndexError):
        chosen(steps, parsed("3"))
