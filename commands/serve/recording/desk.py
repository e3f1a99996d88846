"""The desk at which decisions are planned and recorded: in a thread of its own, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from commands.record.plan import Planned, planned, text_of
from commands.session import Session
from commands.terminal.receipts import ReceiptShown, receipt_shown
from ledger.application import Ledger
from ledger.documents.raw import RawDocument
from ledger.errors import InputError, Refused, SameReferenceOtherText
from ledger.rules.notice import Notice
from projections.views.queries.spans import known_ids

WHERE = "The form"
IDS_MAX = 5_000  # proposed as one types
Done = TypeVar("Done")


class PlanTold(NamedTuple):
    """What would become of a form: its lines, and what stands in the way; `digest` is of what would be recorded."""

    lines: list[str]
    notices: tuple[Notice, ...]
    acceptances: tuple[Notice, ...]
    refused: tuple[Notice, ...]
    error: str
    digest: str
    passes: bool
    already_recorded: bool


class RecordingDesk:
    """Plans and records by the same ways as the command line."""

    def __init__(self, location: str, recorder: str | None) -> None:
        self._location, self._recorder = location, recorder
        self._thread = ThreadPoolExecutor(1, "record")

    async def _in_turn(self, work: Callable[[], Done]) -> Done:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def plan(self, fields: dict[str, Any]) -> PlanTold:
        """Return what would become of a document; nothing is recorded."""
        return await self._in_turn(lambda: self._opened(lambda session: _plan(session.planning(), fields)))

    async def record(self, fields: dict[str, Any], digest: str) -> ReceiptShown | PlanTold:
        """Record a document that was planned to this digest; return its plan where it is refused, or another by now."""
        return await self._in_turn(lambda: self._opened(lambda session: _record(session.recording(), fields, digest)))

    async def ids(self) -> list[str]:
        """Return ids that are known, to be proposed; at most `IDS_MAX`."""

        def known(session: Session) -> list[str]:
            views = session.filled_views()
            return known_ids(views.file, views.catch_up().position)[:IDS_MAX]

        return await self._in_turn(lambda: self._opened(known))

    def _opened(self, work: Callable[[Session], Done]) -> Done:
        session = Session()
        session.location_flag, session.recorder_flag = self._location, self._recorder
        try:
            return work(session)
        finally:
            session.close()

    def close(self) -> None:
        """End what is being recorded, and no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _plan(ledger: Ledger, fields: Mapping[str, Any]) -> PlanTold:
    [one] = planned(ledger, [RawDocument(WHERE, dict(fields))])
    return _told(one)


def _told(one: Planned) -> PlanTold:
    bare = one._replace(notices=(), refused=(), acceptances_needed=())  # each of these has a place of its own
    return PlanTold(
        lines=[] if one.error is not None else text_of(bare).splitlines(),
        notices=one.notices,
        acceptances=one.acceptances_needed,
        refused=one.refused,
        error="" if one.error is None else str(one.error),
        digest=one.digest or "",
        passes=one.passes,
        already_recorded=one.already_recorded,
    )


def _record(ledger: Ledger, fields: dict[str, Any], digest: str) -> ReceiptShown | PlanTold:
    told = _plan(ledger, fields)
    if not told.passes or told.digest != digest:
        return told
    try:
        return receipt_shown(ledger, ledger.record(fields))
    except (InputError, Refused, SameReferenceOtherText) as error:  # something was recorded in between
        return told._replace(error=str(error), passes=False)
