"""The benchmark says what it promises to say; what the figures are is for people to read, and no test's matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.__main__ import FAMILIES
from benchmarks.families import memory
from benchmarks.figures import Cost, limit, missing, price, speed, table
from benchmarks.processes import Desk
from benchmarks.session import Session

ROOT = Path(__file__).resolve().parents[1]
ONE, TWO, THREE = Cost(1.0, 1.0, 10.0), Cost(2.0, 2.0, 20.0), Cost(3.1, 3.1, 30.0)


def benchmark(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What scripts/benchmark runs, in the environment that these tests have."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts")))}
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers")


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "memory"])
def test_a_small_run_prints_a_table_and_writes_the_same_as_json(tmp_path: Path, ledgers: Path, family: str) -> None:
    small = ("--size", "100", "--rounds", "1")
    done = benchmark("--only", family, *small, "--ledgers", str(ledgers), "--json", "figures.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    head, *rows, flush = done.stdout.splitlines()
    assert head.split()[:3] == ["figure", "events", "beside"] and flush.startswith("A flush of the disk takes")
    figures = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert figures
    for row, one in zip(rows, figures, strict=True):
        assert row.startswith(one["name"])
        assert bool(one["absent"]) == (one["holds"] is None) == ("not measured: " in row)
        assert row.endswith(", missed") == (one["holds"] is False)


def test_the_memory_of_a_command_is_measured(tmp_path: Path, ledgers: Path) -> None:
    session = Session(tmp_path, ledgers, (100,), 1)
    found = list(islice(memory.figures(session), 2))
    assert [one.name for one in found] == ["show", "show ID"]
    assert all(one.ours is not None and one.ours.peak_mb > 5 for one in found)


def test_a_figure_has_a_row_for_each_size(tmp_path: Path, ledgers: Path) -> None:
    sizes = ("--size", "60", "100", "--rounds", "1", "--ledgers", str(ledgers))
    assert benchmark("--only", "verify", *sizes, "--json", "figures.json", cwd=tmp_path).returncode == 0
    found = json.loads((tmp_path / "figures.json").read_text())
    assert [one["events"] for one in found["figures"]] == found["sizes"] == [60, 100]


def test_a_side_runs_the_code_of_its_own_checkout(tmp_path: Path) -> None:
    older = tmp_path / "older"
    (older / "commands").mkdir(parents=True)
    (older / "commands" / "__init__.py").touch()
    (older / "commands" / "main.py").write_text("import sys\nsys.exit('the older one ran')\n")
    desk = Desk(tmp_path / "none.ledger", tmp_path, older)
    with pytest.raises(RuntimeError, match="the older one ran"):
        desk.asks("show")()


def test_a_goal_is_met_from_the_right_side() -> None:
    assert speed("twice as quick", 1, ONE, "peer", TWO, 2).holds
    assert not speed("as quick", 1, TWO, "peer", TWO, 2).holds
    assert price("thrice as dear", 1, Cost(3.0, 9.0), "floor", ONE, 3).holds
    assert not price("dearer", 1, THREE, "floor", ONE, 3).holds
    assert not price("longer", 1, Cost(3.0, 9.0), "floor", ONE, 3, measure="wall").holds
    assert limit("within", 1, TWO, 20).holds and not limit("beyond", 1, THREE, 20).holds


def test_what_could_not_be_measured_is_told_with_the_reason() -> None:
    figure = missing("decision", 10, "a peer", "it is not installed")
    assert figure.holds is None
    assert table([figure]).endswith("not measured: it is not installed")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "decisions"), tuple(FAMILIES)),
        (("--size", "0"), ("a size lies above 0",)),
        (("--beside", "."), ("is no checkout",)),
    ],
)
def test_an_option_that_means_nothing_is_told_with_what_may_stand(
    tmp_path: Path, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    done = benchmark(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert all(word in done.stderr for word in said)


def test_the_script_can_be_run_and_says_what_it_measures() -> None:
    script = ROOT / "scripts" / "benchmark"
    assert os.access(script, os.X_OK)
    assert "exec python -m benchmarks" in script.read_text()
