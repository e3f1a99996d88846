"""An older register becomes a ledger, beside eventsourcing's own bulk save of the same lines.

Each side runs in a process of its own (`python -m benchmarks.importing SIDE FOLDER`), so that its peak of memory is
its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.documents import register
from benchmarks.figures import Figure, price, speed

EVENTS, CLUSTERS, ROUNDS = 100_000, 1_000, 3
MEMORY_MB_MAX = 200
_BATCH = 2_000  # lines in one transaction of the peer, as many as decisions in one of ours


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure an import beside the peer taking the lines that it leads to, and its memory."""
    events, clusters = max(20, round(EVENTS * size)), max(2, round(CLUSTERS * size))
    with (folder / "register.jsonl").open("w") as file:
        file.writelines(json.dumps(document) + "\n" for document in register(clusters, events))
    took: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
    for _ in range(ROUNDS if size >= 1 else 1):
        for side, measured in took.items():  # ours first: it leaves the lines that the peer takes
            measured.append(_run(side, folder))
    seconds = {side: median(one["seconds"] for one in found) for side, found in took.items()}
    peak = max(one["peak_mb"] for one in took["ours"])
    name = f"import of {events:,} events"
    return [
        speed(name, seconds["ours"], "eventsourcing saving its lines", seconds["peer"], 0.2, "s"),
        price("peak memory of the import", peak, "allowed", MEMORY_MB_MAX, 1, "MB"),
    ]


def _run(side: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.importing", side, str(folder)], check=True, capture_output=True, text=True
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def measure(side: str, folder: Path) -> dict[str, float]:
    """Run one side in this process; return its seconds and the peak memory of the process in MB."""
    for old in folder.glob(f"{side}.*"):
        old.unlink()
    seconds = _ours(folder) if side == "ours" else _peer(folder)
    return {"seconds": seconds, "peak_mb": _peak_mb()}


def _ours(folder: Path) -> float:
    from ledger.application.migration import import_register
    from ledger.events.envelope import Recorder
    from ledger.reading import stream_documents

    path = folder / "ours.ledger"
    start = perf_counter()
    with (folder / "register.jsonl").open("rb") as file:
        documents = (document.fields for document in stream_documents(file, file.name))
        recorder = Recorder(id="desk", basis="configured")
        import_register(path, documents, government="Exampleland", source="register.jsonl", recorder=recorder)
    return perf_counter() - start


def _peer(folder: Path) -> float:
    from benchmarks.peers import Plain
    from ledger.store.sqlite import SQLiteStore

    with SQLiteStore.open(folder / "ours.ledger", read_only=True) as store:
        lines = [(row.stream, row.version, row.line.decode()) for row in store.lines()]
    plain = Plain(folder / "peer.sqlite")
    start = perf_counter()
    for batch in _batches(lines):
        plain.save_lines(batch)
    took = perf_counter() - start
    plain.close()
    return took


def _batches(lines: list[Any]) -> Iterator[list[Any]]:
    rest = iter(lines)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _peak_mb() -> float:
    """Return the peak resident memory of this process; the kernel counts in KiB, that of macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
