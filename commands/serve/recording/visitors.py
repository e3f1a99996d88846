"""Visitors who may record: a token at the door, a cookie of the same site, and a mark in every form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from starlette.requests import Request

from ledger.clock import Clock

COOKIE = "cluster-ledger"
HOURS = 8
_TRIES = 10  # wrong tokens in a row, after which a right one is taken no longer
_SESSIONS_MAX = 100


class Visitors:
    """Who is let in by the token of this run of the server; nothing of them outlives it."""

    def __init__(self, clock: Clock, token: str | None = None) -> None:
        """Take the clock by which a visit ends; only the digest of the token is kept."""
        self.token = token or secrets.token_urlsafe(24)
        self._digest, self._clock = _digest(self.token), clock
        self._wrong, self._until = 0, dict[str, float]()

    @property
    def locked(self) -> bool:
        """Whether so many wrong tokens came that none is taken before the server starts anew."""
        return self._wrong >= _TRIES

    def enter(self, token: str) -> str | None:
        """Return the cookie of a new visit; None where the token is another, or too many were wrong."""
        if self.locked or not hmac.compare_digest(_digest(token), self._digest):
            self._wrong += 1
            return None
        self._wrong = 0
        while len(self._until) >= _SESSIONS_MAX:
            self._until.pop(next(iter(self._until)))
        cookie = secrets.token_urlsafe(32)
        self._until[cookie] = self._now() + HOURS * 3600
        return cookie

    def leave(self, request: Request) -> None:
        """End the visit of a request."""
        self._until.pop(request.cookies.get(COOKIE, ""), None)

    def mark(self, request: Request) -> str | None:
        """Return what every form of a visit holds, so that no other site can send one; None for who is not in."""
        cookie = request.cookies.get(COOKIE, "")
        if self._until.get(cookie, 0) < self._now():
            return None
        return hmac.new(self._digest, cookie.encode(), hashlib.sha256).hexdigest()

    def sent(self, request: Request, given: Callable[[str], str]) -> bool:
        """Return whether a form was sent by who is in, from a page of this server."""
        mark = self.mark(request)
        return mark is not None and same_site(request) and hmac.compare_digest(mark, given("mark"))

    def _now(self) -> float:
        return self._clock().timestamp()


def same_site(request: Request) -> bool:
    """Return whether a request came from a page of this server, by what browsers say of that (Fetch, 3.1)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
