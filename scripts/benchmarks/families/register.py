"""The import of an older register, beside eventsourcing's own bulk save of the same lines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.figures import Figure, limit, speed
from benchmarks.government import Government
from benchmarks.rounds import together
from benchmarks.session import Session
from benchmarks.sides import Slice
from ledger.application.migration.run import BATCH_DECISIONS

SLICES = 10
MEMORY_MB_MAX = 200
_SEEDED = "register.jsonl"


def figures(session: Session) -> Iterator[Figure]:
    """Measure an import beside the peer taking the lines that it leads to, slice by slice, and its peak of memory."""
    for events in session.sizes:
        folder = session.own_folder("import")
        with (folder / _SEEDED).open("w") as file:
            documents = sum(bool(file.write(json.dumps(one) + "\n")) for one in Government(events).documents())
        # Whole batches, so that the lines of a slice are in the ledger when the peer is asked to take them.
        each = max(1, documents // SLICES // BATCH_DECISIONS) * BATCH_DECISIONS
        with Importer("ours", folder, each) as ours, Importer("peer", folder, each) as peer:
            turns = [(ours.turn(), peer.turn()) for _ in range(0, documents, each)]
        whole = turns[:-1] or turns  # the last is a rest
        took, other = (together([side.cost for side in sides]) for sides in zip(*whole, strict=True))
        yield speed("import, an event", events, took, "eventsourcing saving its line", other, 0.27)
        yield limit("memory of the import", events, turns[-1][0].cost, MEMORY_MB_MAX)


class Importer:
    """One side in a process of its own, so that its memory is its own; it works when it is its turn."""

    def __init__(self, side: str, folder: Path, each: int) -> None:
        command = [sys.executable, "-m", "benchmarks.sides", side, str(folder), str(each)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self) -> Slice:
        """Let it take the next slice; return what that took."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"One side of the import ended with code {self._process.wait()}; it says why above.")
        return Slice(**json.loads(answer))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()  # it reads no further turn, and ends
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
