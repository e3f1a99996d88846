"""A campaign over mutated views: whatever was done to their file or beside it, every answer is the true one.

Each mutation is tried in a process of its own, which is stopped after a time.

`scripts/campaign views --seed 1 --size 750` tries 750; `--number 7` tries one of them again.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from support.mutated_ledgers import Mutation
from support.mutated_views import MUTATIONS, sealed_again

from campaigns import mutations as single
from campaigns.mutations import ANSWERS, FOLDERS, Outcome, Said, World, difference, run

ASKED = ("structure", "why", "snapshot", "notices", "journal")
REPLACED = "is not the ledger that was last seen"
TOLD = ("filled anew", "could not be kept", "which keeps what was last seen", REPLACED, "is not a views file")


def outcome(world: World, kind: str, mutation: Mutation, random: Random) -> Outcome:
    """Mutate a copy of the world's views, ask of the ledger what it is asked for, and judge what was said."""
    with tempfile.TemporaryDirectory() as folder:
        views = Path(folder, "views")
        shutil.copytree(world.views, views)
        sealed_again(views)
        os.environ.update(dict.fromkeys(FOLDERS, str(views)))
        what = mutation(next(views.glob("*.views")), random)
        checked = [run(world.ledger, "views", "check")] if random.random() < 0.3 else []
        said = {name: run(world.ledger, *ANSWERS[name]) for name in random.sample(ASKED, len(ASKED))}
        again = run(world.ledger, *ANSWERS["structure"])
    wrong = [*_wrong(world, said), *_wrong(world, {"structure": again})]
    wrong += [f"views check left with {one.code}: {one.words}" for one in checked if not _sound(one, (0, 3))]
    named = any(told in one.words for one in said.values() for told in TOLD)
    return Outcome(kind, what, "named" if named else "harmless", tuple(wrong))


def _sound(said: Said, codes: tuple[int, ...]) -> bool:
    return said.code in codes and "Traceback" not in said.words and "fault of cluster-ledger" not in said.words


def _wrong(world: World, said: dict[str, Said]) -> Iterator[str]:
    for name, one in said.items():
        if one.code == 3 and REPLACED in one.words:  # what was seen says so now, in digits that are as good
            continue
        if not _sound(one, (0, 1)):
            yield f"{name} left with {one.code}: {one.words[-600:]}"
        elif one.code == 0 and one.answer != world.answers[name].answer:
            yield f"{name} is another: {difference(world.answers[name].answer, one.answer)}"
        elif one.code == 1 and "is not a views file" not in one.words:
            yield f"{name} is refused: {one.words[-600:]}"


def campaign(
    seed: int, numbers: Iterable[int], mutations: dict[str, Mutation] = MUTATIONS, told: Callable[[str], Any] = print
) -> Counter[tuple[str, str]]:
    """Try the mutations of a seed that have these numbers; return how many of each kind came out how.

    Raises `AssertionError` at the end where one came out as none may.
    """
    return single.campaign(seed, numbers, mutations, told, outcome)


if __name__ == "__main__":
    sys.exit(single.main(campaign, 750, __doc__))
