"""The small ledger that is attacked: decisions of an invented government, its key, and what a reader took home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

AUTHORITY = "Council of Ministers (illustrative)"
KEY = "office.key"
HOME = ("first.checkpoint", "second.checkpoint", "office.vkeys", "decision.tlog-proof")  # what an auditor took home
DOCUMENTS = {
    "M-1": """changes:
  - {change: establish-cluster, cluster: wellbeing, title: Health}
  - {change: add-segment, segment: wellbeing/care, title: Care}
  - {change: launch-mission, mission: sleep-well, title: Sleep well, segments: [wellbeing/care]}
""",
    "M-2": "changes: [{change: appoint-leader, of: wellbeing, office: lead, holder: A. Example}]\n",
    "M-3": "changes: [{change: retitle-cluster, cluster: wellbeing, title: A good life}]\n",
    "M-4": "changes: [{change: retitle-mission, mission: sleep-well, title: Rest well}]\n",
    "M-5": "changes: [{change: retitle-segment, segment: wellbeing/care, title: Care nearby}]\n",
    "M-6": "changes: [{change: reword-mission, mission: sleep-well, statement: Everybody sleeps enough.}]\n",
    "M-7": "changes: [{change: rename-government, title: New Exampleland (illustrative)}]\n",
}
BEFORE_FIRST = ("M-1", "M-2", "M-3")  # decisions under the first checkpoint


class Said(NamedTuple):
    """What the program answered."""

    code: int
    text: str


class World:
    """A folder with the ledger, and beside it what is held outside."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ledger, self.home = folder, folder / "government.ledger", folder / "home"

    def run(self, *args: str, reader: str = "auditor") -> Said:
        """Run the program in the folder; each reader has a memory of their own."""
        kept = {f"CLUSTER_LEDGER_{what}": str(self.folder / reader) for what in ("VIEWS", "STATE")}
        found = subprocess.run(
            [sys.executable, "-m", "commands.main", *args],
            cwd=self.folder,
            env={**os.environ, **kept, "CLUSTER_LEDGER_RECORDER": "Registry (illustrative)"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(found.returncode, found.stdout + found.stderr)

    def need(self, *args: str, reader: str = "office") -> Said:
        """Run what must succeed; raises `RuntimeError` with what was said."""
        said = self.run(*args, reader=reader)
        if said.code:
            raise RuntimeError(f"{' '.join(args)}: {said.text}")
        return said

    def copy(self, folder: Path) -> World:
        """Return a copy of all of it, to be attacked."""
        shutil.copytree(self.folder, folder)
        return World(folder)


def made(folder: Path) -> World:
    """Make the world: decisions, a key, two checkpoints, a proof, tiles."""
    folder.mkdir(parents=True)
    world = World(folder)
    world.home.mkdir()
    world.need("init", "--government", "Exampleland (illustrative)")
    world.need("key", "make", "-o", KEY, "--no-passphrase")
    record(world, BEFORE_FIRST)
    shutil.copy(world.ledger, folder / "older.ledger")
    world.need("checkpoint", "--key", KEY, "-o", "home/first.checkpoint")
    record(world, [reference for reference in DOCUMENTS if reference not in BEFORE_FIRST])
    world.need("checkpoint", "--key", KEY, "-o", "home/second.checkpoint")
    world.need("prove", "M-3", "--checkpoint", "home/second.checkpoint", "-o", "home/decision.tlog-proof")
    world.need("export", "-o", "home/log.jsonl")
    world.need("export", "--format", "tiles", "--checkpoint", "home/second.checkpoint", "-o", "public")
    (world.home / "office.vkeys").write_text(world.need("key", "show", KEY).text, encoding="utf-8")
    return world


def record(world: World, references: list[str] | tuple[str, ...]) -> None:
    """Record decisions, each in a run of its own."""
    for reference in references:
        text = f"authority: {AUTHORITY}\nreference: {reference}\neffective: 2026-04-01\nillustrative: true\n"
        (world.folder / "decision.yaml").write_text(text + DOCUMENTS[reference], encoding="utf-8")
        world.need("record", "--yes", "decision.yaml")
