"""The copy of what is stored at a location, at another one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ledger.errors import LedgerDamaged
from ledger.store.address import address_of
from ledger.store.carrying import retold
from ledger.store.choice.reading import opened_to_read
from ledger.store.protocol import Finish, Location, Progress, nothing
from ledger.store.sqlite.replicas import copy_anew, copy_carried, copy_lines, copy_whole
from ledger.store.types import Draft, Sealed


def is_file(location: Location) -> bool:
    """Return whether a location is the path of a file, whether there is one or not."""
    return address_of(location) is None


def are_one(location: Location, place: Location) -> bool:
    """Return whether two locations are one, as far as that shows."""
    if is_file(location) and is_file(place):
        return os.path.lexists(place) and os.path.exists(location) and os.path.samefile(location, place)
    return location == place


def copied(location: Location, place: Location, finish: Finish = nothing) -> None:
    """Copy a ledger, as it stands at one moment, to a path where nothing stands; whole or not at all.

    `finish` is given the file before it takes its name. Raises `LedgerExists`, `LedgerMissing`, `LedgerDamaged` or
    another `StoreError`, and what `finish` raises.
    """
    if is_file(location):
        copy_whole(Path(location), Path(place), finish)
    else:
        with opened_to_read(location) as source:
            copy_carried(source, Path(place), finish)


def copied_under(
    location: Location, place: Location, first: Draft, *, with_personal: bool, progress: Progress | None = None
) -> None:
    """Copy all lines of a ledger but the first, which is that of `first`, under a tree of their own.

    What opens commitments is copied if asked. `progress` is told how many events were. Between files and servers: at
    `place`, where nothing stands, it is whole or not at all; as `copied`.
    """
    with opened_to_read(location) as source:
        if (address := address_of(place)) is None:
            like = Path(location) if is_file(location) else None
            copy_anew(source, Path(place), first, like=like, with_personal=with_personal, progress=progress)
            return
        from ledger.store.postgres.making import make_ledger_of

        root = make_ledger_of(address, retold(source, first, with_personal=with_personal), progress)
    _read_back(place, root)


def _read_back(place: Location, root: bytes) -> None:
    """Read every line of a copy; raises `LedgerDamaged` where they do not lead to its root."""
    with opened_to_read(place) as made:
        for _ in made.lines():
            pass
        if made.root() != root:
            raise LedgerDamaged(place, "what was copied to it is not what stands there")


def copied_lines(events: Iterable[Sealed], place: Location) -> None:
    """Make a ledger of events, in order, at a place where nothing stands; whole or not at all; as `copied`."""
    copy_lines(events, Path(place))
