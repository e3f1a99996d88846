"""The copy of what is stored at a location, at another one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ledger.store.protocol import Location, Progress
from ledger.store.sqlite.replicas import copy_anew, copy_lines, copy_whole
from ledger.store.types import Draft, Sealed


def copied(location: Location, place: Location) -> None:
    """Copy all that is stored, as it stands at one moment, to a place where nothing stands; whole or not at all.

    Raises `LedgerExists`, `LedgerMissing`, `LedgerDamaged` or another `StoreError`.
    """
    copy_whole(Path(location), Path(place))


def copied_under(
    location: Location, place: Location, first: Draft, *, with_personal: bool, progress: Progress | None = None
) -> None:
    """Copy all lines but the first, which is that of `first`, under a tree of their own; as `copied`.

    What opens commitments is copied if asked. `progress` is told how many events were.
    """
    copy_anew(Path(location), Path(place), first, with_personal=with_personal, progress=progress)


def copied_lines(events: Iterable[Sealed], place: Location) -> None:
    """Make a ledger of events, in order, at a place where nothing stands; whole or not at all; as `copied`."""
    copy_lines(events, Path(place))
