"""A campaign of verification beside writers: while two processes record and import, no run finds damage.

`scripts/campaign beside --seed 1 --size 200` verifies 200 times; the seed chooses how the writers go on.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count, cycle, islice, takewhile
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from support.governing import REGISTRY, START, decide, document, governed

from ledger.application import Ledger, verify_file
from ledger.application.migration import import_register, run
from ledger.instants import stamp
from ledger.store.choice.recording import opened

ROUND = 20  # runs beside the same two ledgers


class Beside(NamedTuple):
    """How often the ledgers were verified, and how many events that was in all."""

    runs: int
    events: int


def record(path: Path, random: Random) -> None:
    """Record decisions without end, closing the ledger now and then so that its log is folded in."""
    for number in _numbers():
        with Ledger.open(path, recorder=REGISTRY) as ledger:
            for place in range(random.choice((1, 5, 50))):
                scopes = _scopes(random.choice((1, 3, 40)), f"Of {number}.{place}")
                decide(ledger, _retitled(f"Title {number}.{place}"), *scopes, reference=f"D-{number}-{place}")


def import_(path: Path, random: Random) -> None:
    """Import a register without end into the ledger at a path, in small batches."""
    run.BATCH_DECISIONS = 50
    import_register(path, _register(random), government="Illyria", source="old register", recorder=REGISTRY)


def _register(random: Random) -> Iterator[dict[str, Any]]:
    at: datetime = START
    opening = [{"change": "establish-cluster", "cluster": "care", "title": "Care"}, *_segments()]
    yield {**document(*opening, effective="2026-01-01", reference="opening"), "recorded_at": stamp(at)}
    for number in _numbers():
        at += timedelta(seconds=1)
        changes = [_retitled(f"Title {number}"), *_scopes(random.choice((1, 2, 5)), f"Of {number}")]
        yield {**document(*changes, reference=f"D-{number}"), "recorded_at": stamp(at)}


def _numbers() -> Iterator[int]:
    """Count on as long as the process that began this one is there."""
    parent = os.getppid()
    return takewhile(lambda _: os.getppid() == parent, count())


def _retitled(title: str) -> dict[str, Any]:
    return {"change": "retitle-cluster", "cluster": "care", "title": title}


def _scopes(number: int, scope: str) -> list[dict[str, Any]]:
    change = {"change": "rescope-segment"}
    return [{**change, "segment": f"care/s{part}", "scope": f"{scope}.{part}"} for part in range(number)]


def _segments() -> list[dict[str, Any]]:
    return [{"change": "add-segment", "segment": f"care/s{part}", "title": f"Part {part}"} for part in range(40)]


def governed_ledger(folder: Path) -> Path:
    """Make a ledger of a government with forty segments more, to record in."""
    with governed(folder) as ledger:
        decide(ledger, *_segments(), effective="2026-01-01", reference="segments")
        return ledger.store.location


def started(write: Callable[[Path, Random], None], path: Path, random: Random) -> int:
    """Start a process that writes until it is stopped; return its number."""
    child = os.fork()
    if child == 0:
        try:
            write(path, random)
        except Exception as error:
            print(f"The writer of {path.name} ended: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    return child


def campaign(seed: int, size: int, told: Callable[[str], Any] = print) -> Beside:
    """Verify two ledgers in turn, `size` times in all, beside those who write to them and write between all runs.

    Every few runs begin with new ledgers, since these grow fast. Raises `AssertionError` at the first damage, and where
    a writer ended by itself.
    """
    events = 0
    for first in range(0, size, ROUND):
        count = min(ROUND, size - first)
        events += _round(Random(seed * 1_000_000 + first), count)
        told(f"{first + count} runs, {events:,} events")
    return Beside(size, events)


def _round(random: Random, size: int) -> int:
    """Verify `size` times beside two new writers; return the number of events that were verified."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [governed_ledger(Path(folder)), Path(folder, "imported.ledger")]
        children = [
            started(write, path, Random(random.random())) for write, path in zip((record, import_), paths, strict=True)
        ]
        before, total = [0, 0], 0
        try:
            for which in islice(cycle((0, 1)), size):
                _wait_for_more(paths[which], children[which], before[which])
                found = verify_file(paths[which])
                assert found.ok, (paths[which].name, len(found.damage), found.damage[:5])
                assert found.events > before[which], paths[which].name
                before[which], total = found.events, total + found.events
                with opened(paths[which], read_only=True) as store:
                    assert sum(1 for _ in store.lines(0, found.events)) == found.events
        finally:
            for child in children:
                with suppress(ProcessLookupError, ChildProcessError):  # it ended by itself, which was told
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
        for path in paths:  # as they were left when the writers were killed
            assert verify_file(path).ok, path.name
    return total


def _wait_for_more(path: Path, child: int, events: int) -> None:
    """Wait until a ledger holds more than some events; its writer must go on."""
    while True:
        assert os.waitpid(child, os.WNOHANG) == (0, 0), f"the writer of {path.name} ended"
        if path.exists():
            with opened(path, read_only=True) as store:
                if store.head().position > events:
                    return
        time.sleep(0.01)


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=200)
    asked, began = parser.parse_args(), time.perf_counter()
    found = campaign(asked.seed, asked.size)
    seconds = time.perf_counter() - began
    print(f"{found.runs} runs beside writers, {found.events:,} events verified, no damage: {seconds:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
