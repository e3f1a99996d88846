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
    shutil.copytree(ROOT / "scripts" / "examples" / "demo", checkout / "scripts" / "examples" / "demo")
    for name in ("demo", "verify_standalone.py"):
        shutil.copy(ROOT / "scripts" / name, checkout / "scripts")
    (checkout / "scripts" / "_environment").write_text('cd "$(dirname "$0")/.." || exit 1\n')
    ledgers.mkdir()
    programs.mkdir()
    program = programs / "cluster-ledger"
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
    program.write_text(f'#!/bin/sh\n{python} -m commands.main "$@"\n')
    program.chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    return checkout, demonstration(checkout, ledgers, programs)


def demonstration(checkout: Path, ledgers: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    """Run the demonstration of a checkout from another folder, with `cluster-ledger` out of `programs`."""
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(ledgers), "TMPDIR": str(ledgers), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    run = ["bash", str(checkout / "scripts" / "demo")]
    return subprocess.run(run, env=environment, cwd=ledgers, capture_output=True, text=True, timeout=300)


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
        "agriculture: Ministry of Agriculture, Fisheries and Food",
        "business-trade: Department for Business and Trade",
        "... 25 in all",
        "... 27 in all",
        "cluster science-technology: begins",
        "  wellbeing/holistic-health: Holistic health",
        "segment living-places/quiet-streets: cluster is wellbeing, was living-places",
        "  From 2 May 2024 instead of 2 June 2024:\n    cluster wellbeing: title is Missions for wellbeing",
        "\ncluster wellbeing: Health and prevention\n$",
        "\ncluster wellbeing: Missions for wellbeing\n\n8.",
        "response-time              14 days    comparable-assessments          100.0%",
        'warning: Segment "wellbeing/alternative-medicine" has no mission.',
        ": 234 events, root",
        "Proven: the event of ILL-2024-01, in the first 234 events of",
        "The checkpoint is signed by witness.example+",
        "Decision ILL-2024-01 of Council of Ministers (illustrative): 1 of 1 parts",
        "\nIt holds.\n",
    ):
        assert sentence in said, sentence


def test_the_demonstration_is_a_story_of_some_hundred_lines_for_a_screen_of_eighty_columns(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Commands are shown as they are typed, and may be longer; and so may what names the place of the ledger."""
    said, place = played[1].stdout, str(played[0].parent)
    lines = [line for line in said.splitlines() if not line.startswith("$ ") and place not in line]
    assert len(said.splitlines()) <= 140 and [line for line in lines if len(line) > 80] == []
    assert said.count("Recorded") == 1 and "Recorded: 77 decisions" in said
    assert played[1].stderr == ""


def test_the_demonstration_stops_with_the_whole_answer_where_a_command_fails(
    played: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Without its documents `record` fails; its sentence is no receipt, and is shown all the same."""
    checkout, ledgers = tmp_path / "checkout", tmp_path / "ledgers"
    shutil.copytree(played[0], checkout)
    ledgers.mkdir()
    (checkout / "scripts/examples/demo/40-a-scale-and-a-rule.yaml").write_text("authority: nobody\n")
    done = demonstration(checkout, ledgers, played[0].parent / "bin")
    assert done.returncode != 0 and "scripts/examples/demo/40-a-scale-and-a-rule.yaml" in done.stderr
    assert "The demonstration stops here. What it made is kept in" in done.stderr
    assert "3. What was the structure" not in done.stdout


def test_the_demonstration_leaves_the_checkout_as_it_was_and_keeps_its_ledger(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    checkout, done = played
    left = {path.relative_to(checkout).parts[:2] for path in checkout.rglob("*") if path.is_file()}
    assert left == {("scripts", name) for name in ("demo", "examples", "verify_standalone.py", "_environment")}
    kept = re.search(r"export CLUSTER_LEDGER='(.+?)'", done.stdout)
    assert kept is not None
    assert Path(kept.group(1)).is_file()


def test_the_demonstration_ends_with_pictures_and_a_report(
    played: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    kept = re.search(r"export CLUSTER_LEDGER='(.+?)'", played[1].stdout)
    assert kept is not None
    made = {path.name: path.read_bytes() for path in Path(kept.group(1)).parent.iterdir() if path.is_file()}
    assert made["audit.pdf"].startswith(b"%PDF")
    assert made["timeline.svg"].startswith(b"<svg")
