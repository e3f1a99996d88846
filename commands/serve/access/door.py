"""The door: a form that takes a token, and the way out. A token stands in no address, and in no cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from commands.serve.access.limits import WrongTokens
from commands.serve.access.visits import COOKIE, HOURS, Visits, same_site
from projections.pages.rendering import told_apart
from projections.pages.words import Words

BODY_MAX = 1 << 20  # bytes of a form
FIELDS_MAX = 2_000
_WRONG = "This is not a token that is taken here."
_MANY = "Many wrong tokens came. Wait a little; a right one is taken all the same."


class Door:
    """The pages by which people come in, and leave."""

    def __init__(self, visits: Visits, wrong: WrongTokens, words: Words, *, https: bool, records: bool) -> None:
        """`wrong` counts wrong tokens.

        `https` says that a proxy answers by HTTPS, so that the cookie is sent by no other way.
        """
        self.visits, self._words, self._https, self._records = visits, words, https, records
        self._wrong = wrong

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/enter/", self._shown, methods=["GET"]),
            Route("/enter/", self._enter, methods=["POST"]),
            Route("/leave/", self._leave, methods=["POST"]),
        ]

    async def _shown(self, request: Request) -> Response:
        return self._page(request)

    async def _enter(self, request: Request) -> Response:
        given = await sent(request)
        if not same_site(request):
            return self._page(request, 403, wrong="This form was not sent from a page of this server.")
        cookie = self.visits.enter(given.get("token", ""))
        if cookie is None:
            return self._refused(request)
        role = self.visits.holder(given["token"])
        place = "../record/" if self._records and role is not None and role.role == "recorder" else "../"
        answer = RedirectResponse(place, 303, headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE, cookie, max_age=HOURS * 3600, httponly=True, samesite="strict", secure=self._https, path="/"
        )
        return answer

    def _refused(self, request: Request) -> Response:
        """Answer a wrong token; a right one is always taken."""
        wait = self._wrong.wait(request.scope)
        if not wait:
            return self._page(request, 403, wrong=_WRONG)
        return self._page(request, 429, wrong=_MANY, retry=wait)

    async def _leave(self, request: Request) -> Response:
        given = await sent(request)
        if not self.visits.sent(request, lambda name: given.get(name, "")):
            raise HTTPException(403)
        self.visits.leave(request)
        answer = RedirectResponse("../", 303, headers={"Cache-Control": "no-store"})
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=self._https)
        return answer

    def _page(self, request: Request, status: int = 200, *, wrong: str = "", retry: int = 0) -> Response:
        visitor = self.visits.visitor(request)
        values: dict[str, Any] = {"wrong": wrong, "visitor": visitor, "records": self._records}
        headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(retry)} if retry else {})
        return HTMLResponse(told_apart("enter", "../", self._words, **values), status, headers=headers)


async def sent(request: Request) -> dict[str, str]:
    """Return the fields of a form that was sent; raises `HTTPException` for what is too long, or no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX:
            raise HTTPException(413)
    try:
        found = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(400) from None
    return dict(found)
