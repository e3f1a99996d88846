"""Limits on how often an address may ask, and on how many wrong tokens it may show, by whichever way."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from commands.serve.access.rates import Rates
from commands.serve.api.problems import problem
from commands.terminal.streams import say

API = "/api/v1"
_BY_PROXY = "cluster-ledger.by-proxy"
A_MINUTE = 1_200  # requests of one address, where nothing else is said
_BURST_SECONDS = 15  # of what is allowed, that may come at once
_TOO_OFTEN = "So many requests came from your address that this one was not answered. Ask again in {wait} s."
_UNNAMED = (
    "A web server in front says for whom it asks, and --proxy does not name it: all who come by it are limited as one. "
    "Give --proxy with its address."
)


class WrongTokens:
    """How many wrong tokens came, from forms and from programs; a right one is taken all the same.

    So nobody can lock others out. 192 random bits cannot be guessed however fast they are tried: the limit spares the
    server, and no more.
    """

    def __init__(self) -> None:
        self._by_address = Rates(burst=5, seconds=10)
        self._of_all = Rates(burst=50, seconds=1, rows=1)

    def wait(self, scope: Scope) -> int:
        """Count a wrong token of a request; return after how many seconds the next may come, 0 for now."""
        return max(self._by_address.wait(client_of(scope)), self._of_all.wait(""))


class RequestLimits:
    """What refuses a request of an address that asks too often; a refusal asks no ledger."""

    def __init__(self, app: ASGIApp, rates: Rates | None) -> None:
        """Take the rates of requests; without them there is no limit."""
        self._app, self._rates, self._told = app, rates, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        wait = 0 if self._rates is None or scope["type"] != "http" else self._rates.wait(client_of(scope))
        if wait:
            self._tell(scope)
        await (_refusal(scope, wait) if wait else self._app)(scope, receive, send)

    def _tell(self, scope: Scope) -> None:
        if not self._told and not scope.get(_BY_PROXY) and _says_for_whom(scope):
            self._told = True
            say(_UNNAMED)


class ClientAddress:
    """What tells the address of whoever asks by a web server in front, where that is one of those that are named.

    `X-Forwarded-For` is read from its end: what stands before the first address that is none of theirs anybody may
    have written.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        """Take the addresses and networks of the web servers."""
        self._app = app
        self._found = ProxyHeadersMiddleware(self._asked, list(proxies))  # type: ignore[arg-type]  # uvicorn has types of its own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[_BY_PROXY] = client_of(scope) in self._found.trusted_hosts
        await self._found(scope, receive, send)  # type: ignore[arg-type]  # as above

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def a_minute(count: int) -> Rates | None:
    """Return the rates of so many requests a minute for each address, a quarter of them at once; None for 0."""
    if count == 0:
        return None
    return Rates(burst=max(1, count * _BURST_SECONDS // 60), seconds=60 / count)


def client_of(scope: Scope) -> str:
    """Return the address of whoever sent a request; empty where there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_of_program(scope: Scope) -> bool:
    """Return whether a request is to the interface of programs."""
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    return path == API or path.startswith(f"{API}/")


def _says_for_whom(scope: Scope) -> bool:
    return "x-forwarded-for" in Headers(scope=scope)


def _refusal(scope: Scope, wait: int) -> ASGIApp:
    said = _TOO_OFTEN.format(wait=wait)
    if is_of_program(scope):
        return problem(429, said, retry=wait)
    return PlainTextResponse(f"{said}\n", 429, {"Retry-After": str(wait), "Cache-Control": "no-store"})
