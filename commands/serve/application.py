"""The application that answers: pages for people, the interface for programs, and what stands before every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount

from commands.keep.tokens.kept import Role
from commands.serve.access.admission import Admission
from commands.serve.access.door import Door
from commands.serve.access.journal import RequestJournal
from commands.serve.access.limits import ClientAddress, RequestLimits, WrongTokens
from commands.serve.access.rates import Rates
from commands.serve.api.application import api
from commands.serve.explorer.pages import Explorer
from commands.serve.pool import AnsweringThreads
from commands.serve.protection import LOOPBACK, Protection
from commands.serve.recording.routes import RecordingPages
from ledger.errors import LedgerError
from ledger.errors.store import StoreError
from projections.pages.vouched import CheckpointAtHand
from projections.pages.words import ENGLISH, Words


def application(
    pool: AnsweringThreads,
    *,
    hosts: frozenset[str] = LOOPBACK,
    words: Words = ENGLISH,
    unasked: Role = "auditor",
    journal: bool = False,
    door: Door | None = None,
    checkpoint: CheckpointAtHand | None = None,
    recording: RecordingPages | None = None,
    programs: AnsweringThreads | None = None,
    requests: Rates | None = None,
    wrong: WrongTokens | None = None,
    proxies: Sequence[str] = (),
) -> Starlette:
    """Return what answers requests about the ledger of a pool, which it closes when it ends.

    `unasked` is the role of whoever shows no token, and without `door` of everybody. `checkpoint` is the newest one at
    hand. Without `recording` nothing can be recorded. `programs` is a pool for programs, so that people never wait for
    them. `requests` are the rates of requests by address, without which there is no limit, and `wrong` those of wrong
    tokens; what a web server at one of the addresses of `proxies` says of who asks is believed.
    """
    asked = programs or pool
    explorer = Explorer(
        pool, words, checkpoint=checkpoint, programs=asked, records=recording is not None, door=door is not None
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        asked.close()
        pool.close()

    return Starlette(
        routes=[
            Mount("/api/v1", api(asked)),
            *([] if door is None else door.routes()),
            *([] if recording is None else recording.routes()),
            *explorer.routes(),
        ],
        middleware=[
            *([Middleware(RequestJournal)] if journal else []),
            Middleware(Protection, hosts=hosts),
            Middleware(ClientAddress, proxies=proxies),
            Middleware(RequestLimits, rates=requests),
            Middleware(Admission, visits=None if door is None else door.visits, wrong=wrong, unasked=unasked),
        ],
        exception_handlers={
            HTTPException: explorer.missing,
            StoreError: explorer.not_read,
            LedgerError: explorer.not_read,
            Exception: explorer.failed,
        },
        lifespan=lifespan,
    )
