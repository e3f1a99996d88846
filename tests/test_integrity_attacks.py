"""The attacks that the project shows: each is caught, alone or with what must be held outside; and nothing else is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import ROOT

SCRIPT = ROOT / "scripts" / "attacks"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What the demonstration says, an attack each."""
    folder = tmp_path_factory.mktemp("attacks") / "kept"
    done = subprocess.run(
        [sys.executable, "-m", "attacks", "--keep", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield done.stdout.split("\n\n")


def test_every_attack_is_caught(told: list[str]) -> None:
    begun, *attacks, summary = told
    assert begun.startswith("Untouched: government.ledger: 11 events")
    assert all("\n  Caught: " in attack for attack in attacks)
    assert summary.strip() == f"{len(attacks)} attacks, {len(attacks)} caught."


def test_every_column_of_every_table_is_among_them(told: list[str]) -> None:
    turned = [attack.split(". ", 1)[1].split("\n")[0] for attack in told if "One bit is turned" in attack]
    assert len(turned) == 10 + 3
    assert "One bit is turned in events.line." in turned
    assert "One bit is turned in personal.salt." in turned


def test_what_the_file_alone_cannot_show_is_said_with_what_must_be_held_outside(told: list[str]) -> None:
    outside = [attack for attack in told if "Alone, nothing shows it." in attack]
    assert len(outside) == 6
    assert sum("A checkpoint" in attack for attack in outside) == 5


def test_the_forgeries_import_nothing_of_the_program() -> None:
    for file in SCRIPT.glob("*.py"):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            assert not line.startswith(("from ledger", "import ledger", "from commands", "from projections")), line
