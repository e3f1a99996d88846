"""Planted bugs: patches that each make the program wrong in one way, and the seeds by which they show."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUGS = Path(__file__).parent / "bugs"
COPIED = ("ledger", "projections", "tests/simulation", "tests/support")
SEEDS_MAX = 200
_KNOWN = re.compile(r"^Caught by seed (\d+): (.+)$", re.M)
_FAILS = re.compile(r"^Seed (\d+) fails at step \d+ of \d+: (.+?): ", re.M)


def bugs() -> list[Path]:
    """Return the patches, in order of their names."""
    return sorted(BUGS.glob("*.patch"))


def known(bug: Path) -> tuple[int, str]:
    """Return the seed that catches a bug, and what is then said to differ."""
    found = _KNOWN.search(bug.read_text(encoding="utf-8"))
    assert found is not None, f"{bug.name} does not say by which seed it is caught"
    return int(found[1]), found[2]


@contextmanager
def with_bug(bug: Path) -> Iterator[Path]:
    """Yield a copy of the sources in which a bug is planted; raises `CalledProcessError` where it does not apply."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        for name in COPIED:
            shutil.copytree(ROOT / name, Path(folder, name))
        environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(Path(folder).parent)}
        subprocess.run(["git", "apply", str(bug)], cwd=folder, env=environment, check=True)
        yield Path(folder)


def caught(bug: Path, first: int, last: int) -> tuple[int, str] | None:
    """Run seeds with a bug planted; return the first that fails and what differs, None where all pass."""
    with with_bug(bug) as folder:
        environment = {**os.environ, "PYTHONPATH": f"{folder}:{folder / 'tests'}", "PYTHONHASHSEED": "1"}
        command = [sys.executable, "-m", "simulation", "--seeds", f"{first}-{last}"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    found = _FAILS.search(done.stdout)
    assert found is not None or done.returncode == 0, done.stderr
    return None if found is None else (int(found[1]), found[2])


def planted(told: Callable[[str], object]) -> int:
    """Look for every planted bug from seed 1 on; return 1 where one is not caught."""
    missed = 0
    for bug in bugs():
        found = caught(bug, 1, SEEDS_MAX)
        said = f"caught by seed {found[0]}: {found[1]}" if found else f"not caught by {SEEDS_MAX} seeds"
        told(f"{bug.stem}: {said}")
        missed += found is None
    return 1 if missed else 0
