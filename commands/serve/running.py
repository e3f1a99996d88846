"""The run of a server: what each of its processes needs, and how it answers until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette

from commands.keep.tokens.kept import Role
from commands.serve.access.door import Door
from commands.serve.access.limits import WrongTokens
from commands.serve.access.rates import Rates
from commands.serve.access.visits import Visits
from commands.serve.application import application
from commands.serve.pool import AnsweringThreads
from commands.serve.protection import LOOPBACK
from commands.serve.recording.desk import RecordingDesk
from commands.serve.recording.routes import RecordingPages
from projections.pages.vouched import CheckpointAtHand
from projections.pages.words import ENGLISH

PROGRAMS_MAX = 2  # that are answered at once, by threads of their own: people never wait for them
CONNECTIONS_MAX = 200  # of one process


@dataclass(frozen=True, kw_only=True)
class Answering:
    """The work of a process that answers; all that processes have in common is made before, and nothing is opened."""

    location: str
    listening: socket.socket
    prefix: str  # the path that a proxy takes away
    hosts: frozenset[str] = LOOPBACK
    https: bool = False
    unasked: Role = "auditor"  # the role of whoever shows no token
    visits: Visits | None = None  # of those who show one
    office: str | None = None  # that records; None where nothing is recorded
    checkpoint: CheckpointAtHand | None = None
    journal: bool = False
    requests: Rates | None = None  # by address; None for any number
    wrong: WrongTokens = field(default_factory=WrongTokens)
    proxies: Sequence[str] = ()  # the web servers in front that are believed to say who asks

    def until_told(self, over: int | None = None) -> None:
        """Answer until a signal ends it, or until nothing can come any more from the descriptor of a pipe."""
        with ExitStack() as ends:
            _run(self._application(ends), self.listening, self.prefix, over)

    def _application(self, ends: ExitStack) -> Starlette:
        visits, recording = self.visits, None
        if visits is not None and self.office is not None:
            desk = RecordingDesk(self.location, self.office)
            ends.callback(desk.close)
            recording = RecordingPages(desk, visits, ENGLISH)
        door = None
        if visits is not None:
            door = Door(visits, self.wrong, ENGLISH, https=self.https, records=recording is not None)
        return application(
            AnsweringThreads(self.location),
            hosts=self.hosts,
            unasked=self.unasked,
            door=door,
            journal=self.journal,
            checkpoint=self.checkpoint,
            recording=recording,
            programs=AnsweringThreads(self.location, PROGRAMS_MAX),
            requests=self.requests,
            wrong=self.wrong,
            proxies=self.proxies,
        )


def _run(app: Starlette, listening: socket.socket, prefix: str, over: int | None) -> None:
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        root_path=prefix.rstrip("/"),
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=CONNECTIONS_MAX,
        h11_max_incomplete_event_size=16_384,
    )
    server = uvicorn.Server(config)
    if over is not None:
        threading.Thread(target=_told, args=(server, over), daemon=True).start()
    with suppress(KeyboardInterrupt), _hangup_answered(server):  # uvicorn raises again the signal that ended it
        server.run(sockets=[listening])


@contextmanager
def _hangup_answered(server: uvicorn.Server) -> Iterator[None]:
    """Let the end of a terminal end a server as Ctrl-C does, unless that is to be passed over."""
    before = signal.getsignal(signal.SIGHUP)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, server.handle_exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _told(server: uvicorn.Server, over: int) -> None:
    os.read(over, 1)  # waits: nothing is ever written there
    server.should_exit = True
