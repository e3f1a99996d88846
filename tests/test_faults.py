"""A share of two campaigns: calls to the disk that fail, and deaths at any instant, lose nothing and leave nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.faults.shim import missing

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(missing() != "", reason=missing())
@pytest.mark.parametrize("half", [1, 2])
def test_a_disk_that_fails_and_a_program_that_is_killed_lose_nothing_and_leave_nothing(half: int) -> None:
    """The same twentieth of the faults every day; all of them by `python -m support.faults.campaign`."""
    command = [sys.executable, "-m", "support.faults.campaign", "--seed", "1", "--share", "0.05", "--half", str(half)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT / "tests", env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert ", 0 wrong." in done.stdout


def test_a_program_that_is_killed_or_stopped_at_any_instant_loses_nothing_and_says_what_is_so() -> None:
    command = [sys.executable, "-m", "support.faults.kills", "--seed", "1", "--size", "25"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT / "tests", env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
