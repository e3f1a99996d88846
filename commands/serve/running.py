"""The run of a server: what answers requests, until a signal ends it."""

from __future__ import annotations

import socket
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette


def run(app: Starlette, listening: socket.socket, prefix: str) -> None:
    """Answer what comes in at a socket until a signal ends it; `prefix` is the path that a proxy takes away."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        root_path=prefix.rstrip("/"),
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=200,
        h11_max_incomplete_event_size=16_384,
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises again, at its end, the signal that ended it
        uvicorn.Server(config).run(sockets=[listening])
