"""Batching: several decisions judged each on those before it, and appended in one commit, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeVar

from ledger import clock as clocks
from ledger.application.bounds import need_room_together
from ledger.application.drafts import Drafting, Drawn
from ledger.application.judging import Judged, Judging
from ledger.application.repetition import recorded_before, supposed_before
from ledger.application.settling import Receipt, receipt_again, receipt_of
from ledger.documents.decision import Decision, read_decision
from ledger.errors import InputError, NotTogether, Refused, SameReferenceOtherText
from ledger.store.protocol import Store
from ledger.store.types import Appended, Draft, Head

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Settled(NamedTuple):
    """A decision of a batch that can be recorded: judged, or recorded already."""

    decision: Decision
    judged: Judged | None = None  # None: it is in the ledger, or in the batch before
    drafts: tuple[Draft, ...] = ()
    size: int = 0  # in bytes, of the lines of its drafts
    recorded: Receipt | None = None  # where it is in the ledger


class Batching:
    """The way of several decisions into the store, together."""

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

    def record(self, documents: Iterable[Mapping[str, Any]], openings: Iterable[Iterable[Drawn]] = ()) -> list[Receipt]:
        """Record documents and return their receipts; see `Ledger.record_together`."""
        _ = self._drafting.office  # nothing is judged for nobody
        given = list(zip(documents, chain(openings, repeat(())), strict=False))
        decisions = list(_in_turn(given, lambda one: read_decision(one[0], openings=one[1])))
        self._judging.catch_up()
        began = self._judging.source.position
        try:
            settled = self._settled(decisions)

            def prepare(head: Head) -> list[tuple[Draft, ...]]:
                nonlocal settled
                if head.position != began:  # another decision came in between: judge again, under the lock
                    self._judging.forget(head.position)
                    settled = self._settled(decisions)
                return [one.drafts for one in settled if one.judged is not None]

            appended = self._store.append_together(prepare, at=self._clock)
        except BaseException:
            self._judging.forget(began)  # it ran ahead of what the store holds
            raise
        self._judging.source.release()
        return list(self._receipts(settled, appended))

    def _settled(self, decisions: Sequence[Decision]) -> list[Settled]:
        """Return the decisions, each judged as if those before it were recorded; raises `NotTogether`."""
        recorded = self._store.decided(decision.header.key for decision in decisions)
        size = 0

        def settled(decision: Decision) -> Settled:
            nonlocal size
            one = self._settle(decision, seen=decision.header.key in recorded)
            size += one.size
            need_room_together(size)
            return one

        return list(_in_turn(decisions, settled))

    def _settle(self, decision: Decision, *, seen: bool) -> Settled:
        """Return a decision judged, and suppose it; `seen`: its key is that of a recorded one."""
        judging = self._judging
        decision = self._drafting.targeted(decision)
        if seen and recorded_before(self._store, decision, self._judging):
            return Settled(decision, recorded=receipt_again(self._store, decision))
        if supposed_before(self._store, judging.source, decision):
            return Settled(decision)
        judged = judging.judge(decision, self._day(self._clock()))
        refused, needed = judged.judgement.refused, judged.judgement.acceptances_needed
        if refused or needed:
            raise Refused(decision.header.reference, refused, needed)
        drafts, size = self._drafting.drafts(judged)
        judging.suppose(judged)
        # The state that it leads to is that of all by now: a fork for each would be kept until the last is judged.
        judged = judged._replace(judgement=judged.judgement._replace(after=judging.state))
        return Settled(decision, judged, drafts, size)

    def _receipts(self, settled: Iterable[Settled], appended: Iterable[Appended]) -> Iterable[Receipt]:
        """Yield the receipt of each decision, in order; of one that stood in the batch before, that of the first."""
        receipts: dict[str, Receipt] = {}
        new = iter(appended)
        for one in settled:
            key = one.decision.header.key
            if one.judged is not None:
                appended_one = next(new)
                receipts[key] = receipt_of(one.judged, appended_one, self._day(appended_one.recorded_at))
                yield receipts[key]
            else:
                yield one.recorded or receipts[key]._replace(notices=(), already_recorded=True)


def _in_turn(given: Sequence[_Given], step: Callable[[_Given], _Made]) -> Iterator[_Made]:
    """Yield what a step makes of each; raises `NotTogether`, with its number, for the first that it refuses."""
    for number, one in enumerate(given, 1):
        try:
            yield step(one)
        except (InputError, Refused, SameReferenceOtherText) as error:
            raise NotTogether(number, len(given), error) from error
