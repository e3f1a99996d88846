"""A campaign of writers: many processes record into one ledger, and many decide what excludes each other.

`scripts/campaign writers --seed 1 --size 100` goes through 100 rounds, on a file and on a server in turn. In a round
eight processes record decisions of chance sizes while a reader tails them; then sixteen decide what one alone can.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any, NamedTuple

from support import servers
from support.governing import Document, document, governed

from ledger.application import Ledger, verify_file
from ledger.store.choice.recording import opened
from ledger.store.protocol import Location

ROOT = Path(__file__).resolve().parents[2]
WRITERS, RIVALS = 8, 16
DECISIONS = (5, 10, 20)  # of one writer in a round
STORES = ("sqlite", "postgres")


class Written(NamedTuple):
    """How many rounds there were, and how many decisions were recorded in all."""

    rounds: int
    decisions: int


def campaign(seed: int, size: int, told: Callable[[str], Any] = print, lengths: Sequence[int] = DECISIONS) -> Written:
    """Go through `size` rounds, on each store in turn; raises `AssertionError` at the first that does not hold."""
    decisions = 0
    for number in range(size):
        random = Random(seed * 1_000_000 + number)
        with tempfile.TemporaryDirectory() as folder:
            store = STORES[number % len(STORES)]
            place = Path(folder) if store == "sqlite" else servers.new_place()
            with governed(place) as ledger:
                decisions += _round(ledger, random, lengths)
        told(f"{number + 1} rounds, {decisions:,} decisions, the last on {store}")
    return Written(size, decisions)


def _round(ledger: Ledger, random: Random, lengths: Sequence[int]) -> int:
    """Return how many decisions were recorded in a round."""
    before = ledger.head().position
    decided = [
        [_segments(f"w{name}-{n}", random.choice((1, 1, 3))) for n in range(random.choice(lengths))]
        for name in range(WRITERS)
    ]
    wanted = list(range(before + 1, before + 1 + sum(len(one["changes"]) for own in decided for one in own)))
    with _processes(ledger.location, WRITERS) as writers:
        for process, documents in zip(writers, decided, strict=True):
            _say(process, documents)
        seen = list(_tailed(ledger.location, writers, before, wanted[-1]))
        answers = [_answers(process, len(own)) for process, own in zip(writers, decided, strict=True)]
    positions = sorted(position for own in answers for one in own for position in one["positions"])
    assert positions == wanted, "a decision is not there, or is there twice"
    assert seen == wanted, "the reader missed an event, or saw one out of order"
    _exclude(ledger, random)
    assert verify_file(ledger.location).ok
    return sum(map(len, decided)) + 1


def _exclude(ledger: Ledger, random: Random) -> None:
    """Let sixteen processes retire a segment, or join a mission to it; exactly one is let in."""
    changes: list[Document] = [
        {"change": "retire-segment", "segment": "care/work"},
        {"change": "add-mission", "mission": "sleep", "segments": ["care/work"]},
    ]
    before = ledger.head().position
    with _processes(ledger.location, RIVALS) as rivals:
        for number, process in enumerate(rivals):
            _say(process, [document(random.choice(changes), reference=f"rival-{number}")])
        answers = [_answers(process, 1)[0] for process in rivals]
    recorded = [one["positions"] for one in answers if "positions" in one]
    assert recorded == [[before + 1]] and ledger.head().position == before + 1, answers
    assert {one.get("refused", "Refused") for one in answers} == {"Refused"}, answers


def _segments(name: str, count: int) -> Document:
    changes = [{"change": "add-segment", "segment": f"care/{name}-{n}", "title": name} for n in range(count)]
    return document(*changes, reference=name)


@contextmanager
def _processes(location: Location, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start processes that record what they are told, and wait until all are ready: none has a start on the others."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "support.rival_writer", str(location), f"Office {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in range(count)
    ]
    try:
        for process in started:
            assert process.stdout and process.stdout.readline() == "ready\n"
        yield started
        for process in started:
            assert process.stdin
            process.stdin.close()
            assert process.wait(timeout=60) == 0
    finally:
        for process in started:
            process.kill()
            process.wait()
            for end in (process.stdin, process.stdout):
                assert end
                end.close()


def _say(process: subprocess.Popen[str], documents: list[Document]) -> None:
    assert process.stdin
    process.stdin.writelines(f"{json.dumps(one)}\n" for one in documents)
    process.stdin.flush()


def _answers(process: subprocess.Popen[str], count: int) -> list[dict[str, Any]]:
    assert process.stdout
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def _tailed(location: Location, writers: list[subprocess.Popen[str]], after: int, last: int) -> Iterator[int]:
    """Yield positions as a reader that tails sees them, up to the last; every writer must go on."""
    with opened(location, read_only=True) as store:
        while after < last and all(process.poll() is None for process in writers):
            for event in store.lines(after):
                yield (after := event.position)
            time.sleep(0.01)


def main() -> int:
    """Run the campaign as it is asked for."""
    parser = argparse.ArgumentParser(prog="scripts/campaign writers")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--decisions", type=int, help="of each writer in a round; one of a few counts by chance, else")
    given = parser.parse_args()
    if first := servers.RUN not in os.environ:
        os.environ[servers.RUN] = tempfile.mkdtemp(prefix="pg-")
        os.environ[servers.FIRST] = str(os.getpid())
    try:
        campaign(given.seed, given.size, lengths=(given.decisions,) if given.decisions else DECISIONS)
    finally:
        if first:
            servers.stop_server()
            rmtree(os.environ[servers.RUN], ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
