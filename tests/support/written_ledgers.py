"""Ledgers on disk that hold a generated history, written past the rules: the fold must bear what they would refuse."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.events.canonical import canonical
from ledger.events.envelope import Event, Recorded, Recorder
from ledger.store.choice.recording import make, opened
from ledger.store.types import Decided, Draft
from support.histories import FIRST_INSTANT, History, events

RECORDER = Recorder(id="Registry", basis="configured")


def written(path: Path, history: History, **header: Any) -> Ledger:
    """Return an open ledger at `path` (a new file) that holds `history`, a decision a day."""
    make(path).close()
    append(path, history, **header)
    return Ledger.open(path, recorder=RECORDER)


def append(path: Path, history: History, after: int = 0, **header: Any) -> None:
    """Append the decisions of `history` after position `after` to the ledger at `path`."""
    batch = [
        _decided(decision, number)
        for number, decision in enumerate(events(history, **header))
        if decision[0].position > after
    ]
    with opened(path) as store:
        store.append_imported(batch, expected_position=after)


def _decided(decision: tuple[Recorded, ...], number: int) -> Decided:
    return [_draft(recorded.event) for recorded in decision], (FIRST_INSTANT + timedelta(days=number)).astimezone(UTC)


def _draft(event: Event) -> Draft:
    def encode(version: int, recorded_at: str) -> bytes:
        line = event.model_dump(mode="json", by_alias=True, exclude_none=True) | {"data": event.data.normal()}
        return canonical(line | {"version": version, "recorded_at": recorded_at})

    return Draft(event.stream, event.type, event.decision.key, event.decision.part[0], encode)
