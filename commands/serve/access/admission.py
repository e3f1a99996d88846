"""Admission: which role whoever sends a request has, and that no answer for one role is kept for another."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commands.keep.tokens.kept import Role
from commands.serve.access.limits import WrongTokens, is_of_program
from commands.serve.access.visits import Visits
from commands.serve.api.problems import problem

ROLE = "cluster-ledger.role"
INSIDE = "cluster-ledger.inside"  # whether somebody came in by a token
SEEN_AS = "cluster-ledger.seen-as"  # the role as which whoever asks wants to see pages
ROLES: tuple[Role, ...] = ("public", "auditor", "recorder")  # each sees what those before it see
_BEARER_MAX = 200  # characters


def own_role_of(request: Request, unasked: Role = "public") -> Role:
    """Return the role that whoever sent a request has; `unasked` where nobody stands at the door."""
    found: Role = request.scope.get(ROLE, unasked)
    return found


def role_of(request: Request, unasked: Role = "public") -> Role:
    """Return the role as which a request is answered: the one of whoever sent it, or one asked for that sees less."""
    own = own_role_of(request, unasked)
    asked: Role = request.scope.get(SEEN_AS, own)
    return min(own, asked, key=ROLES.index)


def sees_less(one: Role) -> bool:
    """Return whether a role is shown no names of persons."""
    return one == "public"


class Admission:
    """What tells the role of each request: pages by the cookie of a visit, programs by a bearer token (RFC 6750)."""

    def __init__(self, app: ASGIApp, visits: Visits | None, wrong: WrongTokens | None, unasked: Role) -> None:
        """Take who is let in and what counts wrong tokens.

        `unasked` is the role of whoever shows no token; without `visits` it is everybody's.
        """
        self._app, self._visits, self._unasked = app, visits, unasked
        self._wrong = wrong or WrongTokens()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, visits = Request(scope), self._visits
        program = is_of_program(scope)
        role: Role | None = self._unasked
        if visits is not None:
            role = self._of_program(request, visits) if program else self._of_visitor(request, visits)
        app = self._app if role is not None else self._refusal(scope)
        scope[ROLE] = role or "public"
        await app(scope, receive, self._apart(send, role, program=program) if visits is not None else send)

    def _refusal(self, scope: Scope) -> ASGIApp:
        wait = self._wrong.wait(scope)
        if not wait:
            return problem(401, "This token is not taken: it is none, or it has ended.")
        return problem(429, "Many wrong tokens came. Wait a little; a right one is taken all the same.", retry=wait)

    def _of_visitor(self, request: Request, visits: Visits) -> Role:
        visitor = visits.visitor(request)
        request.scope[INSIDE] = visitor is not None
        return self._unasked if visitor is None else visitor.role

    def _of_program(self, request: Request, visits: Visits) -> Role | None:
        """Return the role of a program; None for a token that is not taken, and never one by a cookie."""
        said = request.headers.get("authorization")
        if said is None:
            return self._unasked
        scheme, _, token = said.partition(" ")
        found = visits.holder(token.strip()) if scheme.lower() == "bearer" and len(token) <= _BEARER_MAX else None
        return None if found is None else found.role

    def _apart(self, send: Send, role: Role | None, *, program: bool) -> Send:
        """Return what sends an answer so that no cache gives it to whoever has another role (RFC 9111, 4.1, 5.2.2)."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Authorization" if program else "Cookie")
                kept = headers.get("cache-control", "no-cache")
                if role != "public" and "no-store" not in kept:
                    headers["cache-control"] = f"private, {kept}"
            await send(message)

        return sent
