"""Open ledgers of a server: one for each thread that answers, opened anew where what was open can be read no more."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.exceptions import HTTPException

from ledger.errors.store import StoreError
from projections.analysis.opened import OpenLedger, open_ledger
from projections.views.errors import ViewsError

Answered = TypeVar("Answered")
THREADS_MAX = 4  # SQLite and the interpreter let no more of them do anything at once


class LedgerThread:
    """A thread with a ledger of its own that is read and no more: SQLite is asked by the thread that opened it."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._thread = ThreadPoolExecutor(1, "answer")
        self._ledger: OpenLedger | None = None

    async def ask(self, question: Callable[[OpenLedger], Answered]) -> Answered:
        """Return what a question is answered by the ledger; raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)

    def _answer(self, question: Callable[[OpenLedger], Answered]) -> Answered:
        if self._ledger is None:
            self._ledger = open_ledger(self._location)
        try:
            return question(self._ledger)
        except (StoreError, ViewsError, OSError):
            self._let_go()
            raise

    def _let_go(self) -> None:
        ledger, self._ledger = self._ledger, None
        if ledger is not None:
            ledger.close()

    def close(self) -> None:
        """Answer what is being asked, and close the ledger."""
        self._thread.submit(self._let_go).result()
        self._thread.shutdown()


class AnsweringThreads:
    """Threads that answer, each one question at a time."""

    def __init__(self, location: str, threads: int | None = None) -> None:
        """Open nothing before the first question."""
        count = threads or min(THREADS_MAX, os.cpu_count() or 1)
        self._all = [LedgerThread(location) for _ in range(count)]
        self._free = [*self._all]
        self._turns = asyncio.Semaphore(count)

    async def ask(self, question: Callable[[OpenLedger], Answered]) -> Answered:
        """Return what a question is answered, once a thread is free; raises what it raises.

        Raises `HTTPException` where the server ends before that.
        """
        try:
            async with self._turns:
                thread = self._free.pop()  # the one that answered last: what it read is still at hand
                try:
                    return await thread.ask(question)
                finally:
                    self._free.append(thread)
        except asyncio.CancelledError:  # of which the server makes a trace
            raise HTTPException(503) from None

    def close(self) -> None:
        """Answer what is being asked, and close every ledger."""
        while self._all:
            self._all.pop().close()
