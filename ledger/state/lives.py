"""Lives: the days on which a thing is live, and those on which it may have ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ledger.state.reach import reach_of
from ledger.timeline import Entry, Interval, Reach, intervals, is_set

Attributes = Mapping[str, Sequence[Entry]]


class Lives(NamedTuple):
    """The intervals of days on which a thing is live, and the positions of the entries of its life without effect."""

    intervals: tuple[Interval, ...]
    idle: frozenset[int]
    in_doubt: bool  # whether an end is on one of several days, so that what else is said may tell when


def lives_of(life: Sequence[Entry], attributes: Attributes) -> Lives:
    """Return the lives that the sorted entries of a life make, beside what else is said of the thing."""
    lives, idle = intervals(life, _unpausing(attributes))
    in_doubt = any(is_set(interval.end_stated) for interval in lives)
    if in_doubt:
        lives = tuple([_settled(one, attributes) if one.sure_to < one.end else one for one in lives])
    return Lives(lives, idle, in_doubt)


def _unpausing(attributes: Attributes) -> frozenset[int]:
    """Return the positions of what resumed it when it was paused, and had not ended."""
    statuses = attributes.get("status", ())
    return frozenset([later.position for earlier, later in pairwise(statuses) if earlier.value == "paused"])


def _settled(life: Interval, attributes: Attributes) -> Interval:
    """Return a life whose end is in doubt from the day after the last on which something says that it lived."""
    days = [
        entry.day
        for name, entries in attributes.items()
        if reach_of(name) is not Reach.ANYWHERE
        for entry in entries
        if life.start <= entry.day < life.end
    ]
    return life._replace(sure_to=max(life.sure_to, min(life.end, max(days, default=0) + 1)))
