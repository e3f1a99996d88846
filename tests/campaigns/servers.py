"""A campaign over a PostgreSQL server: writers are killed, and what serves them, before, during and after commits.

`scripts/campaign servers --seed 1 --size 200` kills 200 times: half the writers themselves, by SIGKILL; and half the
server's process at the other end, three times a run, by `pg_terminate_backend`. What was acknowledged stands, what was
said not to be recorded is not there, no decision is there in part or twice, and the ledger is sound.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from itertools import count as counting
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TextIO

from support import servers
from support.store_lines import append, key

from ledger.errors import StoreError
from ledger.errors.servers import OutcomeUnknown
from ledger.store.address import Address
from ledger.store.choice.examining import examination
from ledger.store.choice.recording import make, opened
from ledger.store.protocol import Store

SECONDS = 0.4  # at most, from when a writer may begin to when it is killed
TIMES = 3  # that what serves it is ended in one run
TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def writing(place: str, said: TextIO) -> None:
    """Append decisions until killed; say of each what became of it as far as this writer knows."""
    numbers = counting()
    while True:
        with suppress(StoreError), opened(place, wait_seconds=5) as store:  # what serves it is gone as it is opened
            for number in numbers:
                print(*became(store, f"D-{number}"), file=said, flush=True)


def became(store: Store, reference: str) -> tuple[str, str, int]:
    """Append a decision; return what became of it, and where it stands."""
    try:
        return "recorded", reference, append(store, reference, "cluster:a", "mission:m", "cluster:a").last
    except OutcomeUnknown:
        return "unknown", reference, 0
    except StoreError:  # what served it was gone: as it read, or as it recorded
        return "lost", reference, 0


def begun(place: str, path: Path) -> int:
    """Begin to write in a fork; what it says goes to a file."""
    path.touch()  # it may be killed before it opens it
    child = os.fork()
    if child == 0:
        with path.open("w") as said:
            try:
                writing(place, said)
            except BaseException:
                traceback.print_exc(file=said)
            finally:
                said.flush()
                os._exit(1)
    return child


def killed(place: str, path: Path, chance: Random, *, backend: bool) -> list[list[str]]:
    """Let a writer write and be killed, what serves it first if asked; return what it said, in words."""
    child = begun(place, path)
    if backend:
        for _ in range(TIMES):
            time.sleep(chance.uniform(0, SECONDS))
            servers.ask(Address(place).uri, TERMINATE)
    time.sleep(chance.uniform(0, SECONDS))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return [line.split() for line in path.read_text().splitlines(keepends=True) if line.endswith("\n") and line.strip()]


def wrong(place: str, said: list[list[str]]) -> list[str]:
    """Say what does not hold of a ledger after its writer said something."""
    found = [" ".join(words) for words in said if words[0] not in ("recorded", "lost", "unknown")]
    with opened(place) as store:
        found += [str(damage) for damage in examination(store.location)]
        for what, reference, position in (words for words in said if words[0] in ("recorded", "lost")):
            rows = store.decision(key(reference))
            if what == "recorded" and [row.position for row in rows][-1:] != [int(position)]:
                found.append(f"{reference} was acknowledged at {position}, and {len(rows)} events of it stand")
            if what == "lost" and rows:
                found.append(f"{reference} was said not to be recorded, and stands")
        if append(store, "after", "cluster:a").first != store.head().position:
            found.append("the next decision is not the last")
    return found


def campaign(seed: int, size: int) -> Counter[str]:
    """Kill so many times; return how often each thing was said. Raises `AssertionError` where something is wrong."""
    counted, bad, number = Counter[str](), list[str](), 0
    with TemporaryDirectory() as folder:
        while counted["kills"] < size:
            chance, backend = Random(seed * 1_000_000 + number), bool(number % 2)
            place = servers.new_place()
            make(place).close()
            said = killed(place, Path(folder, str(number)), chance, backend=backend)
            counted["kills"] += TIMES if backend else 1
            counted.update(words[0] for words in said if words)
            bad += [f"run {number} of seed {seed}: {sentence}" for sentence in wrong(place, said)]
            number += 1
    assert not bad, "\n".join(bad)
    return counted


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=200)
    asked, began = parser.parse_args(), time.perf_counter()
    with TemporaryDirectory(prefix="pg-") as folder:
        os.environ[servers.RUN] = folder
        try:
            counted = campaign(asked.seed, asked.size)
        finally:
            servers.stop_server()
    for what, count in sorted(counted.items()):
        print(f"{what:<10} {count:>7,}")
    print(f"None wrong: {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
