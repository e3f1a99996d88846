"""Completion of the fields of a change, by what the models say of each: which things it names, and of what kind."""

from __future__ import annotations

from commands.terminal.completion import Completion, ids, references, scales, targets
from ledger.documents.composed import ComposedChange, StrikeEntries
from ledger.events.change import Change
from ledger.events.changes.record import OnRecord
from ledger.names import KINDS


def completion_of(change: type[Change], field: str) -> Completion | None:
    """Return what completes a field of a change; None where it names nothing that is there before."""
    if issubclass(change, OnRecord | StrikeEntries):
        return targets() if field == "target" else None
    if field == "decision":
        return references()
    if field == change.SUBJECT:
        if change.LIFE == "begins":
            return None
        return ids(*(() if change.kinds() == KINDS else change.kinds()))
    if issubclass(change, ComposedChange) and field in change.CONCERNS:
        return ids("cluster")
    for name, kind in change.REFERS:
        if name == field:
            return ids(*filter(None, [kind.removesuffix("?")]))
    if field == "scale" and field != change.ARGUMENT:
        return scales()
    if field in ("of", "thing"):
        return ids()
    named = field.removesuffix("s")
    return ids(named) if named in KINDS and field not in change.SETS else None
