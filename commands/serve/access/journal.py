"""The journal of requests: a line of JSON each on standard error, with nothing in it of whoever asked or for what.

What may stand in a line is the time, the method, the pattern of the address (and never what fills it, nor the query),
the status, the duration and the role: no address of a machine, no token, no name.
"""

from __future__ import annotations

import json
import time

from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commands.serve.access.admission import ROLE
from commands.terminal.streams import say
from ledger import clock
from ledger.instants import stamp

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
NO_PAGE = "(none)"  # an address that no page has: it is what somebody typed


class RequestJournal:
    """What writes a line for each request, after its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write its line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, root = time.monotonic(), 0, scope.get("root_path", "")

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            line = {
                "time": stamp(clock.now()),
                "method": scope["method"] if scope["method"] in _METHODS else "other",
                "path": pattern_of(scope, root),
                "status": status or None,
                "ms": round((time.monotonic() - began) * 1000),
                "role": scope.get(ROLE),
            }
            say(json.dumps(line, separators=(",", ":")))


def pattern_of(scope: Scope, root: str = "") -> str:
    """Return the address of the page that answered, below a root, as it is written for all pages of its kind."""
    route = scope.get("route")
    if not isinstance(route, Route | Mount):
        return NO_PAGE
    mounted = "" if isinstance(route, Mount) else str(scope.get("root_path", "")).removeprefix(root)
    return mounted + route.path
