"""A ledger that holds the decisions of the demonstration, recorded one after the other by a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.documents.formats import read_documents
from ledger.events.envelope import Recorder

FOLDER = Path(__file__).resolve().parents[2] / "scripts" / "examples" / "demo"
REGISTRY = Recorder(id="Registry", basis="configured")


@cache
def _documents() -> tuple[dict[str, Any], ...]:
    """Every decision document of the demonstration, in order."""
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(document.fields for file in files for document in read_documents(file.read_bytes(), file.name))


def hours(first: datetime = datetime(2026, 11, 2, 10, tzinfo=UTC)) -> Iterator[datetime]:
    """Yield one instant an hour, for ever."""
    while True:
        yield first
        first += timedelta(hours=1)


def demonstration(path: Path, count: int | None = None) -> Ledger:
    """Return an open ledger at `path` (a new file) with the first `count` decisions, all where None."""
    instants = hours()
    ledger = Ledger.create(
        path,
        government="Illyria",
        origin="illyria.example",
        timezone="Europe/Vienna",
        recorder=REGISTRY,
        clock=lambda: next(instants),
    )
    for document in _documents()[:count]:
        ledger.record(document)
    return ledger
