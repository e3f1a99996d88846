"""Bounds of one decision: what its events may take, and how often it may speak of one earlier event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ledger.documents.decision import Decision
from ledger.errors import InputError, MalformedDocument, harmless
from ledger.plurals import counted
from ledger.state.record import Fact, target_of
from ledger.store.types import Draft

DECISION_BYTES_MAX = 64 * 1024 * 1024  # of its lines, which are in memory together
SPEAKING_MAX = 20  # of its changes that correct, strike, rescind or postpone one event or decision
_A_TIME = "2000-01-01T00:00:00.000000Z"  # as long as any other


def need_room(drafts: Sequence[Draft], facts: Sequence[Fact], where: str = "The document") -> int:
    """Return how many bytes the lines of a decision will take; `facts` say which versions they will have.

    Raises `MalformedDocument` for a line that is too long, and for more bytes than one decision may take.
    """
    size = sum(len(draft.encode(fact.version, _A_TIME)) for draft, fact in zip(drafts, facts, strict=True))
    if size > DECISION_BYTES_MAX:
        raise MalformedDocument(
            where,
            f"its {counted(len(drafts), 'event')} would take {counted(size, 'byte')} together, and those of one "
            f"decision may take {DECISION_BYTES_MAX:,}. What is said of the whole decision stands in each: shorten "
            "it, or divide the decision.",
        )
    return size


def need_room_together(size: int) -> None:
    """Raise `InputError` where the lines of decisions that are recorded together would take more than they may."""
    if size > DECISION_BYTES_MAX:
        raise InputError(
            f"With it, the events of those recorded together would take {counted(size, 'byte')}, and they may take "
            f"{DECISION_BYTES_MAX:,}. Record them in several parts."
        )


def need_few_words(decision: Decision, where: str) -> None:
    """Raise `MalformedDocument` for a decision that speaks of one event or decision again and again.

    Each time all that was said of it before is weighed anew, and one correction can say it all.
    """
    spoken = Counter(target_of(intent.change, intent.corrects) for intent in decision.changes)
    del spoken[None]
    for target, times in spoken.items():
        if times > SPEAKING_MAX:
            many = f"{times} of its changes speak of {harmless(target or '')}, and at most {SPEAKING_MAX} may."
            raise MalformedDocument(where, f"{many} Say it in one correction.")
