"""From drafts to lines: versions and record time are given under the lock, then the bytes are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ledger.store.eventlog import Batch, StoredLine
from ledger.store.recorder import Columns
from ledger.store.types import Draft


def seal(decisions: Iterable[tuple[Sequence[Draft], str]], version: Callable[[str], int]) -> Batch:
    """Seal decisions, each with its record time, in order; `version` gives the last one of a stream.

    Raises ValueError where the drafts of a decision are not its parts 1 to n: half a decision is never
    written.
    """
    batch, last = Batch([], [], []), dict[str, int]()
    for drafts, recorded_at in decisions:
        _need_whole(drafts)
        for draft in drafts:
            stream = draft.stream
            last[stream] = number = (last.get(stream) or version(stream)) + 1
            line = draft.encode(number, recorded_at)
            batch.events.append(StoredLine(stream, number, draft.type, line))
            batch.columns.append(Columns(draft.decision, draft.part, len(drafts), recorded_at))
            batch.personal.extend(draft.personal)
    return batch


def _need_whole(drafts: Sequence[Draft]) -> None:
    for place, draft in enumerate(drafts, 1):
        if draft.part != place or draft.decision != drafts[0].decision:
            raise ValueError(f"part {draft.part} of {draft.decision} stands where part {place} of one decision should")
