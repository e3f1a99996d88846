"""A writer to a ledger on a server, a process of its own: `python -m benchmarks.writing PLACE NUMBER`.

It says when it is ready. For each line with a count it records so many decisions, and prints the seconds they took.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from time import perf_counter

from benchmarks.documents import retitle
from benchmarks.government import WATCHED
from ledger.application import Ledger
from ledger.events.envelope import Recorder

_EACH = 1_000_000  # numbers of decisions that one writer may use


class Office:
    """An office that records one decision after the other, each on the same cluster."""

    def __init__(self, place: str, number: int) -> None:
        self.ledger = Ledger.open(place, recorder=Recorder(id=f"desk-{number}", basis="configured"))
        self._numbers = count(number * _EACH)

    def decide(self, decisions: int) -> None:
        """Record so many decisions."""
        for _ in range(decisions):
            self.ledger.record(retitle(WATCHED, next(self._numbers)))


class Writers:
    """So many of these processes, told what to do at the same time."""

    def __init__(self, place: str, number: int) -> None:
        command = [sys.executable, "-m", "benchmarks.writing", place]
        self._processes = [
            subprocess.Popen([*command, str(one)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for one in range(1, number + 1)
        ]
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"

    def decide(self, decisions: int) -> list[float]:
        """Let each record so many decisions, and return the seconds that each took."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{decisions}\n")
            process.stdin.flush()
        return [float(process.stdout.readline()) for process in self._processes if process.stdout is not None]

    def close(self) -> None:
        """Let them end."""
        for process in self._processes:
            process.communicate()


def main(place: str, number: str) -> None:
    """Record what is asked for, line after line."""
    office = Office(place, int(number))
    office.decide(1)
    print("ready", flush=True)
    for line in sys.stdin:
        began = perf_counter()
        office.decide(int(line))
        print(perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
