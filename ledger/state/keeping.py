"""Extents that a realignment keeps: it states none, so that what it leaves says what it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from ledger.events.changes.mission import KeptExtent
from ledger.names import AFFILIATION
from ledger.timeline import Entry, Interval, has_effect

FULL = "full"


def kept_extent(extents: Iterable[str]) -> str:
    """Return the extent that is kept of several: the one that they share, else full."""
    found = set(extents)
    return found.pop() if len(found) == 1 else FULL


def resolved(attributes: Mapping[str, Sequence[Entry]], lives: Sequence[Interval]) -> dict[str, list[Entry]]:
    """Return the timelines of a mission's affiliations with an extent in the place of each one that is kept.

    They are walked through in order, event by event: each finds what the ones before it left.
    """
    names = [name for name in attributes if name.startswith(AFFILIATION)]
    found: dict[str, list[Entry]] = {name: [] for name in names}
    said = sorted(((entry[:3], name, entry) for name in names for entry in attributes[name]), key=lambda one: one[:2])
    now: dict[str, Any] = {}
    for _, of_event in groupby(said, key=lambda one: one[0]):
        before = dict(now)
        for _, name, entry in of_event:
            if isinstance(entry.value, KeptExtent):
                left = (before.get(AFFILIATION + segment) for segment in entry.value.left)
                entry = entry._replace(value=kept_extent(extent for extent in left if extent is not None))
            found[name].append(entry)
            if has_effect(lives, entry):
                now[name] = entry.value
    return found
