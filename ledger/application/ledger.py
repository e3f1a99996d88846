"""The face of a ledger: create or open it, plan a decision, record it, try what several would do, and read."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, Self

from ledger import clock as clocks
from ledger.application.batching import Batching
from ledger.application.drafts import Drafting, Drawn, drafts_of, recorder_fields
from ledger.application.events import EventReader
from ledger.application.gathering.index import Index
from ledger.application.judging import Judging
from ledger.application.settling import Receipt, Settling
from ledger.application.trial import Plan, Planner, Trial
from ledger.documents.decision import Decision, Intent, validated
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.envelope import Header, Migrated, Recorder
from ledger.store.choice.recording import make, opened
from ledger.store.protocol import Store
from ledger.store.waiting import WAIT_SECONDS, Told, nobody
from ledger.timeline import NOT_STATED
from ledger.zones import day_in, zone

CONSTITUTION = "constitution"  # the reference of the decision that opens a ledger


class Ledger(EventReader):
    """An open ledger of one government: what can be decided, and all that can be read.

    Its state is kept in memory and caught up with what others append.
    """

    store: Store

    def __init__(self, store: Store, recorder: Recorder | None, clock: clocks.Clock) -> None:
        super().__init__(store, clock)
        self._recorder, self._zone = recorder, zone(self.government.timezone)
        self.judging = Judging(store, clock=clock)
        drafting = Drafting(self.judging, recorder)
        self._planner = Planner(store, self.judging, drafting, self.today)
        settling = (store, self.judging, drafting, clock, lambda instant: day_in(self._zone, instant))
        self._settling, self._batching = Settling(*settling), Batching(*settling)

    @classmethod
    def create(
        cls,
        location: str | PathLike[str],
        *,
        government: str,
        origin: str | None = None,
        timezone: str = "UTC",
        recorder: Recorder,
        clock: clocks.Clock = clocks.now,
        migrated: Migrated | None = None,
        wait_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Make a ledger for a government and open it.

        `origin` is the name under which its checkpoints and keys are known for ever, such as `example.gov/ledger`;
        where None it is made of the ledger id. The ledger appears at `location` whole, with its first event, or not at
        all. Raises `LedgerExists`, `StoreError` for the folder, `InputError` for a name, origin, time zone or recorder
        that cannot be.
        """
        zone(timezone)
        ledger_id = secrets.token_hex(16)
        named = f"cluster-ledger/{ledger_id}" if origin is None else origin
        fields = {"name": government, "origin": named, "timezone": timezone, "ledger_id": ledger_id}
        change = validated(ConstituteGovernment, fields, "The government")
        header = Header(authority=change.name, reference=CONSTITUTION, effective=NOT_STATED)
        drafts = drafts_of(
            Decision(header, (Intent(change, NOT_STATED),)), header.key, recorder_fields(recorder), migrated
        )
        store = make(location, drafts, at=clock, wait_seconds=wait_seconds, told=told)
        return cls._over(store, recorder, clock)

    @classmethod
    def open(
        cls,
        location: str | PathLike[str],
        *,
        recorder: Recorder | None = None,
        clock: clocks.Clock = clocks.now,
        read_only: bool = False,
        wait_seconds: float = WAIT_SECONDS,
        told: Told = nobody,
    ) -> Self:
        """Open a ledger; `recorder` is the office that types in, needed to record. Raises `StoreError`.

        To record, one waits `wait_seconds` for other programs that do; `told` is called meanwhile, several times a
        second, with the seconds waited so far, and what it raises ends the wait.
        """
        store = opened(location, read_only=read_only, wait_seconds=wait_seconds, told=told)
        return cls._over(store, recorder, clock)

    @classmethod
    def _over(cls, store: Store, recorder: Recorder | None, clock: clocks.Clock) -> Self:
        try:
            return cls(store, recorder, clock)
        except BaseException:
            store.close()
            raise

    def plan(self, document: Mapping[str, Any], openings: Iterable[Drawn] = ()) -> Plan:
        """Return what recording a document would do; nothing is recorded. `openings`: what was drawn for it before.

        Raises `InputError` for what cannot be read, `SameReferenceOtherText` for a reference that is taken.
        """
        self.judging.catch_up()
        return self._planner.plan(document, openings)

    def trial(self) -> Trial:
        """Return a trial of several decisions, for a `with` block: each is planned as if those before it were recorded.

        Nothing is recorded, and nothing of it is seen by this ledger or by another trial.
        """
        judging = self.judging.apart()
        return Trial(Planner(self.store, judging, Drafting(judging, self._recorder), self.today))

    def record(self, document: Mapping[str, Any], openings: Iterable[Drawn] = ()) -> Receipt:
        """Record a decision document, all of it or nothing; the same decision again is one decision.

        `openings` are those that were drawn for its personal texts as it was planned; others are drawn now.

        Raises `Refused`, `SameReferenceOtherText`, `InputError` (`NoOffice`, where the ledger was opened without a
        recorder) or `StoreError`; nothing is then recorded.
        """
        return self._settling.record(document, openings)

    def record_together(
        self, documents: Iterable[Mapping[str, Any]], openings: Iterable[Iterable[Drawn]] = ()
    ) -> list[Receipt]:
        """Record several decision documents in one durable commit, all of them or none; return a receipt of each.

        They are judged in order, each as if those before it were recorded; one that is recorded already is not
        recorded again. `openings` are, for each document, what `record` takes. Empty for no document.

        Raises `NotTogether` for the first that cannot be recorded (with its number and the reason), `NoOffice` or
        `StoreError`; nothing is then recorded.
        """
        return self._batching.record(documents, openings)

    def use_index(self, index: Index) -> None:
        """Let a view's index tell which events concern a decision; without one all that its streams hold is read."""
        self.judging.use(index)
