"""Pages on which decisions are recorded: a door, a form with its plan, and a receipt. No GET records anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from commands.serve.recording.desk import PlanTold, RecordingDesk
from commands.serve.recording.forms import CHANGES_MAX, document_in, form_of, names_of_changes
from commands.serve.recording.visitors import COOKIE, HOURS, Visitors, same_site
from ledger.documents.composed import WRITTEN
from ledger.documents.written import as_yaml
from ledger.errors import InputError
from projections.pages.rendering import told_apart
from projections.pages.words import Words

BODY_MAX = 1 << 20  # bytes of a form
FIELDS_MAX = 2_000
_LOCKED, _WRONG = "Too many were wrong. Start the server anew.", "This is not the token."


class RecordingPages:
    """The pages of a server at which recording is allowed."""

    def __init__(self, desk: RecordingDesk, visitors: Visitors, words: Words, *, https: bool) -> None:
        """`https` says that a proxy answers by HTTPS, so that the cookie is sent by no other way."""
        self._desk, self._visitors, self._words, self._https = desk, visitors, words, https

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/enter/", self._door, methods=["GET"]),
            Route("/enter/", self._enter, methods=["POST"]),
            Route("/leave/", self._leave, methods=["POST"]),
            Route("/record/", self._empty, methods=["GET"]),
            Route("/record/", self._filled, methods=["POST"]),
        ]

    async def _door(self, request: Request) -> Response:
        return self._page("enter", wrong="")

    async def _enter(self, request: Request) -> Response:
        given = await sent(request)
        cookie = self._visitors.enter(given.get("token", "")) if same_site(request) else None
        if cookie is None:
            locked = (
                "Too many were wrong. Start the server anew." if self._visitors.locked else "This is not the token."
            )
            return self._page("enter", 403, wrong=locked)
        answer = RedirectResponse("../record/", 303)
        answer.set_cookie(
            COOKIE, cookie, max_age=HOURS * 3600, httponly=True, samesite="strict", secure=self._https, path="/"
        )
        return answer

    async def _leave(self, request: Request) -> Response:
        given = await sent(request)
        if not self._visitors.sent(request, lambda name: given.get(name, "")):
            raise HTTPException(403)
        self._visitors.leave(request)
        return RedirectResponse("../", 303)

    async def _empty(self, request: Request) -> Response:
        if self._visitors.mark(request) is None:
            return RedirectResponse("../enter/", 303)
        return await self._form(request, {"changes": []})

    async def _filled(self, request: Request) -> Response:
        given = await sent(request)
        if not self._visitors.sent(request, lambda name: given.get(name, "")):
            raise HTTPException(403)
        try:
            document = document_in(given)
        except InputError as error:
            return await self._form(request, {"changes": []}, error=str(error), status=422)
        action, _, number = given.get("action", "plan").partition("|")
        match action:
            case "add":
                name = given.get("new_change", "")
                if name in WRITTEN and len(document["changes"]) < CHANGES_MAX:
                    document["changes"].append({"change": name})
                return await self._form(request, document)
            case "drop":
                document["changes"] = [one for at, one in enumerate(document["changes"], 1) if str(at) != number]
                return await self._form(request, document)
            case "draft":
                return _draft(document)
            case "record":
                return await self._record(request, document, given.get("digest", ""))
        return await self._form(request, document, await self._desk.plan(document))

    async def _record(self, request: Request, document: dict[str, Any], digest: str) -> Response:
        done = await self._desk.record(document, digest)
        if isinstance(done, PlanTold):
            return await self._form(request, document, done, status=409)
        return self._page("receipt", receipt=done, mark=self._visitors.mark(request))

    async def _form(
        self,
        request: Request,
        document: Mapping[str, Any],
        plan: PlanTold | None = None,
        *,
        error: str = "",
        status: int = 200,
    ) -> Response:
        return self._page(
            "record",
            status,
            form=form_of(document),
            accepted=document.get("accept") or [],
            plan=plan,
            error=error,
            changes=names_of_changes(),
            ids=await self._desk.ids(),
            mark=self._visitors.mark(request),
        )

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        text = told_apart(template, "../", self._words, **values)
        return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


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


def _draft(document: Mapping[str, Any]) -> Response:
    return Response(
        as_yaml(document).encode(),
        media_type="application/yaml",
        headers={"Content-Disposition": 'attachment; filename="decision.yaml"', "Cache-Control": "no-store"},
    )
