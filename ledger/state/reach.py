"""The reach of what is said of an attribute: how far from the life of its thing it has effect."""

from __future__ import annotations

from functools import lru_cache

from ledger.timeline import Reach

# What is judged of a thing, by prefix: the day is that of the judgement, which may come before its life or after it.
JUDGED = ("measurements:", "assessments:")
# What a thing is called and keyed by: registers put it right after an end too, and it holds if the thing comes back.
LASTING = frozenset({"title", "purpose", "scope", "sectors", "statement", "type", "text", "description"})
LASTING_KEYED = ("identifiers:", "names:")


@lru_cache(maxsize=65_536)  # asked for every entry, and the names are mostly the same
def reach_of(attribute: str) -> Reach:
    """Return how far from the life of its thing what is said of an attribute has effect."""
    if attribute.startswith(JUDGED):
        return Reach.ANYWHERE
    return Reach.LASTING if attribute in LASTING or attribute.startswith(LASTING_KEYED) else Reach.LIVING
