"""Settling: under the write lock a decision is judged on the last event, stamped and appended, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ledger import clock as clocks
from ledger.application.drafts import Drafting, Drawn
from ledger.application.judging import Judged, Judging
from ledger.application.moments import known_at
from ledger.application.repetition import recorded_before
from ledger.application.source import recorded
from ledger.documents.decision import Decision, Intent
from ledger.errors import LedgerDamaged, RecordConflict, Refused
from ledger.events.ids import spoken
from ledger.integrity.tree import format_root
from ledger.names import GOVERNMENT
from ledger.rules.notice import Notice
from ledger.store.pace import Pace
from ledger.store.protocol import Store
from ledger.store.types import Appended, Draft, Head

_BACKWARDS = "The clock gave no later time than the last decision's; the next microsecond after that was taken."


class Receipt(NamedTuple):
    """What was recorded, and the size and root that hold the ledger to it."""

    authority: str
    reference: str
    positions: tuple[int, ...]
    recorded_at: datetime
    tree_size: int
    root: str
    notices: tuple[Notice, ...]
    already_recorded: bool = False
    changes: tuple[Intent, ...] = ()  # those that its events say


class Settling:
    """The way of a decision into the store."""

    def __init__(
        self,
        store: Store,
        judging: Judging,
        drafting: Drafting,
        clock: clocks.Clock,
        day: Callable[[datetime], int],
    ) -> None:
        """`day` gives the government's day of an instant."""
        self._store, self._judging, self._drafting, self._clock, self._day = store, judging, drafting, clock, day
        self._pace = Pace()

    def record(self, document: Mapping[str, Any], openings: Iterable[Drawn] = ()) -> Receipt:
        """Record a document and return its receipt; see `Ledger.record`."""
        _ = self._drafting.office  # nothing is judged for nobody
        decision = self._drafting.decision(document, openings=openings)
        judged, appended = self._append(decision)
        if appended is None:
            return receipt_again(self._store, decision)
        self._judging.absorb(judged)
        return receipt_of(judged, appended, self._day(appended.recorded_at))

    def _append(self, decision: Decision) -> tuple[Judged, Appended | None]:
        """Append a decision; None where it is recorded already. Raises `Refused` or `StoreError`."""
        began = self._judging.source.position
        first = judged = None if self._pace.expects_others else self._judge(decision)
        drafts = () if judged is None else self._drafting.drafts(judged).drafts

        def prepare(head: Head) -> tuple[Draft, ...]:
            nonlocal judged, drafts
            if judged is None or head.position != judged.position:
                if head.position > began:
                    self._pace.met()
                self._judging.catch_up(head.position)
                judged = self._judge(decision)
                drafts = self._drafting.drafts(judged).drafts
            if judged.judgement.passes:
                return drafts  # if they are recorded already, the store does not take them again
            if recorded_before(self._store, decision, self._judging):
                return ()
            raise Refused(decision.header.reference, judged.judgement.refused, judged.judgement.acceptances_needed)

        try:
            appended = self._store.append(prepare, at=self._clock)
        except RecordConflict:
            if not recorded_before(self._store, decision, self._judging):
                raise
            appended = None
        except Refused as refusal:  # without the lock: long streams may be asked
            meanwhile = self._meanwhile(decision, first, began)
            raise Refused(decision.header.reference, refusal.refusals, refusal.acceptances, meanwhile) from None
        assert judged is not None  # by `prepare`, if not before
        self._pace.passed()
        return judged, appended

    def _meanwhile(self, decision: Decision, first: Judged | None, began: int) -> list[str]:
        """Return in words the decisions since a position, where a decision that is refused was let in there.

        `first` is how it was judged there, None where it was not.
        """
        rows = self._store.lines(began, self._judging.source.position)
        recorded_since = [spoken(row.decision) for row in rows if row.part == 1]
        if recorded_since and first is None:
            first = self._judging.as_known(began).judge(decision, self._day(self._clock()))
        return recorded_since if first is not None and first.judgement.passes else []

    def _judge(self, decision: Decision) -> Judged:
        return self._judging.judge(decision, self._day(self._clock()))


def receipt_again(store: Store, decision: Decision) -> Receipt:
    """Return the receipt of a decision that is recorded already."""
    rows = store.decision(decision.header.key)
    positions = tuple(row.position for row in rows)
    known = known_at(store, positions[-1])
    if known.at is None:
        raise LedgerDamaged(store.location, f"position {positions[-1]} has no record time")
    header = decision.header
    changes = tuple(Intent.of_event(recorded(row).event) for row in rows)
    return Receipt(header.authority, header.reference, positions, known.at, known.size, known.root, (), True, changes)


def receipt_of(judged: Judged, appended: Appended, day: int) -> Receipt:
    """Return the receipt of a judged decision that was appended on a day."""
    header, backwards = judged.decision.header, [Notice(rule, GOVERNMENT, _BACKWARDS) for rule in appended.notices]
    return Receipt(
        header.authority,
        header.reference,
        tuple(range(appended.first, appended.last + 1)),
        appended.recorded_at,
        appended.last,
        format_root(appended.root),
        (*judged.notices(day), *backwards),
        changes=judged.decision.changes,
    )
