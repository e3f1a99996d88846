"""Kills of `record` and `import` at random instants: `scripts/campaign kills --seed 1 --size 200`.

What was acknowledged stands, the rest is there whole or not at all, and the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from commands.record import documents as recording
from commands.record import init
from commands.record import migration as importing
from ledger.application import Ledger
from support.faults.scenarios import IMPORT, INIT, LEDGER
from support.faults.shim import Run, forked, run

DECISIONS = 60
TOGETHER = ("record", "--together", "new.jsonl")
COMMANDS = (("record", "new.jsonl"), IMPORT, TOGETHER)
_LOADED = (importing, init, recording)  # in this process, so that its forks die while they record


def documents(*, older: bool) -> str:
    """Decisions of three events each; of an older register, with their record times."""
    lines = []
    for number in range(DECISIONS):
        changes = [{"change": "establish-cluster", "cluster": f"c{number}", "title": "C", "purpose": "x" * 500}]
        changes += [{"change": "add-segment", "segment": f"c{number}/{name}", "title": "S"} for name in "ab"]
        document = {"authority": "Council", "reference": f"R-{number}", "effective": "2026-01-01", "changes": changes}
        lines.append(json.dumps(document | ({"recorded_at": "2026-01-02T00:00:00Z"} if older else {})) + "\n")
    return "".join(lines)


def killed(folder: Path, command: tuple[str, ...], seconds: float) -> Run:
    """Run a command in a fork, and kill it after some seconds."""

    def program() -> None:
        from commands.main import main

        if os.fork() == 0:
            time.sleep(seconds)
            os.kill(os.getppid(), signal.SIGKILL)
            os._exit(0)
        main(list(command), prog_name="cluster-ledger")

    return forked(folder, program)


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


def recorded(folder: Path) -> int:
    """Return how many decisions stand in the ledger of a folder, its own first left out."""
    with Ledger.open(folder / LEDGER, read_only=True) as ledger:
        return len({event.event.decision.reference for event in ledger.events(1)})


def _is_receipt(line: str) -> bool:
    return line.startswith(("Recorded: ", "Already recorded: ")) and line.endswith("\n")


def main(argv: list[str] | None = None) -> int:
    """Kill as often as asked; return 1 where something was lost, halved or left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=200)
    given = parser.parse_args(argv)
    chance, failed, midway = random.Random(given.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        longest = 0.5
        for number in range(given.size):
            desk, command = Path(folder) / str(number) / "desk", COMMANDS[number % len(COMMANDS)]
            desk.mkdir(parents=True)
            (desk / "new.jsonl").write_text(documents(older=False))
            (desk / "old.jsonl").write_text(documents(older=True))
            if command[0] == "record":
                run(desk, INIT)
            done = killed(desk, command, chance.uniform(0, longest))
            midway += done.code == -signal.SIGKILL
            found = wrong(desk, done)
            if command is TOGETHER and recorded(desk) not in (0, DECISIONS):
                found.append(f"{recorded(desk)} of {DECISIONS} that were recorded together")
            again = run(desk, command)
            if again.code != 0 and "holds the whole of" not in again.said:
                found.append(f"the next run: {again.code} {again.said}")
            found += wrong(desk, again)
            found += [f"left behind: {name}" for name in os.listdir(desk) if name.startswith(".") or "-queue" in name]
            failed += len(found)
            for sentence in found:
                print(f"{number} {' '.join(command)}: {sentence}", flush=True)
    print(f"{given.size} runs with seed {given.seed}, {midway} of them killed before their end; {failed} wrong.")
    return 1 if failed or not midway else 0


if __name__ == "__main__":
    sys.exit(main())
