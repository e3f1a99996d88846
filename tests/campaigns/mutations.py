"""A campaign over mutated ledgers: each mutation is named, refused in a sentence, or changes no answer.

Each is tried in a process of its own, which is stopped after a time: none may hang, leave a trace of the program, or
give a changed answer under the true root.

`scripts/campaign mutations --seed 1 --size 1500` tries 1,500; `--number 7` tries one of them again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from click.testing import CliRunner
from support.governing import decide, governed
from support.mutated_ledgers import LOG, MUTATIONS, Mutation
from support.mutated_views import sealed_again

from commands.main import cli

SECONDS_MAX = 60
FOLDERS = ("CLUSTER_LEDGER_VIEWS", "CLUSTER_LEDGER_STATE")  # one for both: what was seen lies beside the views
SEEN = ("This is an older copy", "  Seen: ", "  Now: ", "    root ")  # lines that tell of the true root
NAME = re.compile(r'("Ada Example \d+"|null|"withheld")')
GONE = ("null", '"withheld"')  # what stands in the place of a name that is not kept
DAY = ("--effective", "2026-05-01")
ANSWERS: dict[str, tuple[str, ...]] = {
    "structure": ("show", *DAY, "--format", "json"),
    "structure as known": ("show", *DAY, "--known", "p20", "--format", "json"),
    "thing": ("show", "care", *DAY, "--format", "json"),
    "journal": ("log", "--format", "json"),
    "why": ("why", "care", *DAY, "--format", "json"),
    "history": ("history", "care", "--format", "json"),
    "export": ("export", "-o", "-"),
    "snapshot": ("snapshot", *DAY, "-o", "-", "--format", "json"),
    "notices": ("notices", *DAY, "--format", "json"),
}
MARK = "Recorded beside damage"
RECORD = f"""\
authority: Council of Ministers
reference: {MARK}
effective: 2026-06-01
changes:
  - {{change: retitle-cluster, cluster: care, title: {MARK}}}
"""


class Said(NamedTuple):
    """What one command gave."""

    code: int
    answer: str  # standard output
    words: str  # standard error


class World(NamedTuple):
    """The ledger that is mutated, and what is so of it."""

    ledger: Path
    views: Path  # filled
    size: int
    root: str
    answers: dict[str, Said]


class Outcome(NamedTuple):
    """What became of one mutation; `wrong` holds what must never be."""

    kind: str
    what: str
    found: str  # named, refused, harmless
    wrong: tuple[str, ...]


def run(ledger: Path, *args: str, text: str | None = None) -> Said:
    """Run the program in this process."""
    done = CliRunner().invoke(cli, ["--ledger", str(ledger), *args], input=text, prog_name="cluster-ledger")
    return Said(done.exit_code, done.stdout, done.stderr)


def made(folder: Path, *, with_log: bool) -> World:
    """Make a ledger of some 260 events, its last decisions in its log alone if asked, and ask everything of it."""
    os.environ.update(dict.fromkeys(FOLDERS, str(folder / "views")), CLUSTER_LEDGER_RECORDER="Registry")
    place = folder / "world"
    place.mkdir(parents=True)
    with governed(folder) as ledger:
        for number in range(60):
            leader = {"change": "appoint-leader", "of": "care", "office": "Chair", "holder": f"Ada Example {number}"}
            decide(
                ledger,
                {"change": "retitle-cluster", "cluster": "care", "title": f"Care, {number}. name"},
                {"change": "rescope-segment", "segment": "care/work", "scope": "Work for all. " * (1 + number % 40)},
                {"change": "retitle-cluster", "cluster": "places", "title": f"Places in plan {number}"},
                *([leader] if number % 20 == 0 else []),
                effective=f"2026-{2 + number // 28:02}-{1 + number % 28:02}",
                reference=f"D-{number}",
            )
        shutil.copyfile(ledger.store.location, place / "a.ledger")
        if with_log:
            shutil.copyfile(f"{ledger.store.location}{LOG}", place / f"a.ledger{LOG}")
    if not with_log:
        shutil.copyfile(ledger.store.location, place / "a.ledger")
    asked = folder / "asked"
    shutil.copytree(place, asked)
    answers = {name: run(asked / "a.ledger", *args) for name, args in ANSWERS.items()}
    assert all(said.code == 0 for said in answers.values()), answers
    about = json.loads(run(asked / "a.ledger", "verify", "--format", "json").answer)
    assert about["ok"], about
    return World(place / "a.ledger", folder / "views", about["events"], about["root"], answers)


def outcome(world: World, kind: str, mutation: Mutation, random: Random) -> Outcome:
    """Mutate a copy of the world's ledger, ask everything of it, and judge what was said."""
    with tempfile.TemporaryDirectory() as folder:
        views, ledger = Path(folder, "views"), Path(folder, "a.ledger")
        shutil.copytree(world.ledger.parent, folder, dirs_exist_ok=True)
        what = mutation(ledger, random)
        if random.random() < 0.5:
            shutil.copytree(world.views, views)  # filled before; else filled of what was mutated
            sealed_again(views)
            what += " (views filled before)"
        os.environ.update(dict.fromkeys(FOLDERS, str(views)))
        verified = run(ledger, "verify", "--size", str(world.size), "--root", world.root)
        answers = {name: run(ledger, *args) for name, args in ANSWERS.items()}
        recorded = run(ledger, "record", "-", text=RECORD)
        log = run(ledger, "log", "--format", "json")
    wrong = [*_traces({"verify": verified, "record": recorded, **answers}), *_changed(world, verified, answers)]
    if recorded.code == 0 and (log.code == 0) and MARK not in log.answer:
        wrong.append(f"a receipt for what is not there: {recorded.answer}")
    refused = verified.code != 0 or any(said.code != 0 for said in answers.values())
    found = "named" if verified.code == 3 else "refused" if refused else "harmless"
    return Outcome(kind, what, found, tuple(wrong))


def _traces(said: dict[str, Said]) -> Iterator[str]:
    for name, one in said.items():
        if one.code not in (0, 1, 3) or "fault of cluster-ledger" in one.words or "Traceback" in one.words:
            yield f"{name} left with {one.code}: {one.words[-600:]}"


def _changed(world: World, verified: Said, answers: dict[str, Said]) -> Iterator[str]:
    """Yield the answers that are others: they must show another root, and verification must have named why."""
    for name, said in answers.items():
        true = world.answers[name]
        if said.code == 0 and not _same(true.answer, said.answer):
            if verified.code == 0:
                yield f"{name} is another, and verification found nothing: {difference(true.answer, said.answer)}"
            elif world.root.removeprefix("sha256:") in said.answer + _without_what_was_seen(said.words):
                yield f"{name} is another under the true root: {difference(true.answer, said.answer)}"
        if said.code != 0 and verified.code == 0:
            yield f"{name} is refused, and verification found nothing: {said.words}"


def _without_what_was_seen(words: str) -> str:
    """Return what was said but for the lines that the true root, seen before, is no longer there."""
    return "".join(line for line in words.splitlines(keepends=True) if not line.startswith(SEEN))


def _same(true: str, found: str) -> bool:
    """Return whether an answer is the true one; a name may be gone, which the ledger lets whoever holds it delete."""
    pairs = zip_longest(NAME.split(true), NAME.split(found))
    return all(one == other or (other in GONE and NAME.fullmatch(one or "")) for one, other in pairs)


def difference(true: str, found: str) -> str:
    """Return where two answers begin to differ."""
    at = next((place for place, (one, other) in enumerate(zip(true, found, strict=False)) if one != other), 0)
    return f"{true[max(0, at - 60) : at + 60]!r} became {found[max(0, at - 60) : at + 60]!r}"


Judge = Callable[[World, str, Mutation, Random], Outcome]


def tried(world: World, kind: str, mutation: Mutation, random: Random, judge: Judge) -> Outcome:
    """Judge one mutation in a process of its own, which may not take longer than it should."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with open(writing, "w") as answer:
            try:
                answer.write(json.dumps(judge(world, kind, mutation, random)))
            except BaseException as error:
                answer.write(json.dumps(Outcome(kind, "", "", (f"{type(error).__name__}: {error}",))))
        os._exit(0)
    os.close(writing)
    with open(reading) as answer:
        if not select.select([answer], [], [], SECONDS_MAX)[0]:
            os.kill(child, signal.SIGKILL)
        said = answer.read()
    os.waitpid(child, 0)
    if not said:
        return Outcome(kind, "", "", (f"it had not ended after {SECONDS_MAX} seconds",))
    kind, what, found, wrong = json.loads(said)
    return Outcome(kind, what, found, tuple(wrong))


def campaign(
    seed: int,
    numbers: Iterable[int],
    mutations: dict[str, Mutation] = MUTATIONS,
    told: Callable[[str], Any] = print,
    judge: Judge = outcome,
) -> Counter[tuple[str, str]]:
    """Try the mutations of a seed that have these numbers; return how many of each kind came out how.

    Raises `AssertionError` at the end where one came out as none may.
    """
    kinds, counted, wrong = list(mutations), Counter[tuple[str, str]](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        worlds = [made(Path(folder, name), with_log=name == "log") for name in ("whole", "log")]
        for number in numbers:
            kind = kinds[number % len(kinds)]
            world = worlds[(number // len(kinds)) % 2]
            found = tried(world, kind, mutations[kind], Random(seed * 1_000_000 + number), judge)
            counted[kind, found.found or "wrong"] += 1
            for one in found.wrong:
                wrong.append(f"number {number} of seed {seed}, {kind}: {found.what}: {one}")
                told(wrong[-1])
    assert not wrong, "\n".join(wrong)
    return counted


def main(run_all: Callable[[int, Iterable[int]], Counter[tuple[str, str]]], size: int, about: str | None) -> int:
    """Run the campaign that the arguments ask for; `size` where they do not say."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--number", type=int, help="try this one alone")
    asked, began = parser.parse_args(), time.perf_counter()
    numbers = range(asked.size) if asked.number is None else (asked.number,)
    counted = run_all(asked.seed, numbers)
    for (kind, found), count in sorted(counted.items()):
        print(f"{kind:<25} {found:<9} {count:>5}")
    print(f"{len(numbers):,} mutations, none wrong: {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(campaign, 1_500, __doc__))
