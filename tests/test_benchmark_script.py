"""The benchmark says what it promises to say; what the figures are is for people to read, and no test's matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.figures import price, speed

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = ("decision", "import", "snapshot", "agility", "audit", "report", "start")


def benchmark(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What scripts/benchmark runs, in the environment that these tests have."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts")))}
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_small_run_prints_a_table_and_writes_the_same_as_json(tmp_path: Path, family: str) -> None:
    done = benchmark("--only", family, "--size", "0.002", "--json", "figures.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["figure", "ours", "beside", "ratio", "goal"]
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written["size"] == 0.002
    for row, one in zip(rows, written["figures"], strict=True):
        assert row.startswith(one["name"])
        assert f"{one['ratio']:.2f}" in row
        assert row.endswith("missed") != one["holds"]


def test_a_goal_is_met_from_the_right_side() -> None:
    assert speed("twice as quick", 1.0, "peer", 2.0, 2).holds
    assert not speed("as quick", 2.0, "peer", 2.0, 2).holds
    assert price("thrice as dear", 3.0, "floor", 1.0, 3).holds
    assert not price("dearer", 3.1, "floor", 1.0, 3).holds


def test_a_name_that_is_not_known_is_told_with_those_that_are(tmp_path: Path) -> None:
    done = benchmark("--only", "decisions", cwd=tmp_path)
    assert done.returncode == 2
    assert all(family in done.stderr for family in FAMILIES)


def test_the_script_can_be_run_and_says_what_it_measures() -> None:
    script = ROOT / "scripts" / "benchmark"
    assert os.access(script, os.X_OK)
    assert "exec python -m benchmarks" in script.read_text()
