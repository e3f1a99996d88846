"""The shrinking of a history that fails: steps are left out, and what comes between them, while it still fails so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulation.scheduler import Outcome, run
from simulation.steps import Step

RUNS_MAX = 300


class Kept(NamedTuple):
    """A step of the whole history by its number from 1, with or without what comes in between."""

    number: int
    alone: bool = False

    def __str__(self) -> str:
        return f"{self.number}{'x' if self.alone else ''}"


def parsed(text: str) -> list[Kept]:
    """Return what `--only` names, such as 1,4x,7; raises `ValueError`."""
    return [Kept(int(word.removesuffix("x")), word.endswith("x")) for word in text.split(",")]


def chosen(steps: Sequence[Step], kept: Sequence[Kept]) -> list[Step]:
    """Return the steps that are kept; raises `IndexError` for a number that the history does not have."""
    found = [(steps[one.number - 1], one.alone) for one in kept]
    return [step._replace(between=None) if alone else step for step, alone in found]


def shrunk(seed: int, store: str, whole: Outcome) -> tuple[list[Kept], Outcome]:
    """Return a least list of steps by which the same goes wrong as in the whole history, and what came of them."""
    assert whole.difference is not None
    kind, runs = whole.difference.kind, [0]

    def fails(kept: Sequence[Kept]) -> bool:
        runs[0] += 1
        if runs[0] > RUNS_MAX:
            return False
        found = run(seed, store, steps=chosen(whole.steps, kept)).difference
        return found is not None and found.kind == kind

    kept = fewest([Kept(number) for number in range(1, len(whole.steps) + 1)], fails)
    for place, one in enumerate(kept):
        alone = [*kept[:place], one._replace(alone=True), *kept[place + 1 :]]
        if whole.steps[one.number - 1].between is not None and fails(alone):
            kept = alone
    return kept, run(seed, store, steps=chosen(whole.steps, kept))


def fewest(kept: list[Kept], fails: Callable[[Sequence[Kept]], bool]) -> list[Kept]:
    """Leave out half of a list, a quarter, and so on to single ones, again and again while it still fails."""
    size = len(kept) // 2
    while size:
        place, fewer = 0, len(kept)
        while place < len(kept):
            rest = [*kept[:place], *kept[place + size :]]
            if rest and fails(rest):
                kept = rest
            else:
                place += size
        if len(kept) == fewer or size > len(kept):
            size //= 2
    return kept
