"""A campaign over generated histories: whatever tells of a history tells the same as the naive fold does.

Every history is written to a ledger past the rules, so that it holds what they would refuse: strikes of strikes,
rescissions and reschedulings of each other, corrected dates, several dates in one decision, ids given twice, comebacks,
ends in doubt. Fold and views are compared with the naive fold at every pair of times: each effective day on which
something may turn, as known after each decision. The ledger and the views are verified, and snapshots of it at pairs of
times are: each holds what the naive fold tells, and nothing in it differs from the ledger or from the rest of itself.

`scripts/campaign histories --seed 1 --size 1000` tries 1,000, with a snapshot of each at one pair of times, in
each format in turn; the same seed tries the same again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from support import naive
from support.histories import History, histories
from support.history_kinds import KINDS, kinds
from support.written_ledgers import written
from test_state_fold import shown

from projections.snapshots.formats import FORMATS, save
from projections.snapshots.question import snapshot
from projections.snapshots.verification import verify_snapshot
from projections.views.file import ViewsFile
from projections.views.read_model import Views

CHUNK = 250  # histories of one seed of Hypothesis, which come to resemble each other; so there are many
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
TROUBLED = histories(max_decisions=4, execution=True, clashes=True, plots=True)
IN_MEMORY = Path("/dev/shm")  # where a ledger that lives as long as one trial costs the disk nothing


class Tried(NamedTuple):
    """What a campaign tried: how many histories, pairs of times and snapshots, and the kinds of trouble in them."""

    histories: int
    pairs: int
    snapshots: int
    kinds: Counter[str]


def compare(history: History, formats: Sequence[str] = (), chance: int = 0) -> int:
    """Compare one history at every pair of times; return how many pairs there were. Raises `AssertionError`.

    A snapshot in each of `formats` is taken at one of the pairs, which `chance` chooses.
    """
    with (
        tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder,
        written(Path(folder, "a.ledger"), history) as ledger,
        Views(ledger, file=ViewsFile.kept_nowhere(ledger.government.ledger_id)) as views,
    ):
        assert ledger.verify().ok
        pairs = _compare_at_every_pair(history, views)
        assert list(views.check()) == []
        for number, format_ in enumerate(formats):
            day, known = pairs[(chance + 7 * number) % len(pairs)]
            _compare_snapshot(history, views, day, known, Path(folder, f"s.{format_}"), format_)
    return len(pairs)


def _compare_at_every_pair(history: History, views: Views) -> list[tuple[int, int]]:
    """Compare fold and views with the naive fold; return the pairs of day and position at which they were."""
    pairs, every = [], history.lines()
    for known in (0, *history.ends()):
        state, lines = history.state(known), [line for line in every if line["position"] <= known]
        said = naive.standing(lines)
        idle = {position for thing in state.things() for position in thing.without_effect()}
        assert idle == naive.without_effect(said, lines), known
        assert {row.set_by for row in views.without_effect(known)} == idle, known
        for day in history.days():
            at = state.at(day)
            assert shown(at) == naive.structure(said, day), (day, known)
            assert views.structure(day, known) == at, (day, known)
            pairs.append((day, known))
    return pairs


def _compare_snapshot(history: History, views: Views, day: int, known: int, path: Path, format_: str) -> None:
    """Take a snapshot and hold it against its ledger."""
    save(snapshot(views, day, views.ledger.known(f"p{known}")), path, format_, "a.ledger")
    assert verify_snapshot(views, path).damage == (), (day, known, format_)


def campaign(number: int, size: int, formats: int = 1) -> Tried:
    """Compare `size` histories generated from a seed; of each, `formats` of the formats of snapshots, taking turns."""
    pairs: list[int] = []
    found: Counter[str] = Counter()

    @seed(number)
    @settings(max_examples=size, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(TROUBLED, st.integers(0, 10**6))
    def compared(history: History, chance: int) -> None:
        turned = [*FORMATS, *FORMATS][len(pairs) % len(FORMATS) :]
        pairs.append(compare(history, turned[:formats], chance))
        found.update(kinds(history))

    compared()
    return Tried(len(pairs), sum(pairs), formats * len(pairs), found)


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1_000)
    asked = parser.parse_args()
    began = time.perf_counter()
    tried = Tried(0, 0, 0, Counter())
    for number in range(-(-asked.size // CHUNK)):
        more = campaign(1_000 * asked.seed + number, min(CHUNK, asked.size - CHUNK * number))
        tried = Tried(*(one + other for one, other in zip(tried, more, strict=True)))
        print(f"{tried.histories:,} histories, none differing so far.", flush=True)
    for kind in KINDS:
        print(f"{tried.kinds[kind]:6,} with {kind}")
    print(
        f"{tried.histories:,} histories, {tried.pairs:,} pairs of times, {tried.snapshots:,} snapshots, "
        f"none differing: {time.perf_counter() - began:.0f} s."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
