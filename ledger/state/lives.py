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

    @property
    def in_doubt(self) -> bool:
        """Whether an end is on one of several days, so that what else is said may tell when."""
        return any(is_set(life.end_stated) for life in self.intervals)


def lives_of(life: Sequence[Entry], attributes: Attributes) -> Lives:
    """Return the lives that the sorted entries of a life make, beside what else is said of the thing."""
    lives, idle = intervals(life, _unpausing(attributes))
    return Lives(
        tuple([_settled(interval, attributes) if interval.sure_to < interval.end else interval for interval in lives]),
        idle,
    )


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
