"""The command line of the simulation: seeds are run, and the first that fails is shrunk and said in words."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterable

from support import servers

from simulation.places import PLACES
from simulation.planted import planted
from simulation.scheduler import STEPS, run
from simulation.shrinking import chosen, parsed, shrunk


def main() -> int:
    """Run what the arguments ask for; return 0 where nothing differs, 1 for a difference, 2 for wrong usage."""
    asked = _arguments().parse_args()
    if asked.planted:
        return planted(print)
    with_server = asked.store == "postgres" and servers.RUN not in os.environ
    folder = os.environ.setdefault(servers.RUN, tempfile.mkdtemp(prefix="pg-")) if with_server else None
    try:
        if asked.only:
            return only(asked.seed, asked.store, asked.steps, asked.only)
        first, last = asked.seeds or (asked.seed, asked.seed + asked.size - 1)
        return seeds(range(first, last + 1), asked.store, asked.steps)
    finally:
        if folder is not None:
            servers.stop_server()
            shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--size", type=int, default=1, help="how many seeds (default 1)")
    parser.add_argument("--seeds", type=_range, metavar="A-B", help="these seeds, in place of --seed and --size")
    parser.add_argument("--store", choices=PLACES, default="sqlite")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"steps of a history (default {STEPS})")
    parser.add_argument("--only", help="of one seed these steps alone, such as 1,4x,7; x: nothing comes in between")
    parser.add_argument(
        "--planted", action="store_true", help="look for each planted bug, and say by which seed it shows"
    )
    return parser


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def seeds(numbers: Iterable[int], store: str, count: int) -> int:
    """Run seeds up to the first that fails, and print that one, shrunk."""
    began, done, events = _seconds(), 0, 0
    for seed in numbers:
        whole = run(seed, store, count)
        done, events = done + 1, events + whole.events
        if whole.difference is not None:
            print(f"Seed {seed} fails at step {len(whole.steps)} of {count}: {whole.difference}\n", flush=True)
            kept, least = shrunk(seed, store, whole)
            for number, step in zip(kept, chosen(whole.steps, kept), strict=True):
                print(f"{number!s:>4}  " + step.words().replace("\n", "\n      "))
            named = ",".join(map(str, kept))
            print(f"\n{least.difference or whole.difference}")
            print(f"Again: scripts/simulate --seed {seed} --store {store} --steps {count} --only {named}")
            return 1
        if done % 100 == 0:
            print(f"{done} seeds, none differs so far.", flush=True)
    spent = (_seconds() - began) / max(1, done) * 1000
    print(
        f"{done} seeds, {events} events, none differs: {spent:.0f} ms of CPU each. Digest of the last: {whole.digest}"
    )
    return 0


def only(seed: int, store: str, count: int, text: str) -> int:
    """Run some steps of a seed, and print what comes of each."""
    try:
        steps = chosen(run(seed, store, count).steps, parsed(text))
    except (ValueError, IndexError):
        print(f'"{text}" does not name steps of seed {seed}. Write numbers from 1, such as 1,4x,7.', file=sys.stderr)
        return 2
    found = run(seed, store, steps=steps)
    print("\n".join(found.trace))
    print(found.difference or "Nothing differs.")
    print(f"Digest: {found.digest}")
    return 0 if found.difference is None else 1


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
