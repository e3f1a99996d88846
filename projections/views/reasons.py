"""Why things ended, as codes that can be counted."""

from __future__ import annotations

from typing import get_args

from ledger.events.change import Change
from ledger.events.changes.cluster import DissolveCluster
from ledger.events.changes.mission import CompleteMission, MissionEnd
from ledger.events.changes.segment import RetireSegment
from ledger.events.references import Reason

REASONS: tuple[str, ...] = get_args(Reason)


def reason_of(change: Change) -> str | None:
    """Return the reason that the change of an end states; completing a mission states one by itself. Else None."""
    if not isinstance(change, DissolveCluster | RetireSegment | MissionEnd):
        return None
    return change.reason or ("completed" if isinstance(change, CompleteMission) else None)
