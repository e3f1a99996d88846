"""Faults at every call to the disk of the commands that write, failed and killed: `python -m support.faults.campaign`.

Run it from the folder `tests`, with the checkout on PYTHONPATH. Each case is named by its scenario, the number of the
call and the kind of fault, and can be repeated by that name.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from commands.main import SECTIONS
from ledger.application import Ledger
from ledger.errors import LedgerError
from support.faults.scenarios import (
    LEDGER,
    PARTIAL_IMPORT,
    REFERENCES,
    SCENARIOS,
    Scenario,
    acknowledged,
    one_sentence,
    prepared,
)
from support.faults.shim import KINDS, VARIABLE, WRITES, Fault, Run, compiled, missing, run, run_here

_ID = re.compile("[0-9a-f]{32}")


class Template(NamedTuple):
    """A scenario as it stands before its command, and what an undisturbed run of that leaves."""

    scenario: Scenario
    box: Path  # desk, views and whatever else; faults are injected below it
    calls: tuple[str, ...]  # the name of each call that the command makes
    made: bytes | None
    left: frozenset[str]


def template(scenario: Scenario, folder: Path) -> Template:
    """Prepare a scenario, and count the calls of an undisturbed run."""
    box = _stood(scenario.before, folder)
    _warmed(scenario, box, folder / f"{scenario.name}-first")
    whole = _copied(box, folder / f"{scenario.name}-whole")
    log = folder / f"{scenario.name}.calls"
    _need(run(whole / "desk", scenario.command, calls=log), scenario.command)
    calls = tuple(line.split(maxsplit=2)[1] for line in log.read_text().splitlines())
    found = Template(scenario, box, calls, _made(scenario, whole), _names(whole))
    shutil.rmtree(whole)
    return found


def _stood(before: tuple[tuple[str, ...], ...], folder: Path) -> Path:
    """Return the box in which some commands were run, made once: many scenarios begin with the same."""
    box = folder / "+".join(("box", *(word for command in before for word in command)))
    if not box.exists():
        if before:
            _copied(_stood(before[:-1], folder), box)
            _need(run(box / "desk", before[-1]), before[-1], code=1 if before[-1] == PARTIAL_IMPORT else 0)
        else:
            prepared(box / "desk")
    return box


def _warmed(scenario: Scenario, before: Path, box: Path) -> None:
    """Run a scenario in this process, so that its forks find made whatever is made once: models, zones, schemas.

    Not what DuckDB writes: it leaves threads, and a process that has some cannot be forked well.
    """
    if "parquet" not in scenario.makes:
        _copied(before, box)
        run_here(box / "desk", scenario.command)
        looked(box / "desk")
        shutil.rmtree(box)
    gc.freeze()  # or every fork would copy the pages that its collector marks


def _need(done: Run, command: tuple[str, ...], code: int = 0) -> None:
    if done.code != code:
        raise SystemExit(f"{' '.join(command)} failed undisturbed: {done.said}")


def _copied(box: Path, to: Path) -> Path:
    shutil.copytree(box, to, symlinks=True)
    return to


def _made(scenario: Scenario, box: Path) -> bytes | None:
    """What the command made, as bytes; None for a ledger, whose id may be random, and for nothing."""
    path = box / "desk" / scenario.makes
    if not scenario.makes or scenario.makes.endswith(".ledger") or not path.exists():
        return None
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return b"".join(file.name.encode() + file.read_bytes() for file in files if file.is_file())


def _names(box: Path) -> frozenset[str]:
    """Every file of a box, but for what SQLite keeps beside a database that was read; ids of ledgers differ."""
    found = (_ID.sub("ID", str(path.relative_to(box))) for path in box.rglob("*"))
    return frozenset(name for name in found if not name.endswith(("-wal", "-shm")))


def faults(found: Template) -> Iterator[Fault]:
    """Yield every fault that can be tried on a scenario."""
    for number, call in enumerate(found.calls, 1):
        for kind in KINDS:
            if kind != "torn" or call in WRITES:
                yield Fault(number, kind)


def tried(found: Template, fault: Fault, folder: Path) -> list[str]:
    """Try one fault in a copy of its scenario; return what does not hold, in sentences."""
    box = _copied(found.box, folder / f"{found.scenario.name}-{fault.at}-{fault.kind}")
    try:
        wrong = _answered(found, fault, box)
        return wrong if wrong else _again(found, fault, box)
    finally:
        shutil.rmtree(box, ignore_errors=True)


def _answered(found: Template, fault: Fault, box: Path) -> list[str]:
    """Run the command under the fault, and look at what it said and left."""
    desk, scenario = box / "desk", found.scenario
    first = run(desk, scenario.command, fault)
    wrong = []
    if fault.kills and first.code not in (-9, 0):
        wrong.append(f"exit code {first.code} of a run to be killed")
    if not fault.kills and first.code not in (0, 1):
        wrong.append(f"exit code {first.code}")
    if first.code == 1 and not one_sentence(first):
        wrong.append(f"not one sentence: {first.said!r}")
    if first.code == 0 and not fault.kills and _made(scenario, box) != found.made:
        wrong.append("all is said to be well, and what it made is not what it should be")
    stand, damage = looked(desk)
    wrong += damage
    if scenario.records:
        wrong += _standing(first, stand)
    return wrong


def looked(desk: Path, name: str = LEDGER) -> tuple[list[str], list[str]]:
    """Return the decisions that stand in a ledger on a desk, and what verification finds in it."""
    if not (desk / name).exists():
        return [], []
    try:
        with Ledger.open(desk / name, read_only=True) as ledger:
            damage = [str(damage) for damage in ledger.verify().damage]
            stand = dict.fromkeys(recorded.event.decision.reference for recorded in ledger.events())
    except LedgerError as error:
        return [], [f"it cannot be opened: {error}"]
    return [reference for reference in stand if reference in REFERENCES], damage


def _standing(first: Run, stand: list[str]) -> list[str]:
    """Hold the decisions that stand to what a run that records said."""
    said = acknowledged(first)
    if first.code == 0 and stand != list(REFERENCES):
        return [f"all is said to be well, and {stand} stand"]
    if stand != list(REFERENCES[: len(stand)]) or stand[: len(said)] != said:
        return [f"{said} have receipts, and {stand} stand"]
    if "nothing after it was recorded" in first.said and stand != said:
        return [f"{first.said!r}, and {stand} stand"]
    return []


def _again(found: Template, fault: Fault, box: Path) -> list[str]:
    """Run the command once more, undisturbed: it succeeds, or what it makes stands already; nothing else is left."""
    desk, scenario = box / "desk", found.scenario
    before = (desk / scenario.makes).exists() if scenario.makes else False
    second = run(desk, scenario.command)
    wrong, done = [], (before and "exists already" in second.said) or "holds the whole of" in second.said
    if second.code != 0 and not (second.code == 1 and done):
        wrong.append(f"the next run: {second.code} {second.said!r}")
    if _made(scenario, box) != found.made:
        wrong.append("the next run does not make what it should")
    wrong += looked(desk)[1]
    if scenario.makes.endswith(".ledger"):
        wrong += looked(desk, scenario.makes)[1]
    if any(name.startswith("state/.") for name in _names(box)):
        run(desk, ("verify",))  # what is remembered of ledgers is put in order by whoever writes it next
    if any(name.startswith("tmp/.") for name in _names(box)):
        run(desk, ("snapshot", "--format", "sqlite", "-o", "another.sqlite"))  # as is what is put aside by whoever does
        (desk / "another.sqlite").unlink()
    if left := _names(box) - found.left:
        wrong.append(f"left behind: {sorted(left)}")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Try all faults, or a share of them chosen by a seed; return 1 where one shows a fault of the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the cases, between 0 and 1")
    parser.add_argument("--half", type=int, choices=(1, 2), help="of the scenarios, to try them by two at once")
    parser.add_argument("--only", nargs="*", default=[], help="scenarios, or single cases such as record-3-EIO")
    given = parser.parse_args(argv)
    if why := missing():
        print(f"Not run: {why}.")
        return 4
    with tempfile.TemporaryDirectory() as folder:
        if "shim.so" not in os.environ.get(VARIABLE, ""):
            shim = str(compiled(Path(folder)))
            paths = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
            return os.spawnve(
                os.P_WAIT,
                sys.executable,
                [sys.executable, "-m", "support.faults.campaign", *(argv if argv is not None else sys.argv[1:])],
                {**os.environ, VARIABLE: shim, "PYTHONPATH": paths},
            )
        _imported()
        return _all(given, Path(folder))


def _imported() -> None:
    """Import what the forks need, once for all of them."""
    for section in SECTIONS.values():
        for module, _ in section.values():
            import_module(f"commands.{module}")
    for name in (
        "projections.views.read_model",
        "projections.snapshots.verification",
        "duckdb",
        "openpyxl",
        "xlsxwriter",
    ):
        import_module(name)


def _all(given: argparse.Namespace, folder: Path) -> int:
    chance, counts, failed = random.Random(given.seed), Counter[str](), 0
    for scenario in SCENARIOS[given.half - 1 :: 2] if given.half else SCENARIOS:
        if given.only and not any(name == scenario.name or name.startswith(f"{scenario.name}-") for name in given.only):
            continue
        found = template(scenario, folder)
        for fault in faults(found):
            name = f"{scenario.name}-{fault.at}-{fault.kind}"
            if given.only and scenario.name not in given.only and name not in given.only:
                continue
            if chance.random() >= given.share and name not in given.only:
                continue
            counts[scenario.name] += 1
            for sentence in tried(found, fault, folder):
                failed += 1
                print(f"{name} ({found.calls[fault.at - 1]}): {sentence}", flush=True)
        print(f"{scenario.name}: {len(found.calls)} calls, {counts[scenario.name]} faults tried.", flush=True)
    print(f"{sum(counts.values())} faults tried with seed {given.seed}, {failed} wrong.")
    return 1 if failed or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
