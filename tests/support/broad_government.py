"""A broad government: many clusters and missions, and every title as long and as unlike English as a title may be.

`PYTHONPATH=.:tests python -m support.broad_government FILE` makes one of 200 clusters and 2,000 missions to look at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from support.demonstrations import demonstration

TITLE_CHARS = 300
_OF_A_DECISION = 10  # clusters, with their missions
_WORDS = (  # of one idea each, in scripts of other directions and widths
    "Missions for people who live well together ",
    "\u05de\u05e9\u05d9\u05de\u05d5\u05ea \u05dc\u05d7\u05d9\u05d9\u05dd \u05d8\u05d5\u05d1\u05d9\u05dd ",
    "\u0645\u0647\u0627\u0645 \u0645\u0646 \u0623\u062c\u0644 \u062d\u064a\u0627\u0629 \u0637\u064a\u0628\u0629 ",
    "\u5065\u5eb7\u3067\u8c4a\u304b\u306a\u66ae\u3089\u3057\u306e\u305f\u3081\u306e\u4f7f\u547d",
    "Donaudampfschifffahrtsgesellschaft",
    '<b>Missions</b> & "others" ',
    "W",
)


def title(number: int) -> str:
    """Return a title; every second is as long as a title may be."""
    words = _WORDS[number % len(_WORDS)]
    length = TITLE_CHARS - 8 if number % 2 else 24
    return f"{(words * (length // len(words) + 1))[:length].strip()} {number}"


def changes(clusters: range, missions: int) -> Iterator[dict[str, Any]]:
    """Yield the changes by which some clusters begin, each with two segments and so many missions."""
    for number in clusters:
        cluster = f"cluster-{number}"
        yield {"change": "establish-cluster", "cluster": cluster, "title": title(number), "purpose": title(number + 1)}
        for part in ("one", "two"):
            segment = f"{cluster}/{part}"
            yield {"change": "add-segment", "segment": segment, "title": title(number + 2), "scope": title(number + 3)}
        for place in range(missions):
            at = number * missions + place
            segments = [f"{cluster}/{('one', 'two')[place % 2]}"]
            yield {"change": "launch-mission", "mission": f"mission-{at}", "title": title(at), "segments": segments}


def broad_government(path: Path, clusters: int, missions: int) -> Ledger:
    """Return an open ledger at `path` (a new file) of so many clusters with so many missions each; some are merged."""
    ledger = demonstration(path, 0)
    for place, first in enumerate(range(0, clusters, _OF_A_DECISION)):
        some = range(first, min(first + _OF_A_DECISION, clusters))
        day = f"{2001 + place % 20}-{1 + place % 12:02}-15"
        about = {"authority": title(3), "reference": f"B-{place}", "effective": day, "rationale": title(1)}
        ledger.record({**about, "changes": list(changes(some, missions))})
    for number in range(0, clusters - 1, 9):
        merged = {"change": "merge-clusters", "clusters": [f"cluster-{number}"], "into": f"cluster-{number + 1}"}
        about = {"authority": title(5), "reference": f"M-{number}", "effective": "2025-03-01"}
        ledger.record({**about, "changes": [merged]})
    return ledger


if __name__ == "__main__":
    broad_government(Path(sys.argv[1]), 200, 10).close()
