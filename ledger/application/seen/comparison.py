"""The comparison of a ledger with what was seen before: at its place, of its id, under its origin."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ledger.application.reader import Reader
from ledger.application.seen.sighting import Divergence, Mark, Sighting
from ledger.clock import Clock
from ledger.errors import LedgerError
from ledger.instants import stamp
from ledger.integrity.tree import format_root
from ledger.store.address import address_of, is_server
from ledger.store.choice.reading import opened_to_read
from ledger.store.protocol import ReadStore


def sighting_of(ledger: Reader, clock: Clock) -> Sighting:
    """Return a ledger as it is now; raises `LedgerDamaged`."""
    known, government, now = ledger.known(), ledger.government, stamp(clock())
    recorded_at = now if known.at is None else stamp(known.at)
    place = place_of(ledger.location)
    return Sighting(government.ledger_id, government.origin, place, known.size, known.root, recorded_at, now)


def place_of(location: str | os.PathLike[str]) -> str:
    """Return where a ledger lies, its links followed, as text whatever its bytes; of one on a server its address."""
    if (address := address_of(location)) is not None:
        return str(address)
    return os.fsencode(os.path.realpath(location)).decode("utf-8", "backslashreplace")


def divergence(ledger: Reader, now: Sighting, sightings: Sequence[Sighting]) -> Divergence | None:
    """Return how a ledger, which is `now`, is not what was seen before; None where it holds all of that.

    It is held to what was seen at its place, and to the most that was seen of its id anywhere: O(log n) reads of nodes,
    and none where it did not grow. Raises `LedgerDamaged` where its tree cannot be read.
    """
    here = next((one for one in sightings if one.location == now.location), None)
    if here is not None and here.ledger_id != now.ledger_id:
        return Divergence("rebuilt", here, now)
    longest = longest_of(now.ledger_id, sightings)
    for before in filter(None, (here, longest if longest is not here else None)):
        if found := _held(ledger.store, before, now):
            return found
    namesakes = (one for one in sightings if one.origin == now.origin and one.ledger_id != now.ledger_id)
    return next((Divergence("namesake", one, now) for one in namesakes), None)


def longest_of(ledger_id: str, sightings: Sequence[Sighting]) -> Sighting | None:
    """Return the longest that was seen of a ledger at any place, None where nothing was."""
    return max((one for one in sightings if one.ledger_id == ledger_id), key=lambda one: one.size, default=None)


def _held(store: ReadStore, before: Sighting, now: Sighting) -> Divergence | None:
    """Return how a ledger does not hold one that was seen of its id; None where it does."""
    marks = [mark for mark in before.marks if mark[0] <= now.size]
    if marks and (there := _root(store, marks[-1][0], now)) != marks[-1][1]:
        return _forked(store, before, now, (marks[-1][0], there), marks[:-1])
    if before.size <= now.size:
        return None
    agreed = marks[-1][0] if marks else 0
    if before.location == now.location:
        return Divergence("rolled-back", before, now, agreed)
    longer = _root_elsewhere(before, now.size)
    if longer is not None and longer != now.root:
        return _forked(store, before, now, (now.size, now.root), marks)
    return Divergence("older", before, now, agreed if longer is None else now.size)


def _forked(store: ReadStore, before: Sighting, now: Sighting, other: Mark, marks: Sequence[Mark]) -> Divergence:
    """Return from where on a ledger is another one, which it is at `other`; `marks` are the smaller that were seen."""
    agreed = next((size for size, root in reversed(marks) if _root(store, size, now) == root), 0)
    return Divergence("forked" if agreed else "rewritten", before, now, agreed, *other)


def _root(store: ReadStore, size: int, now: Sighting) -> str:
    return now.root if size == now.size else format_root(store.root(size))


def _root_elsewhere(seen: Sighting, size: int) -> str | None:
    """Return the root of a smaller size, of a ledger where it was seen; None where it is not there any more."""
    try:
        if not is_server(seen.location) and not Path(seen.location).is_file():
            return None
        with opened_to_read(seen.location) as store:
            there = format_root(store.root(seen.size)) == seen.root
            return format_root(store.root(size)) if there else None
    except (LedgerError, ValueError, OSError):
        return None
