"""A campaign over malformed inputs: each is answered in words, and none is half recorded, slow or large.

Documents, drafts, forms, older registers, configurations and command lines are spoilt at random. Those of one lot are
tried in a process of its own, each in a folder of its own; none may take more than 10 seconds of processor, nor let
its process grow beyond 500 MB. What has a receipt stands, nothing else does, and the ledger is sound.

`scripts/campaign malformed --seed 1 --size 10000` tries 10,000; `--number 7` tries one of them again and shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from click.testing import CliRunner, Result
from support.command_line import FIRST
from support.faults.malformed import KINDS, LEDGER

from commands.main import cli
from ledger.application import Ledger
from ledger.errors import LedgerError

CPU_SECONDS, MEGABYTES = 10, 500
FOLLOWING_SECONDS = 0.5  # after which Ctrl-C ends what else would go on
LOT = 100
CODES = (0, 1, 2, 3, 4)
FOLDERS = {"CLUSTER_LEDGER_VIEWS": "views", "CLUSTER_LEDGER_STATE": "state", "CLUSTER_LEDGER_DRAFTS": "drafts"}


class Tried(NamedTuple):
    """What became of one input: the exit codes of its commands, and what does not hold."""

    number: int
    kind: str
    codes: tuple[int, ...]
    wrong: tuple[str, ...]


def run(*words: str, text: str | None = None) -> Result:
    """Run the program in this process; what goes on until somebody stops it is stopped."""
    if "follow" in words:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, FOLLOWING_SECONDS)
    try:
        return CliRunner().invoke(cli, list(words), input=text, prog_name="cluster-ledger")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def prepared(folder: Path) -> Path:
    """Make a box: a desk with a ledger of five events, a draft and two empty forms, and what lies beside it."""
    (folder / "desk").mkdir(parents=True)
    _at(folder)
    with chdir(folder / "desk"):
        for words, text in (
            (("init", "--government", "Testland"), None),
            (("record", "-"), FIRST),
            (("show",), None),
            (("template", "csv", "-o", "form.csv"), None),
            (("template", "xlsx", "-o", "form.xlsx"), None),
            (("draft", "new", "d", "--authority", "C", "--reference", "D-1", "--effective", "2026-05-01"), None),
            (("draft", "add", "cluster", "retitle", "wellbeing", "--title", "Wellbeing"), None),
        ):
            done = run(*words, text=text)
            assert done.exit_code == 0, (words, done.output)
    return folder


def _at(box: Path) -> None:
    """Let everything that the program keeps lie in a box."""
    os.environ.update({name: str(box / place) for name, place in FOLDERS.items()})
    os.environ["XDG_CONFIG_HOME"] = str(box / "configuration")


def stands(path: Path) -> tuple[int, list[str]]:
    """Return how many decisions a ledger holds, and what is wrong with it."""
    if not path.exists():
        return 0, []
    try:
        with Ledger.open(path, read_only=True) as ledger:
            ends = [event.event.decision.part for event in ledger.events()]
            damage = [str(one) for one in ledger.verify().damage]
    except LedgerError as error:
        return 0, [f"it cannot be opened: {error}"]
    return sum(part == parts for part, parts in ends), damage


def tried(prepared: Path, seed: int, number: int, told: Callable[[str], Any] | None = None) -> Tried:
    """Try one input in a copy of the prepared box."""
    kind, chance = list(KINDS)[number % len(KINDS)], Random(seed * 1_000_000 + number)
    wrong, codes = list[str](), list[int]()
    with tempfile.TemporaryDirectory() as folder:
        box = Path(shutil.copytree(prepared, Path(folder, "box")))
        _at(box)
        with chdir(box / "desk"):
            for words in KINDS[kind](box / "desk", chance):
                before = stands(Path(LEDGER))[0] if words[0] == "record" else 0
                done = run(*words)
                codes.append(done.exit_code)
                wrong += [f"{' '.join(words)[:300]}: {sentence}" for sentence in _wrong(words, done, before)]
                if told is not None:
                    told(f"{' '.join(words)[:300]}: {done.exit_code} {done.output[-2000:]}")
            for path in Path.cwd().glob("*.ledger"):
                wrong += stands(path)[1]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if megabytes > MEGABYTES:
        wrong.append(f"{megabytes:.0f} MB")
    return Tried(number, kind, tuple(codes), tuple(wrong))


def _wrong(words: tuple[str, ...], done: Result, before: int) -> Iterator[str]:
    """Yield what does not hold of one command and of the ledger after it."""
    if done.exit_code not in CODES:
        yield f"exit code {done.exit_code}"
    if not isinstance(done.exception, SystemExit | None) or "fault of cluster-ledger" in done.stderr:
        yield f"{done.exception!r} {done.stderr[-800:]}"
    if any(not line.isprintable() for line in done.stderr.splitlines()):
        yield f"not printable: {done.stderr[-300:]!r}"
    if done.exit_code and not done.output.strip():
        yield f"exit code {done.exit_code}, and not a word"
    if words[0] == "record" and "--format" not in words:
        more, receipts = stands(Path(LEDGER))[0] - before, done.stdout.count("Recorded: ")
        if more != receipts:
            yield f"{more} decisions more, and {receipts} receipts"


def lot(prepared: Path, seed: int, numbers: list[int]) -> Iterator[Tried]:
    """Try some inputs in a process of their own; the one at which it dies is wrong, and the rest go on in another."""
    while numbers:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _child(prepared, seed, numbers, writing)
        os.close(writing)
        with open(reading) as answers:
            for line in answers:
                number, kind, codes, wrong = json.loads(line)
                numbers = [one for one in numbers if one > number]
                yield Tried(number, kind, tuple(codes), tuple(wrong))
        _, status = os.waitpid(child, 0)
        if numbers:
            kind = list(KINDS)[numbers[0] % len(KINDS)]
            yield Tried(numbers[0], kind, (), (f"its process ended with {os.waitstatus_to_exitcode(status)}",))
            numbers = numbers[1:]


def _child(prepared: Path, seed: int, numbers: list[int], writing: int) -> None:
    code = 1
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # by which whatever takes too long dies
        with open(writing, "w") as answers:
            for number in numbers:
                signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
                print(json.dumps(tried(prepared, seed, number)), file=answers, flush=True)
        code = 0
    finally:
        os._exit(code)


def campaign(seed: int, size: int, told: Callable[[str], Any] = print) -> Counter[tuple[str, str]]:
    """Try so many inputs; return how many of each kind came out how. Raises `AssertionError` at the end."""
    counted, wrong = Counter[tuple[str, str]](), list[str]()
    before = dict(os.environ)
    os.environ["CLUSTER_LEDGER_RECORDER"] = "Registry"
    try:
        with tempfile.TemporaryDirectory() as folder:
            box = prepared(Path(folder, "box"))
            for first in range(0, size, LOT):
                for found in lot(box, seed, list(range(first, min(size, first + LOT)))):
                    taken = "taken" if found.codes and found.codes[-1] == 0 else "refused"
                    counted[found.kind, taken] += 1
                    for sentence in found.wrong:
                        wrong.append(f"number {found.number} of seed {seed}, {found.kind}: {sentence}")
                        told(wrong[-1])
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert not wrong, "\n".join(wrong)
    return counted


def main() -> int:
    """Try the inputs that the arguments ask for; return 1 where one was answered as none may be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--number", type=int, help="try this one alone, and show it")
    asked = parser.parse_args()
    if asked.number is not None:
        os.environ["CLUSTER_LEDGER_RECORDER"] = "Registry"
        with tempfile.TemporaryDirectory() as folder:
            print(tried(prepared(Path(folder, "box")), asked.seed, asked.number, print))
        return 0
    began = time.perf_counter()
    try:
        counted = campaign(asked.seed, asked.size, lambda sentence: print(sentence, flush=True))
    except AssertionError as error:
        print(f"{len(str(error).splitlines())} wrong.")
        return 1
    for (kind, taken), count in sorted(counted.items()):
        print(f"{kind:<14} {taken:<8} {count:>6,}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    print(f"{asked.size:,} inputs, none wrong: {time.perf_counter() - began:.0f} s, {used:.0f} s of processor.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
