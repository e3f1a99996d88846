"""Invented decision documents of a size that real ones have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

AUTHORITY = "Cabinet Office of Exampleland"
Document = dict[str, Any]

_BEGAN = datetime(2001, 1, 1, 9, tzinfo=UTC)
_RATIONALE = "The field was found to reach over more sectors than its title said; what is meant is said more plainly."


def decision(reference: str, effective: str, changes: list[Document], **fields: Any) -> Document:
    """Return a decision document with all that a careful one states."""
    return {
        "authority": AUTHORITY,
        "reference": reference,
        "effective": effective,
        "decided_on": "2024-01-15",
        "legal_basis": "Machinery of Government Act 2019, section 4 (1)",
        "rationale": _RATIONALE,
        **fields,
        "changes": changes,
    }


def establish(cluster: str) -> Document:
    """Return the decision that establishes a cluster."""
    purpose = "All fields in which people are kept well, whichever ministry has them."
    change = {"change": "establish-cluster", "cluster": cluster, "title": "Wellbeing", "purpose": purpose}
    return decision(f"E-{cluster}", "2024-02-01", [change])


def retitle(cluster: str, number: int) -> Document:
    """Return the decision that gives a cluster its `number`-th title."""
    title = f"Wellbeing and holistic health, {number}"
    change = {"change": "retitle-cluster", "cluster": cluster, "title": title}
    return decision(f"T-{cluster}-{number}", "2024-03-01", [change])


def register(clusters: int, events: int) -> Iterator[Document]:
    """Yield the decisions of an older register in record order: `events` of them over `clusters` clusters.

    Every cluster is established and gets segments and missions; what follows are titles, purposes, scopes and
    statements stated anew. Most decisions have one event, as entries of registers do; the rest two.
    """
    for number, (cluster, turn) in enumerate(_turns(clusters, events)):
        name, day = f"cluster-{cluster}", (date(2001, 2, 1) + timedelta(days=turn * 7)).isoformat()
        recorded_at = (_BEGAN + timedelta(minutes=number * 100)).isoformat().replace("+00:00", "Z")
        yield decision(f"R-{number}", day, _changes(name, turn), decided_on=day, recorded_at=recorded_at)


def _turns(clusters: int, events: int) -> Iterator[tuple[int, int]]:
    """Yield (cluster, turn): every cluster takes its first turn, then its second, until there are enough events."""
    turn = 0
    while events > 0:
        for cluster in range(clusters):
            events -= len(_changes("any", turn))
            yield cluster, turn
            if events <= 0:
                return
        turn += 1


def _changes(cluster: str, turn: int) -> list[Document]:
    segment, mission = f"{cluster}/holistic-health", f"live-longer-in-{cluster}"
    match turn:
        case 0:
            return [
                {"change": "establish-cluster", "cluster": cluster, "title": "Wellbeing", "purpose": _RATIONALE},
                {"change": "add-segment", "segment": segment, "title": "Holistic health", "sectors": ["07", "08"]},
            ]
        case 1:
            return [
                {"change": "launch-mission", "mission": mission, "title": "Live longer", "horizon_on": "2050-01-01"},
                {"change": "add-mission", "mission": mission, "segments": [segment], "extent": "partial"},
            ]
    again = (
        {"change": "retitle-cluster", "cluster": cluster, "title": f"Wellbeing, in its wording of turn {turn}"},
        {"change": "repurpose-cluster", "cluster": cluster, "purpose": f"{_RATIONALE} ({turn})"},
        {"change": "rescope-segment", "segment": segment, "scope": f"{_RATIONALE} ({turn})"},
        {"change": "reword-mission", "mission": mission, "statement": f"{_RATIONALE} ({turn})"},
    )
    return [again[turn % len(again)]]
