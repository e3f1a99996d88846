"""Small decisions for tests of the store: canonical lines with the fields that its columns repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from ledger.store.protocol import Store
from ledger.store.types import Appended, Draft, Head

START = datetime(2026, 3, 5, 10, tzinfo=UTC)
TYPE = "cluster.retitled/1"


def key(reference: str, authority: str = "Council") -> str:
    return json.dumps([authority, reference], separators=(",", ":"))


def drafts(reference: str, streams: Sequence[str], note: str = "n", event_type: str = TYPE) -> tuple[Draft, ...]:
    """One decision with one event on each stream, in order."""
    return tuple(
        _draft(reference, stream, place, len(streams), note, event_type) for place, stream in enumerate(streams, 1)
    )


def _draft(reference: str, stream: str, part: int, parts: int, note: str, event_type: str) -> Draft:
    def encode(version: int, recorded_at: str) -> bytes:
        line = {
            "data": {"note": note},
            "decision": {"authority": "Council", "part": [part, parts], "reference": reference},
            "recorded_at": recorded_at,
            "stream": stream,
            "type": event_type,
            "v": 1,
            "version": version,
        }
        return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    return Draft(stream, event_type, key(reference), part, encode)


def ticking(start: datetime = START, step: timedelta = timedelta(seconds=1)) -> Callable[[], datetime]:
    """A clock that gives start, start + step and so on."""
    ticks = iter(range(1_000_000))
    return lambda: start + next(ticks) * step


def append(
    store: Store,
    reference: str,
    *streams: str,
    at: Callable[[], datetime] | datetime | None = None,
    event_type: str = TYPE,
) -> Appended:
    """Append one decision (on stream `cluster:a` unless told), a second after the last one unless told."""

    def clock() -> datetime:
        if callable(at):
            return at()
        return at or (store.head().recorded_at or START) + timedelta(seconds=1)

    def prepare(head: Head) -> tuple[Draft, ...]:
        return drafts(reference, streams or ("cluster:a",), event_type=event_type)

    receipt = store.append(prepare, at=clock)
    assert receipt is not None
    return receipt


def append_together(store: Store, references: Sequence[str], *streams: str) -> list[Appended]:
    """Append decisions in one commit, each on the streams (`cluster:a` unless told)."""

    def prepare(head: Head) -> list[tuple[Draft, ...]]:
        return [drafts(reference, streams or ("cluster:a",)) for reference in references]

    return store.append_together(prepare, at=lambda: (store.head().recorded_at or START) + timedelta(seconds=1))


def fill(store: Store, decisions: Iterable[int]) -> None:
    """Append numbered decisions of three events each, on streams cluster:a, mission:m and mission:<n>."""
    for number in decisions:
        append(store, f"D-{number}", "cluster:a", "mission:m", f"mission:n{number}")
