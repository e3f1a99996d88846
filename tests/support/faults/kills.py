"""Runs that write, killed or stopped at random instants: `scripts/campaign kills --seed 1 --size 500`.

By SIGKILL, SIGTERM or Ctrl-C, which is pressed twice at times. What was acknowledged stands, the rest is there whole or
not at all, what is said of it is so, and the same command goes on from there and leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from commands.main import LINES
from ledger.application import Ledger
from support.faults.scenarios import IMPORT, INIT, LEDGER
from support.faults.shim import Run, forked, run

DECISIONS = 60
PAUSE_SECONDS = 0.003  # between the two of whoever presses Ctrl-C twice
RECORD, TOGETHER = ("record", "new.jsonl"), ("record", "--together", "new.jsonl")
SIGNALS = {
    "killed": (signal.SIGKILL,),
    "terminated": (signal.SIGTERM,),
    "interrupted": (signal.SIGINT,),
    "interrupted twice": (signal.SIGINT, signal.SIGINT),
}


@dataclass(frozen=True)
class Scene:
    """A command that is stopped, and what was run before it; `records` says whether it records decisions."""

    name: str
    before: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    records: bool = False
    made: str = ""  # what it makes, under a name that nothing may stand at before it is whole


def _made(name: str, *command: str) -> Scene:
    return Scene(" ".join(command), (INIT, RECORD, ("show",)), (*command, name), made=name)


SCENES = (
    Scene("record", (INIT,), RECORD, records=True),
    Scene("import", (), IMPORT, records=True),
    Scene("record --together", (INIT,), TOGETHER, records=True),
    Scene("show", (INIT, RECORD), ("show",)),
    Scene("views rebuild", (INIT, RECORD, ("show",)), ("views", "rebuild")),
    _made("out.jsonl", "export", "-o"),
    _made("out.json", "snapshot", "-o"),
    _made("out.zip", "snapshot", "--format", "csv", "-o"),
    _made("out.sqlite", "snapshot", "-o"),
    _made("out.xlsx", "snapshot", "-o"),
    _made("copy.ledger", "copy"),
    _made("trial.ledger", "copy", "--as-trial"),
    _made("backup.ledger", "backup", "-o"),
)


@dataclass(frozen=True)
class Prepared:
    """A scene as it stands before its command: its box, how long an undisturbed run takes, and what that leaves."""

    scene: Scene
    box: Path
    seconds: float
    left: frozenset[str]


def documents(*, older: bool) -> str:
    """Decisions of three events each; of an older register, with their record times."""
    lines = []
    for number in range(DECISIONS):
        changes = [{"change": "establish-cluster", "cluster": f"c{number}", "title": "C", "purpose": "x" * 500}]
        changes += [{"change": "add-segment", "segment": f"c{number}/{name}", "title": "S"} for name in "ab"]
        document = {"authority": "Council", "reference": f"R-{number}", "effective": "2026-01-01", "changes": changes}
        lines.append(json.dumps(document | ({"recorded_at": "2026-01-02T00:00:00Z"} if older else {})) + "\n")
    return "".join(lines)


def stood(before: tuple[tuple[str, ...], ...], folder: Path) -> Path:
    """Return the box in which some commands were run, made where it is not there: many scenes begin with the same."""
    box = folder / "-".join(("box", *(command[0] for command in before)))
    if not box.exists():
        if before:
            shutil.copytree(stood(before[:-1], folder), box)
            assert run(box / "desk", before[-1]).code == 0
        else:
            (box / "desk").mkdir(parents=True)
            (box / "tmp").mkdir()
            for name, older in (("new.jsonl", False), ("old.jsonl", True)):
                (box / "desk" / name).write_text(documents(older=older))
    return box


def prepared(scene: Scene, folder: Path) -> Prepared:
    """Return the box of a scene, and let its command run undisturbed in a copy of it."""
    box, whole = stood(scene.before, folder), folder / "whole"
    shutil.copytree(box, whole)
    began = time.monotonic()
    done = run(whole / "desk", scene.command)
    assert done.code == 0, done.said
    found = Prepared(scene, box, time.monotonic() - began, names(whole))
    shutil.rmtree(whole)
    return found


def names(box: Path) -> frozenset[str]:
    """Every file that a run may leave: not what SQLite keeps beside a database, nor where each ledger was last seen."""
    found = {str(path.relative_to(box)) for path in box.rglob("*") if path.is_file()}
    kept = (name for name in found if not name.endswith(("-wal", "-shm")))
    return frozenset(name for name in kept if Path(name).parent.name not in ("state", "views") or "/." in name)


def stopped(desk: Path, command: tuple[str, ...], signals: tuple[int, ...], seconds: float) -> Run:
    """Run a command, and send it signals after some seconds."""

    def program() -> None:
        from commands.main import main

        main(list(command), prog_name="cluster-ledger")

    def meanwhile(child: int) -> None:
        for number, pause in zip(signals, (seconds, PAUSE_SECONDS), strict=False):
            time.sleep(pause)
            os.kill(child, number)

    return forked(desk, program, meanwhile)


def wrong(folder: Path, done: Run) -> list[str]:
    """Say what does not hold of the ledger in a folder after a run."""
    if not (folder / LEDGER).exists():
        return ["receipts and no ledger"] if "Recorded: " in done.out else []
    with Ledger.open(folder / LEDGER, read_only=True) as ledger:
        stand = [event.event.decision for event in ledger.events()]
        found = [str(damage) for damage in ledger.verify().damage]
    whole = [decision.reference for decision in stand if decision.part[0] == decision.part[1]]
    receipts = [line.split('"')[1] for line in done.out.splitlines(keepends=True) if _is_receipt(line)]
    found += [f"{reference} has a receipt and is not there" for reference in receipts if reference not in whole]
    return found + [f"half of {one.reference}" for one in stand if one.reference not in whole]


def recorded(folder: Path) -> list[str]:
    """Return the decisions that stand in the ledger of a folder, its own left out."""
    if not (folder / LEDGER).exists():
        return []
    with Ledger.open(folder / LEDGER, read_only=True) as ledger:
        stand = dict.fromkeys(event.event.decision.reference for event in ledger.events(1))
    return [reference for reference in stand if reference.startswith("R-")]


def _is_receipt(line: str) -> bool:
    return line.startswith(("Recorded: ", "Already recorded: ")) and line.endswith("\n")


def untrue(scene: Scene, desk: Path, done: Run, signals: tuple[int, ...]) -> list[str]:
    """Say what a run said that is not so, or how it ended as none should."""
    stand, said = recorded(desk), done.said.strip()
    if done.code in (0, -signals[0]) and "Traceback" not in said:
        return [] if done.code < 0 or not said or not said.startswith("Stopped") else [f"0, and it said: {said}"]
    found = []
    if done.code != 128 + signals[0]:
        found.append(f"exit code {done.code}")
    if not said.startswith("Stopped. ") or "\n" in said:
        found.append(f"not one sentence: {said!r}")
    if scene.records and "Nothing was recorded." in said and stand:
        found.append(f"{said!r}, and {stand} stand")
    if scene.records and "nothing after it was recorded" in said and f'"{stand[-1] if stand else ""}"' not in said:
        found.append(f"{said!r}, and {stand} stand")
    return found


def again(found: Prepared, box: Path) -> list[str]:
    """Run the command once more: it goes on, or what it makes stands already; and nothing else is left."""
    desk, scene = box / "desk", found.scene
    stood = bool(scene.made) and (desk / scene.made).exists()
    done = run(desk, scene.command)
    if done.code != 0 and not (stood and "exists already" in done.said) and "holds the whole of" not in done.said:
        return [f"the next run: {done.code} {done.said}"]
    sentences = wrong(desk, done)
    if scene.made.endswith(".ledger"):
        with Ledger.open(desk / scene.made, read_only=True) as copy:
            sentences += [str(damage) for damage in copy.verify().damage]
    if scene.records and recorded(desk) != [f"R-{number}" for number in range(DECISIONS)]:
        sentences.append(f"the next run leaves {recorded(desk)}")
    if left := names(box) - found.left:
        sentences.append(f"left behind: {sorted(left)}")
    return sentences


def tried(found: Prepared, box: Path, signals: tuple[int, ...], seconds: float) -> tuple[Run, list[str]]:
    """Stop one run in a copy of its box; return it, and what does not hold, in sentences."""
    shutil.copytree(found.box, box)
    desk, scene = box / "desk", found.scene
    done = stopped(desk, scene.command, signals, seconds)
    sentences = [*wrong(desk, done), *untrue(scene, desk, done, signals)]
    if scene.command == TOGETHER and len(recorded(desk)) not in (0, DECISIONS):
        sentences.append(f"{len(recorded(desk))} of {DECISIONS} that were recorded together")
    sentences += again(found, box)
    shutil.rmtree(box)
    return done, sentences


def main(argv: list[str] | None = None) -> int:
    """Stop as many runs as asked; return 1 where something was lost, halved, untrue or left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--number", type=int, help="try this one alone")
    given = parser.parse_args(argv)
    for module, _ in LINES.values():
        import_module(f"commands.{module}")  # so that forks are stopped in their work
    import_module("projections.views.read_model")
    failed, midway = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        scenes: dict[int, Prepared] = {}
        for number in range(given.size) if given.number is None else (given.number,):
            chance, place = random.Random(given.seed * 1_000_000 + number), number % len(SCENES)
            if place not in scenes:
                scenes[place] = prepared(SCENES[place], Path(folder))
            how = chance.choice(list(SIGNALS))
            seconds = chance.uniform(0, scenes[place].seconds)
            done, sentences = tried(scenes[place], Path(folder, str(number)), SIGNALS[how], seconds)
            midway[how] += done.code != 0
            failed += len(sentences)
            for sentence in sentences:
                print(f"{number} {SCENES[place].name}, {how} after {seconds:.3f} s: {sentence}", flush=True)
    ended = ", ".join(f"{count} {how}" for how, count in sorted(midway.items()))
    print(f"{given.size} runs with seed {given.seed}; before their end {ended}; {failed} wrong.")
    return 1 if failed or not midway.total() else 0


if __name__ == "__main__":
    sys.exit(main())
