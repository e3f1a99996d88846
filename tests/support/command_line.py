"""A desk: a folder of its own with a ledger in it, and the program run there as a person would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commands.main import cli

ROOT = Path(__file__).resolve().parents[2]

FIRST = """\
authority: Council of Ministers
reference: CM-1
decided_on: 2026-03-02
effective: 2026-04-01
rationale: Wellbeing needs one home.
changes:
  - {change: establish-cluster, cluster: wellbeing, title: Health, purpose: To live well.}
  - {change: add-segment, segment: wellbeing/care, title: Care}
  - {change: launch-mission, mission: sleep-well, title: Sleep well}
  - {change: add-mission, mission: sleep-well, segments: wellbeing/care}
"""
SECOND = FIRST.replace("CM-1", "CM-2").replace("wellbeing", "learning").replace("sleep-well", "read-well")
LEADER = """\
authority: Council of Ministers
reference: CM-3
effective: 2026-05-01
changes: [{change: appoint-leader, of: wellbeing, office: Chair, holder: Ada Example}]
"""
RENAMED = """\
authority: Council of Ministers
reference: CM-4
effective: 2026-06-01
changes: [{change: rename-government, title: New Testland}]
"""

# What no sentence holds: values, types and objects as Python writes them, and two names of one event.
NO_WORDS = re.compile(
    r"[\[{(]'|[\[{]\"|\[\{[\"']|\bNone\b(?! of)|<class|<[\w.]+ object|Decimal\(|datetime\.|\b(?:True|False)\b"
    r"|@\d+,? \(?p\d"
)


def of_python(said: str) -> bool:
    """Return whether a sentence shows something as Python writes it, beside what it quotes of what was handed in."""
    return NO_WORDS.search(re.sub(r'"[^"]*"', '""', said)) is not None


class Desk:
    """Where the program is run: `folder` is the working folder, `government.ledger` the ledger in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ledger = folder, folder / "government.ledger"

    def run(self, *args: str, input: str | bytes | None = None) -> Result:
        """Run the program in this process; no terminal."""
        return CliRunner().invoke(cli, list(args), input=input, prog_name="cluster-ledger")

    def json(self, *args: str, code: int = 0) -> Any:
        """Run a command with `--format json` and return its answer."""
        result = self.run(*args, "--format", "json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def process(self, *args: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the program in a process of its own; no terminal."""
        options = {"capture_output": True, "text": True, "timeout": 60, "cwd": self.folder, **options}
        return subprocess.run([sys.executable, "-m", "commands.main", *args], env=self.environment(), **options)

    def environment(self) -> dict[str, str]:
        """The environment for a process of its own."""
        return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}

    def write(self, name: str, text: str | bytes) -> str:
        """Write a file on the desk and return its name."""
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def init(self) -> Desk:
        """Make a ledger."""
        assert self.run("init", "--government", "Testland").exit_code == 0
        return self

    def record(self, text: str = FIRST) -> Desk:
        """Record documents."""
        result = self.run("record", "-", input=text)
        assert result.exit_code == 0, result.output
        return self

    def size(self) -> int:
        """How many events are recorded."""
        return int(self.json("verify")["events"])


def refused(result: Result, *words: str, code: int = 1) -> str:
    """Check that the program answered in words and did no harm; return what it said."""
    assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    assert isinstance(result.exception, SystemExit)
    said = result.stderr
    assert "Traceback" not in said and "fault of cluster-ledger" not in said, said
    assert not of_python(said), said
    for word in words:
        assert word in said, said
    assert all(line.isprintable() for line in result.output.splitlines()), repr(result.output)
    return said


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An empty desk, out of reach of the configuration of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("CLUSTER_LEDGER")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.setenv("CLUSTER_LEDGER_VIEWS", str(tmp_path / "views"))
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("CLUSTER_LEDGER_DRAFTS", str(tmp_path / "drafts"))
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "Registry")
    yield Desk(folder)


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """A desk with an empty ledger."""
    return bare.init()


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A desk with a ledger of ten events in three decisions, one of which names a person."""
    return desk.record().record(SECOND).record(LEADER)
