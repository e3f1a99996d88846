"""A campaign over generated histories: fold, views, the naive fold, verification and the check of the views agree.

Every history is written to a ledger past the rules, so that it holds what they would refuse: strikes of strikes,
rescissions and reschedulings of each other, corrected dates, several dates in one decision, ids given twice. All are
compared at every pair of times: each effective day on which something may turn, as known after each decision.

`python tests/campaign_histories.py --seed 1 --size 1000` tries 1,000; the same seed tries the same again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import naive
from histories import History, histories
from hypothesis import HealthCheck, Phase, given, seed, settings
from test_state_fold import shown
from written_ledgers import written

from projections.views import Views
from projections.views_file import ViewsFile

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


def compare(history: History) -> int:
    """Compare one history at every pair of times; return how many pairs there were. Raises `AssertionError`."""
    pairs = 0
    with tempfile.TemporaryDirectory() as folder, written(Path(folder, "a.ledger"), history) as ledger:
        assert ledger.verify().ok
        with Views(ledger, file=ViewsFile.kept_nowhere(ledger.government.ledger_id)) as views:
            for known in (0, *history.ends()):
                state, lines = history.state(known), history.lines(known)
                said = naive.standing(lines)
                idle = {position for thing in state.things() for position in thing.without_effect()}
                assert idle == naive.without_effect(said, lines), known
                assert {row.set_by for row in views.without_effect(known)} == idle, known
                for day in history.days():
                    at = state.at(day)
                    assert shown(at) == naive.structure(said, day), (day, known)
                    assert views.structure(day, known) == at, (day, known)
                    pairs += 1
            assert list(views.check()) == []
    return pairs


def campaign(number: int, size: int) -> tuple[int, int]:
    """Compare `size` histories generated from a seed; return how many there were, and at how many pairs of times."""
    counted: list[int] = []

    @seed(number)
    @settings(max_examples=size, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(histories(execution=True, clashes=True))
    def compared(history: History) -> None:
        counted.append(compare(history))

    compared()
    return len(counted), sum(counted)


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1_000)
    asked = parser.parse_args()
    began = time.perf_counter()
    tried, pairs = campaign(asked.seed, asked.size)
    print(f"{tried:,} histories, {pairs:,} pairs of times, none differing: {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
