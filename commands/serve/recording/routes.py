"""Pages on which decisions are recorded: a form with its plan, and a receipt. No GET records anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from commands.serve.access.door import sent
from commands.serve.access.visits import Visits
from commands.serve.recording.desk import PlanTold, RecordingDesk
from commands.serve.recording.forms import CHANGES_MAX, document_in, form_of, names_of_changes, typed_in
from ledger.documents.composed import WRITTEN
from ledger.documents.written import as_yaml
from ledger.errors import InputError
from projections.pages.rendering import told_apart
from projections.pages.words import Words


class RecordingPages:
    """The pages of a server at which recording is allowed."""

    def __init__(self, desk: RecordingDesk, visits: Visits, words: Words) -> None:
        self._desk, self._visits, self._words = desk, visits, words

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/record/", self._empty, methods=["GET"]),
            Route("/record/", self._filled, methods=["POST"]),
        ]

    async def _empty(self, request: Request) -> Response:
        visitor = self._visits.visitor(request)
        if visitor is None or visitor.role != "recorder":
            return RedirectResponse("../enter/", 303)
        return await self._form(request, {"changes": []})

    async def _filled(self, request: Request) -> Response:
        given = await sent(request)
        visitor = self._visits.visitor(request)
        if visitor is None or visitor.role != "recorder":
            raise HTTPException(403)
        if not self._visits.sent(request, lambda name: given.get(name, "")):
            raise HTTPException(403)
        try:
            document = document_in(given)
        except InputError as error:
            return await self._form(request, typed_in(given), error=str(error), status=422)
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
        return self._page("receipt", receipt=done, mark=self._mark(request))

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
            mark=self._mark(request),
        )

    def _mark(self, request: Request) -> str:
        visitor = self._visits.visitor(request)
        return "" if visitor is None else visitor.mark

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        text = told_apart(template, "../", self._words, **values)
        return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


def _draft(document: Mapping[str, Any]) -> Response:
    return Response(
        as_yaml(document).encode(),
        media_type="application/yaml",
        headers={"Content-Disposition": 'attachment; filename="decision.yaml"', "Cache-Control": "no-store"},
    )
