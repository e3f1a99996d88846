"""The sides of the import, one in this process: `python -m benchmarks.sides SIDE FOLDER EACH`.

A slice of EACH documents, or of the lines that they led to, is taken whenever a line comes in; then one goes out.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks.figures import Cost

BATCH_LINES = 2_000  # in one transaction of the peer: about as many as ours


class Slice(NamedTuple):
    """What one slice took; `peak_mb` is the greatest memory of the process up to its end."""

    cpu: float
    wall: float
    events: int
    peak_mb: float

    @property
    def cost(self) -> Cost:
        """What an event of it took."""
        return Cost(self.cpu, self.wall, self.peak_mb).each(self.events)


def ours(folder: Path, each: int) -> None:
    """Import the register; the reader of its documents is what waits."""
    from ledger.application.migration import import_register
    from ledger.documents.formats import stream_documents
    from ledger.events.envelope import Recorder

    began, events = _wait(), 0

    def documents() -> Iterator[dict[str, Any]]:
        nonlocal began, events
        with (folder / "register.jsonl").open("rb") as file:
            for number, document in enumerate(stream_documents(file, file.name)):
                if number and number % each == 0:
                    _say(began, events)
                    began, events = _wait(), 0
                events += len(document.fields["changes"])
                yield document.fields

    recorder = Recorder(id="desk", basis="configured")
    path = folder / "ours.ledger"
    import_register(path, documents(), government="Exampleland", source="register.jsonl", recorder=recorder)
    _say(began, events)
    _wait()


def peer(folder: Path) -> None:
    """Save the lines that are new in the ledger, at every turn; reading them is not counted."""
    from benchmarks.peers.libraries import Plain
    from ledger.store.choice.recording import opened

    plain, position = Plain(folder / "peer.sqlite"), 0
    while True:
        _wait()
        with opened(folder / "ours.ledger", read_only=True) as store:
            lines = [(row.stream, row.version, row.line.decode()) for row in store.lines(position)]
        position += len(lines)
        began = _now()
        for start in range(0, len(lines), BATCH_LINES):
            plain.save_lines(lines[start : start + BATCH_LINES])
        _say(began, len(lines))


class Began(NamedTuple):
    """When a slice began: seconds of this process's processor, and of any clock."""

    cpu: float
    wall: float


def _now() -> Began:
    return Began(process_time(), perf_counter())


def _wait() -> Began:
    """Wait for the next turn; return when it began. Ends the process when there is none."""
    if not sys.stdin.readline():
        sys.exit()
    return _now()


def _say(began: Began, events: int) -> None:
    now = _now()
    found = Slice(now.cpu - began.cpu, now.wall - began.wall, events, _peak_mb())
    print(json.dumps(found._asdict()), flush=True)


def _peak_mb() -> float:
    """Return the peak resident memory of this process; the kernel counts in KiB, that of macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        ours(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        peer(Path(sys.argv[2]))
