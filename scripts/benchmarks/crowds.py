"""Registers with much of one kind in them: signals, or decisions on one cluster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.documents import decision, establish, retitle

Document = dict[str, Any]
Crowd = Iterator[Document]
CLUSTER = "cluster-0"


def nothing_more() -> Crowd:
    """Yield the decision that establishes the cluster."""
    yield _recorded(establish(CLUSTER), 0)


def signals(count: int) -> Crowd:
    """Yield that decision, and one for each of `count` signals."""
    yield from nothing_more()
    for number in range(count):
        said = {"signal": f"signal-{number}", "kind": "need", "description": f"More is asked of it ({number})."}
        change = {"change": "observe-signal", **said, "concerns": [CLUSTER]}
        yield _recorded(decision(f"S-{number}", "2024-03-01", [change]), number + 1)


def long_cluster(count: int) -> Crowd:
    """Yield `count` decisions on the one cluster."""
    yield from nothing_more()
    for number in range(count - 1):
        yield _recorded(retitle(CLUSTER, number), number + 1)


def _recorded(document: Document, number: int) -> Document:
    day = date(2024, 1, 16) + timedelta(days=number // 1_000)
    minute, second = divmod(number % 1_000, 60)
    return {**document, "recorded_at": f"{day.isoformat()}T09:{minute:02}:{second:02}Z"}
