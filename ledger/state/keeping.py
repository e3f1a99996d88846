"""Extents that a realignment keeps: it states none, so that what it leaves says what it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ledger.events.changes.mission import KeptExtent
from ledger.names import AFFILIATION
from ledger.timeline import Entry, Interval, has_effect

FULL = "full"


def kept_extent(extents: Iterable[str]) -> str:
    """Return the extent that is kept of several: the one that they share, else full."""
    different = set(extents)
    return different.pop() if len(different) == 1 else FULL


class _Saying(NamedTuple):
    """What an event says of one affiliation, at its place."""

    place: tuple[int, int, int]
    name: str
    entry: Entry


def resolved(attributes: Mapping[str, Sequence[Entry]], lives: Sequence[Interval]) -> dict[str, list[Entry]]:
    """Return the timelines of a mission's affiliations with an extent in the place of each one that is kept.

    They are walked through in order, event by event: each finds what the ones before it left.
    """
    names = [name for name in attributes if name.startswith(AFFILIATION)]
    timelines: dict[str, list[Entry]] = {name: [] for name in names}
    sayings = [_Saying(entry.place, name, entry) for name in names for entry in attributes[name]]
    sayings.sort(key=lambda saying: (saying.place, saying.name))
    now: dict[str, Any] = {}
    for _, of_event in groupby(sayings, key=lambda saying: saying.place):
        before = dict(now)
        for _, name, entry in of_event:
            if isinstance(entry.value, KeptExtent):
                left = (before.get(AFFILIATION + segment) for segment in entry.value.left)
                entry = entry._replace(value=kept_extent(extent for extent in left if extent is not None))
            timelines[name].append(entry)
            if has_effect(lives, entry):
                now[name] = entry.value
    return timelines
