"""The standalone verifier as it is run, and what the product says in its words."""

from __future__ import annotations

import io
import re
import runpy
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from support.command_line import ROOT

SCRIPT = ROOT / "scripts" / "verify_standalone.py"


class Ran(NamedTuple):
    """How it ended, and what it said."""

    code: int
    said: str

    @property
    def faults(self) -> list[str]:
        """Its faults, without the word before them."""
        return re.findall("^Fault: (.*)$", self.said, re.MULTILINE)

    @property
    def told(self) -> list[str]:
        """What it told of a structure: the lines that are indented."""
        return [line for line in self.said.splitlines() if line.startswith("  ")]


def checked(*words: object) -> Ran:
    """Run the file as a program in this process, which takes a tenth of the time."""
    said = io.StringIO()
    with patch.object(sys, "argv", [str(SCRIPT), *map(str, words)]), redirect_stdout(said), redirect_stderr(said):
        try:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        except SystemExit as ended:
            return Ran(int(ended.code or 0), said.getvalue())
    raise AssertionError("It did not end with an exit code.")


def checked_apart(folder: Path, *words: object) -> Ran:
    """Run a copy of the file in a process that finds no package of the project."""
    copy = folder / "verify.py"
    copy.write_bytes(SCRIPT.read_bytes())
    command = [sys.executable, "-I", str(copy), *map(str, words)]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return Ran(ended.returncode, ended.stdout + ended.stderr)


def asked_on(day: int) -> str:
    """A day as it is asked for."""
    return ".." if day <= 0 else date.fromordinal(day).isoformat()


def told(answer: dict[str, Any]) -> list[str]:
    """The structure of `show --format json` in the lines of the standalone verifier."""
    doubtful = {kind: [one for one in answer["in_doubt"] if one["kind"] == kind] for kind in ("cluster", "segment")}
    marked = {one["id"]: " (may have ended)" for one in answer["in_doubt"]}
    clusters = by_id([*answer["clusters"], *doubtful["cluster"]])
    segments = [segment for cluster in clusters.values() for segment in cluster["segments"]]
    segments = [*by_id([*segments, *doubtful["segment"], *answer["stray_segments"]]).values()]
    missions = by_id([*answer["missions"], *(one for one in answer["in_doubt"] if one["kind"] == "mission")])

    def line(indent: int, kind: str, one: dict[str, Any], more: str = "") -> str:
        return f"{' ' * indent}{kind} {one['id']}{marked.get(one['id'], '')}: {one.get('title')}{more}"

    def within(cluster: str | None) -> Iterator[str]:
        for segment in segments:
            if (segment.get("cluster") if segment.get("cluster") in clusters else None) == cluster:
                yield line(4, "segment", segment)
                for mission in missions.values():
                    if segment["id"] in mission["extents"]:
                        yield line(6, "mission", mission, f", {mission['extents'][segment['id']]}")

    found = []
    for id_, cluster in clusters.items():
        found += [line(2, "cluster", cluster), *within(id_)]
    found += within(None)
    live = {segment["id"] for segment in segments}
    return found + [line(4, "mission", one) for one in missions.values() if not live & one["extents"].keys()]


def by_id(things: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Things by id, in order."""
    return {one["id"]: one for one in sorted(things, key=lambda one: str(one["id"]))}
