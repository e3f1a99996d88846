"""A campaign over mutants of the code: whatever is altered in the fold or in the append, a test fails.

`scripts/campaign mutants --seed 1 --size 300` tries 300 of them in a copy of the checkout: an operator, a number, a
condition, a loop, a decorator or an exception is another. `--only judging` draws from the files of that name, and
`--numbers 3,20-29` tries some of the same mutants again. It wants `pip install cosmic-ray`, which no environment here
installs. What stands in `EQUIVALENT` changes nothing that anybody could see, for the reason given there.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import difflib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from support.examples import ANY

from campaigns.mutants_held import EQUIVALENT, TESTS

ROOT = Path(__file__).resolve().parents[2]
LEAST = 0.9  # of the mutants are to be killed
CPU_SECONDS, SECONDS = 120, 900  # after which a group of tests that goes on for ever has failed
LOADED = ("pytest", "xdist", "hypothesis", "click.testing", "pydantic", "eventsourcing.sqlite", "yaml", "rich")
_PASSING: set[str] = set()  # groups of tests that were seen to pass
OPERATORS = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer", "RemoveDecorator"),
    *("ZeroIterationForLoop", "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_USub_UAdd"),
    *(f"ReplaceComparisonOperator_{name}" for name in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_LtE")),
    *(f"ReplaceComparisonOperator_{name}" for name in ("LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "LtE_GtE", "Gt_Lt")),
    *(f"ReplaceBinaryOperator_{name}" for name in ("Add_Sub", "Sub_Add", "Mul_FloorDiv", "FloorDiv_Mul", "Mod_Add")),
    *(f"ReplaceBinaryOperator_{name}" for name in ("BitOr_BitAnd", "BitAnd_BitOr")),
)


class Mutant(NamedTuple):
    """A file in which one thing is altered."""

    path: str
    operator: str
    occurrence: int

    def text(self) -> str:
        """Return the file as it is altered."""
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        operator = get_operator(f"core/{self.operator}")()
        return str(mutate_code((ROOT / self.path).read_text(), operator, self.occurrence))

    def altered(self) -> str:
        """Return the lines that are others, as they were and as they are, in one line."""
        before, after = (ROOT / self.path).read_text().splitlines(), self.text().splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
        return " ".join(line[0] + line[1:].strip() for line in lines if not line.startswith("@@"))

    def is_seen(self) -> bool:
        """Return whether it is a program, and more than annotations is altered, which nothing here ever evaluates."""
        try:
            before, after = (_Bare().visit(ast.parse(text)) for text in ((ROOT / self.path).read_text(), self.text()))
        except SyntaxError:  # a stroke between parameters was taken for a division
            return False
        return ast.dump(before) != ast.dump(after)


class _Bare(ast.NodeTransformer):
    """Takes the annotations from a file."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def mutants(only: str) -> Iterator[Mutant]:
    """Yield every mutant of the files whose path holds a text, in one order."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    for start in TESTS:
        for file in sorted((ROOT / start).glob("*.py")) if start.endswith("/") else [ROOT / start]:
            path = str(file.relative_to(ROOT))
            nodes = list(ast_nodes(get_ast(file.read_text()))) if only in path else []
            for name in OPERATORS:
                operator = get_operator(f"core/{name}")()
                count = sum(1 for node in nodes for _ in operator.mutation_positions(node))
                yield from (Mutant(path, name, occurrence) for occurrence in range(count))


def drawn(seed: int, size: int, only: str) -> list[Mutant]:
    """Return `size` of the mutants that anybody could see, drawn by a seed; all of them where there are not so many."""
    every = list(mutants(only))
    Random(seed).shuffle(every)
    found: list[Mutant] = []
    for one in every:
        if len(found) == size:
            break
        if one.is_seen():
            found.append(one)
    return found


def among(number: int, numbers: str) -> bool:
    """Return whether a number is one of some, as `7`, `0-99` or `3,7,20-29`; every number is where none are given."""
    ends = [(first, last or first) for first, _, last in (one.partition("-") for one in numbers.split(",") if one)]
    return not ends or any(int(first) <= number <= int(last) for first, last in ends)


def copied(folder: Path) -> Path:
    """Copy the checkout, and go there with it in the place of this one."""
    place = folder / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, place, ignore=ignored)
    os.chdir(place)
    ours = (str(ROOT), str(ROOT / "tests"))
    sys.path[:] = [str(place), str(place / "tests"), *(one for one in sys.path if one and one not in ours)]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    os.environ["CLUSTER_LEDGER_VIEWS"] = str(folder / "views")
    return place


def fails(place: Path, tests: str) -> bool:
    """Return whether tests fail in a copy; so they do where they take longer than they may."""
    child = os.fork()
    if child == 0:
        _child(tests, said_by(place))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            break
        time.sleep(0.05)
    else:
        status = 1
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # and whatever it began
    if not found:
        os.waitpid(child, 0)
    shutil.rmtree(place / ".hypothesis", ignore_errors=True)
    return status != 0


def said_by(place: Path) -> Path:
    """Return the file that holds what the tests of a copy printed last."""
    return place.parent / "said"


def _child(tests: str, said: Path) -> None:
    """Run tests in this process, which prints to a file, and end it."""
    code = 1
    try:
        os.setsid()
        file = os.open(said, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for descriptor in range(3):
            os.dup2(file, descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        sys.dont_write_bytecode = True  # two files of one size, made in one second, would be taken for one
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", ANY: "1"}
        vars(builtins)["CosmicRayTestingException"] = type("CosmicRayTestingException", (Exception,), {})
        for name in [name for name in sys.modules if name.partition(".")[0] in ("campaigns", "support", "ledger")]:
            del sys.modules[name]
        code = int(import_module("pytest").main([*tests.split(" "), "-x", "-q", "-p", "no:cacheprovider", "-n", "0"]))
    finally:
        os._exit(code)


def is_equivalent(path: str, altered: str) -> bool:
    """Return whether an alteration of a file, as `Mutant.altered` gives it, stands in `EQUIVALENT`."""
    return any(
        path == known and altered.startswith(f"-{was}") and (f" +{then}" in altered if then else " +" not in altered)
        for known, was, then in chain(*EQUIVALENT.values())
    )


def outcome(place: Path, mutant: Mutant) -> str:
    """Return what became of a mutant: `killed`, `equivalent` or `survived`."""
    if is_equivalent(mutant.path, mutant.altered()):
        return "equivalent"
    file = place / mutant.path
    before = file.read_text()
    for group in held_by(mutant.path):
        file.write_text(mutant.text())
        try:
            killed = fails(place, group)
        finally:
            file.write_text(before)
        if killed:
            need_passing(place, group)
            return "killed"
    return "survived"


def need_passing(place: Path, group: str) -> None:
    """Raise `AssertionError` where tests fail by themselves, which is asked once."""
    if group not in _PASSING:
        assert not fails(place, group), f"these fail by themselves: {group}\n{said_by(place).read_text()[-3000:]}"
        _PASSING.add(group)


def held_by(path: str) -> tuple[str, ...]:
    """Return the groups of tests that hold a file, the quickest first."""
    return next(groups for start, groups in TESTS.items() if path.startswith(start))


def main() -> int:
    """Try the mutants that the arguments ask for; return 1 where too many of them survive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("--numbers", default="", help="try these alone, such as 7 or 3,20-29")
    asked, began = parser.parse_args(), time.perf_counter()
    try:
        import_module("cosmic_ray")
    except ModuleNotFoundError:
        print("This campaign needs cosmic-ray: pip install cosmic-ray", file=sys.stderr)
        return 2
    tried = [
        (number, one)
        for number, one in enumerate(drawn(asked.seed, asked.size, asked.only))
        if among(number, asked.numbers)
    ]
    counted = Counter[str]()
    with tempfile.TemporaryDirectory(prefix="cluster-ledger-mutants.") as folder:
        place = copied(Path(folder))
        for name in LOADED:
            import_module(name)
        for number, mutant in tried:
            found = outcome(place, mutant)
            counted[found] += 1
            print(f"{number} {found}: {mutant.path} {mutant.operator}: {mutant.altered()}", flush=True)
    alive, dead = counted["survived"], counted["killed"]
    share = dead / (alive + dead or 1)
    print(
        f"{dead} killed, {alive} survived, {counted['equivalent']} equivalent: {share:.1%} of those that differ; "
        f"{time.perf_counter() - began:.0f} s."
    )
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
