"""scripts/demo, run in a copy of the part of the checkout that it needs, with this program instead of .venv."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A checkout in which the demonstration was run once, beside the folder for its ledger; and what it said."""
    place = tmp_path_factory.mktemp("demo")
    checkout, ledgers, programs = (place / name for name in ("checkout", "ledgers", "bin"))
    shutil.copytree(ROOT / "scripts" / "demo-data", checkout / "scripts" / "demo-data")
    shutil.copy(ROOT / "scripts" / "demo", checkout / "scripts")
    (checkout / "scripts" / "_environment").write_text('cd "$(dirname "$0")/.." || exit 1\n')
    ledgers.mkdir()
    programs.mkdir()
    program = programs / "cluster-ledger"
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
    program.write_text(f'#!/bin/sh\n{python} -m commands.main "$@"\n')
    program.chmod(0o755)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(place), "TMPDIR": str(ledgers), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    run = ["bash", str(checkout / "scripts" / "demo")]
    done = subprocess.run(run, env=environment, cwd=place, capture_output=True, text=True, timeout=300)
    return checkout, done


def test_the_demonstration_runs_to_its_end(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = played
    assert done.returncode == 0, done.stderr
    assert "When you are done: rm -r" in done.stdout


def test_the_demonstration_shows_two_dates_and_two_states_of_knowledge(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    said = played[1].stdout
    for sentence in (
        "Department of Environment, Transport and the Regions",
        "Foreign, Commonwealth and Development Office",
        "cluster wellbeing: Health and prevention",
        "cluster wellbeing: Missions for wellbeing",
        "title is Missions for wellbeing, was Health and prevention",
    ):
        assert sentence in said, sentence


def test_the_demonstration_leaves_the_checkout_as_it_was_and_keeps_its_ledger(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    checkout, done = played
    left = {path.relative_to(checkout).parts[:2] for path in checkout.rglob("*") if path.is_file()}
    assert left == {("scripts", "demo"), ("scripts", "demo-data"), ("scripts", "_environment")}
    kept = re.search(r"export CLUSTER_LEDGER='(.+?)'", done.stdout)
    assert kept is not None
    assert Path(kept.group(1)).is_file()


def test_the_demonstration_ends_with_pictures_and_a_report(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    kept = re.search(r"export CLUSTER_LEDGER='(.+?)'", played[1].stdout)
    assert kept is not None
    made = {path.name: path.read_bytes() for path in Path(kept.group(1)).parent.iterdir() if path.suffix != ".ledger"}
    assert made["audit.pdf"].startswith(b"%PDF")
    assert made["timeline.svg"].startswith(b"<svg") and made["execution.html"].startswith(b"<!DOCTYPE html>")
