"""Protection of whoever looks and of the machine: hosts, sizes, headers, and no trace of a fault in an answer."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS_MAX = 4_096  # bytes of an address with what it asks
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})  # as a Host header names this machine


def is_loopback(host: str) -> bool:
    """Return whether who listens at an address is heard by this machine alone."""
    return {host, f"[{host}]"} & LOOPBACK != frozenset()


class Protection:
    """What stands before every answer: only named hosts are answered, and each answer has the headers of safety."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = LOOPBACK) -> None:
        """Take the names by which this server may be asked, without their ports; a name is compared as it is sent."""
        self._app, self._hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refused(scope)
        await (refusal or self._app)(scope, receive, protected)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        """Return the answer to what is not answered; None for any other request."""
        host = Headers(scope=scope).get("host", "")
        if host_of(host) not in self._hosts:
            return PlainTextResponse("This server does not answer by that name.\n", 421)
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > ADDRESS_MAX:
            return PlainTextResponse("The address is too long.\n", 414)
        return None


def host_of(header: str) -> str:
    """Return the name in a Host header, in small letters and without the port (RFC 9110, 7.2).

    >>> host_of("LocalHost:8000"), host_of("[::1]:80"), host_of("")
    ('localhost', '[::1]', '')
    """
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else header.lower()
