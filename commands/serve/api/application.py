"""The application that answers programs: a resource an address, its document, and problems in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar

from msgspec import json as quick
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from commands.serve.access.admission import role_of, sees_less
from commands.serve.api.asking import asked, tag_of
from commands.serve.api.document import document
from commands.serve.api.pages import Asked
from commands.serve.api.problems import problem_of
from commands.serve.api.resources import RESOURCES, ApiResource, MalformedQuestion
from projections.analysis.opened import OpenLedger

Answered = TypeVar("Answered")
FIELDS_MAX = 50  # in one question
_JSON = "application/json"


class OpenLedgers(Protocol):
    """Open ledgers, of which a question is given one in a thread of its own."""

    async def ask(self, question: Callable[[OpenLedger], Answered], /) -> Answered:
        """Return what a question is answered; raises what it raises."""
        ...


def api(pool: OpenLedgers, *, public: bool = False) -> Starlette:
    """Return what answers programs about the ledger of a pool; to be mounted at `/api/v1`."""
    routes = [
        Route("/", _to_document),
        Route("/openapi.json", _document),
        *(Route(f"/{name}", _Answering(pool, one, public=public)) for name, one in RESOURCES.items()),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _told})


class _Answering:
    """A resource at its address."""

    def __init__(self, pool: OpenLedgers, resource: ApiResource, *, public: bool) -> None:
        self._pool, self._resource, self._public = pool, resource, public

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        response = problem_of(HTTPException(405))
        if request.method in ("GET", "HEAD"):
            try:
                response = await self._pool.ask(partial(self._answer, request))
            except Exception as error:
                response = problem_of(error)
        await response(scope, receive, send)

    def _answer(self, request: Request, ledger: OpenLedger) -> Response:
        given = _fields(request)
        public = self._public or sees_less(role_of(request, "auditor"))  # mounted alone, it shows all
        tag = tag_of(ledger, self._resource, given, public=public)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if _has(request, tag):
            return Response(status_code=304, headers=headers)
        answer = asked(ledger, self._resource, given, public=public)
        if answer.next is not None:
            headers["Link"] = f'<{answer.next}>; rel="next"'
        return Response(answer.body, headers=headers, media_type=_JSON)


def _fields(request: Request) -> Asked:
    found: dict[str, list[str]] = {}
    given = request.query_params.multi_items()
    if len(given) > FIELDS_MAX:
        raise MalformedQuestion(f"A question has at most {FIELDS_MAX} fields.")
    for name, value in given:
        found.setdefault(name, []).append(value)
    return found


def _has(request: Request, tag: str) -> bool:
    """Return whether whoever asks has the answer of a tag already (RFC 9110, 13.1.2)."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return tag in held or held == ["*"]


async def _document(request: Request) -> Response:
    return Response(quick.encode(document(request.scope.get("root_path", ""))), media_type=_JSON)


async def _to_document(request: Request) -> Response:
    return RedirectResponse("openapi.json", 307)


async def _told(request: Request, error: Exception) -> Response:
    return problem_of(error)
