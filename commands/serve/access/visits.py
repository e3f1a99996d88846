"""Visits: who is in by a token, for how long, and the mark that every form of a visit holds."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import NamedTuple

from starlette.requests import Request

from commands.keep.tokens.kept import Role, Token, TokensTaken
from commands.serve.access.memory import SharedTimes
from ledger.clock import Clock

COOKIE = "cluster-ledger"
HOURS = 8
_COOKIE_MAX = 200  # characters


class Visitor(NamedTuple):
    """Somebody who is in: as what, by which token, and the mark of every form."""

    role: Role
    number: int
    mark: str


class Visits:
    """Who is let in by a token. A cookie says all of a visit and is signed by a key that this run alone has.

    So nothing is kept for a visitor, and it ends with the token, with its hours, or with the server. Processes that are
    forked from the one that made this let in the same visitors, and one that left by one of them left by all.
    """

    def __init__(self, clock: Clock, tokens: TokensTaken, key: bytes | None = None) -> None:
        """Take the clock by which a visit ends, the tokens that are taken, and the key; a new one for None."""
        self._clock, self._tokens, self._key = clock, tokens, key or secrets.token_bytes(32)
        self._left = SharedTimes()  # when a visit that was ended before its time would have ended

    def holder(self, token: str) -> Token | None:
        """Return the token that somebody has; None for what is none."""
        return self._tokens.found(token, self._clock())

    def enter(self, token: str) -> str | None:
        """Return the cookie of a new visit; None for what is no token."""
        found = self.holder(token)
        if found is None:
            return None
        said = f"{found.number}.{int(self._clock().timestamp()) + HOURS * 3600}.{secrets.token_urlsafe(12)}"
        return f"{said}.{self._signed('visit', said, found.digest)}"

    def leave(self, request: Request) -> None:
        """End the visit of a request."""
        if self.visitor(request) is not None:
            ends = self._clock().timestamp() + HOURS * 3600
            self._left.change(request.cookies[COOKIE], lambda _: ends)

    def visitor(self, request: Request) -> Visitor | None:
        """Return who sent a request; None for who is not in."""
        cookie = request.cookies.get(COOKIE, "")
        said, _, signature = cookie.rpartition(".")
        number, _, rest = said.partition(".")
        until = rest.partition(".")[0]
        if len(cookie) > _COOKIE_MAX or not cookie.isascii() or not (number.isdigit() and until.isdigit()):
            return None
        now = self._clock()
        token = self._tokens.numbered(int(number), now)
        if token is None or int(until) < now.timestamp():
            return None
        if not hmac.compare_digest(signature, self._signed("visit", said, token.digest)) or self._left.of(cookie):
            return None
        return Visitor(token.role, token.number, self._signed("mark", cookie, token.digest))

    def sent(self, request: Request, given: Callable[[str], str]) -> bool:
        """Return whether a form was sent by who is in, from a page of this server."""
        visitor, mark = self.visitor(request), given("mark")
        if visitor is None or not same_site(request) or not mark.isascii():
            return False
        return hmac.compare_digest(visitor.mark, mark)

    def _signed(self, what: str, said: str, digest: str) -> str:
        return hmac.new(self._key, f"{what} {said} {digest}".encode(), hashlib.sha256).hexdigest()


def same_site(request: Request) -> bool:
    """Return whether a request came from a page of this server, by what browsers say of that (Fetch, 3.1)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()
