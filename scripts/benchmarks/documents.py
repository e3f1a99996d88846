"""Invented decision documents of a size that real ones have."""

from __future__ import annotations

from typing import Any

AUTHORITY = "Cabinet Office of Exampleland"
Document = dict[str, Any]

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
