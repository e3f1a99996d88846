"""The number of examples that a property test tries: few every day, many in a campaign (scripts/campaign)."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

FACTOR = int(os.environ.get("CLUSTER_LEDGER_CAMPAIGN", "0"))
# Set where it counts that an example fails, and nobody looks for the smallest one that does.
ANY = "CLUSTER_LEDGER_ANY_EXAMPLE"
_SMALLEST = {Phase.shrink, Phase.explain}
PHASES = [phase for phase in Phase if phase not in _SMALLEST or ANY not in os.environ]

# Every day the same examples, so that a run says something about the change and not about chance; a campaign takes
# new ones from its seed.
settings.register_profile("everyday", derandomize=True, database=None, print_blob=True, phases=PHASES)
settings.register_profile("campaign", derandomize=False, database=None, print_blob=True, phases=PHASES)
settings.load_profile("campaign" if FACTOR else "everyday")


def examples(count: int) -> int:
    """Return how many examples to try where `count` are tried every day."""
    return count * (FACTOR or 1)
