"""The import of an older register, beside eventsourcing's own bulk save of the same lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

from benchmarks.documents import register
from benchmarks.figures import Figure, price, speed
from benchmarks.importing_sides import Slice
from ledger.application.migration.run import BATCH_DECISIONS

EVENTS, CLUSTERS, SLICES = 100_000, 1_000, 10
MEMORY_MB_MAX = 200


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure an import beside the peer taking the lines that it leads to, slice by slice, and its peak of memory."""
    events, clusters = max(20, round(EVENTS * size)), max(2, round(CLUSTERS * size))
    with (folder / "register.jsonl").open("w") as file:
        documents = sum(bool(file.write(json.dumps(one) + "\n")) for one in register(clusters, events))
    # Whole batches, so that the lines of a slice are in the ledger when the peer is asked to take them.
    each = max(1, documents // SLICES // BATCH_DECISIONS) * BATCH_DECISIONS
    with Side("ours", folder, each) as ours, Side("peer", folder, each) as peer:
        turns = [(ours.turn(), peer.turn()) for _ in range(0, documents, each)]
    whole = turns[:-1] or turns  # the last is a rest
    name = f"import, an event of {events:,}"
    return [
        speed(
            name,
            median(one.seconds / one.events for one, _ in whole),
            "eventsourcing saving its line",
            median(one.seconds / one.events for _, one in whole),
            0.2,
        ),
        price("peak memory of the import", turns[-1][0].peak_mb, "allowed", MEMORY_MB_MAX, 1, "MB"),
    ]


class Side:
    """One side in a process of its own, so that its memory is its own; it works when it is its turn."""

    def __init__(self, side: str, folder: Path, each: int) -> None:
        command = [sys.executable, "-m", "benchmarks.importing_sides", side, str(folder), str(each)]
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
