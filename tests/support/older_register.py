"""An older register of few decisions, the n-th recorded on the n-th day of February 2010, taken over into a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.application import Imported, import_register
from support.governing import REGISTRY, ticking

Change = dict[str, Any]


def older(*decisions: list[Change], **header: Any) -> list[dict[str, Any]]:
    """The documents of decisions, each a list of changes; all are effective on 2010-01-01."""
    return [
        {
            "authority": "Register",
            "reference": f"R-{number}",
            "effective": "2010-01-01",
            "recorded_at": f"2010-02-{number:02}T12:00:00Z",
            **header,
            "changes": changes,
        }
        for number, changes in enumerate(decisions, 1)
    ]


def taken_over(path: Path | str, *decisions: list[Change], **header: Any) -> Imported:
    """Take the decisions over into a ledger at `path`."""
    return import_register(
        path, older(*decisions, **header), government="Old", source="old.csv", recorder=REGISTRY, clock=ticking()
    )
