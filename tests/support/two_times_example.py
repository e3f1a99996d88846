"""The example of docs/two-times.md as a ledger: an ordinary decision, a late one, and a correction of the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from support.governing import constituted, document

INSTANTS = (
    "2026-01-02T09:00:00+00:00", "2026-01-12T10:00:00+00:00", "2026-03-05T10:00:00+00:00",
    "2026-05-20T10:00:00+00:00", "2026-06-02T10:00:00+00:00",
)  # fmt: skip
FOUNDED = {"change": "establish-cluster", "cluster": "wellbeing", "title": "Health and care"}
DECISIONS: tuple[dict[str, Any], ...] = (
    document(FOUNDED, effective="2026-01-01", reference="CM-2026-03", legal_basis="Organisation Act, s. 7"),
    document(
        {"change": "retitle-cluster", "cluster": "wellbeing", "title": "Missions for wellbeing"},
        effective="2026-04-01", reference="CM-2026-14", decided_on="2026-03-02",
    ),
    document(
        {"change": "retitle-cluster", "cluster": "wellbeing", "title": "Care close to home"},
        effective="2026-02-15", reference="CM-2026-09", decided_on="2026-02-20",
    ),
    document(
        {
            "change": "correct", "target": {"authority": "Council of Ministers", "reference": "CM-2026-14"},
            "new_effective": "2026-05-01", "decision": {"legal_basis": "Organisation Act, s. 9"},
            "because": "The minute says 1 May.",
        },
        effective="2026-06-02", reference="REG-2026-01",
    ),
)  # fmt: skip


class Hands:
    """A clock that is set by hand."""

    def __init__(self, instant: str) -> None:
        self.set(instant)

    def set(self, instant: str) -> None:
        """Let it be this instant until it is set again."""
        self.now = datetime.fromisoformat(instant)

    def __call__(self) -> datetime:
        """Say what time it is."""
        return self.now


def recorded(
    folder: Path, documents: Iterable[dict[str, Any]] = DECISIONS, instants: Iterable[str] = INSTANTS
) -> Ledger:
    """An open ledger in `folder` that holds documents, recorded at instants of which the first opens the ledger."""
    first, *others = instants
    clock = Hands(first)
    ledger = constituted(folder, clock)
    for one, instant in zip(documents, others, strict=True):
        clock.set(instant)
        ledger.record(one)
    return ledger
