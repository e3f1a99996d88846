"""Pages as routes: those at a point of both times, addresses without one, files of proof, and what has no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from commands.serve.access.viewing import SHOWN_AS, SeenAs, viewer_of, way_of
from commands.serve.downloads.answering import downloads_of, given_out
from commands.serve.downloads.writing import download
from commands.serve.explorer.addresses import page_of, place_of, point_typed
from commands.serve.explorer.kept import KeptPages
from commands.serve.pool import AnsweringThreads
from commands.terminal.streams import say
from ledger.errors import InputError, LedgerError
from ledger.timeline import day_of
from projections.analysis.opened import OpenLedger, PointOfBothTimes
from projections.pages.addresses import PagePoint, address, known_typed, upwards
from projections.pages.catalogue import PAGES, PROOF_FILES, PageKind, ProofFileKind
from projections.pages.question import PageQuestion, Viewer
from projections.pages.rendering import STATIC, VERIFIER, rendered, told_apart, verifier_policy
from projections.pages.vouched import CheckpointAtHand
from projections.pages.words import ENGLISH, Words

ASKED_MAX = 20  # fields of one question
_REFUSALS = {
    400: "What was sent is no form of this server.",
    403: "This form was not sent from a page of this server by somebody who is logged in. Nothing was recorded.",
    404: "There is no page at this address.",
    405: "This page is only read.",
    413: "What was sent is too long. Nothing was recorded.",
    415: "What was sent is no form of this server.",
    503: "This server is ending. Ask again in a moment.",
}


class Explorer:
    """The pages of one ledger as routes."""

    def __init__(
        self,
        pool: AnsweringThreads,
        words: Words = ENGLISH,
        *,
        checkpoint: CheckpointAtHand | None = None,
        programs: AnsweringThreads | None = None,
        records: bool = False,
        door: bool = False,
    ) -> None:
        self._pool, self._words, self._checkpoint = pool, words, checkpoint
        self._records, self._door = records, door
        self._kept = KeptPages()
        self._programs = programs or pool  # what takes long is made there, so that nobody waits for it who looks

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the pages, the files beside them, and the state of health, in each view too."""
        own = self._own_routes()
        return [*(Mount(way_of(role), SeenAs(Router(own), role)) for role in SHOWN_AS), *own]

    def _own_routes(self) -> list[BaseRoute]:
        dated = [
            Route(f"/{{day:day}}/{{known:entry}}/{page.path}", self._dated(page), methods=["GET"]) for page in PAGES
        ]
        undated = [Route(f"/{page.path}", self._undated(page), methods=["GET"]) for page in PAGES]
        return [
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/health", self._health, methods=["GET"]),
            Route("/verify.html", self._verifier, methods=["GET"]),
            *(Route(f"/{file.path}", self._proof_file(file), methods=["GET"]) for file in PROOF_FILES),
            *dated,
            *undated,
        ]

    def _dated(self, page: PageKind) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            parameters = dict(request.path_params)
            try:
                point = PagePoint(day_of(parameters.pop("day")), int(parameters.pop("known")[1:]))
            except LedgerError:
                raise HTTPException(404) from None
            path = page_of(request).removeprefix(point.path)
            pool = self._programs if "format" in request.query_params else self._pool
            return await pool.ask(lambda ledger: self._answer(ledger, page, point, path, request, parameters))

        return endpoint

    def _answer(
        self,
        ledger: OpenLedger,
        page: PageKind,
        point: PagePoint,
        path: str,
        request: Request,
        parameters: Mapping[str, Any],
    ) -> Response:
        asked = dict(list(request.query_params.items())[:ASKED_MAX])
        root = upwards(point.path + path)
        try:
            reader = ledger.views.ledger
            known = reader.known(known_typed(asked.get("known", "").strip() or f"p{point.known}"))
            moved = point_typed(asked, point, known.position)
            if moved is not None:
                given = {name: value for name, value in asked.items() if name not in ("effective", "known")}
                return RedirectResponse(root + address(moved, path, **given), 303)
            viewer = self._viewer(request)
            told = viewer.role != "public" or page.template == "withheld"
            kept = reader.personal_kept() if told else 0  # a name that was deleted ends what was told with it
            vouched = "" if self._checkpoint is None else f"-{self._checkpoint.tag}"
            who = f"{viewer.role}-{viewer.own}{'-inside' if viewer.inside else ''}"
            tag = f'"{reader.head().position}-{known.root[7:39]}-{who}-{kept}{vouched}"'
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers={"ETag": tag})
            at = PointOfBothTimes(ledger.views, point.day, known)
            form = asked.pop("format", None)
            question = PageQuestion(
                at,
                path,
                asked,
                viewer=viewer,
                checkpoint=self._checkpoint,
                downloads=downloads_of(page, asked),
                place=place_of(request),
            )
            if form is not None:
                return given_out(download(ledger, page, question, form, **parameters), tag)

            def made() -> str:
                told = page.answer(question, **parameters)
                return rendered(question, page.template, told, self._words, records=self._records)

            text = self._kept.page((tag, str(request.url), str(request.base_url), question.place), made)
            return HTMLResponse(text, headers={"ETag": tag, "Cache-Control": "no-cache"})
        except InputError as error:
            back = root + point.path if point.known <= ledger.views.ledger.head().position else None
            return self._unanswered("This cannot be answered", str(error), root, back, 404, request)

    def _undated(self, page: PageKind) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            path = page_of(request)
            return await self._pool.ask(lambda ledger: self._today(ledger, path, request))

        return endpoint

    def _today(self, ledger: OpenLedger, path: str, request: Request) -> Response:
        """Send on to a page as of today and all that is known; tell of a ledger without a decision."""
        head = ledger.views.ledger.head().position
        if head <= 1 and not path:
            government = ledger.views.ledger.government.name
            said = {"government": government, "viewer": self._viewer(request)}
            return HTMLResponse(told_apart("first", "./", self._words, **said))
        point = PagePoint(ledger.views.ledger.today(), head)
        return RedirectResponse(upwards(path) + address(point, path, **dict(request.query_params)), 307)

    def _viewer(self, request: Request) -> Viewer:
        return viewer_of(request, page_of(request), door=self._door)

    def _unanswered(
        self, heading: str, sentence: str, root: str, back: str | None, status: int, request: Request
    ) -> Response:
        said = {"heading": heading, "sentence": sentence, "back": back, "viewer": self._viewer(request)}
        text = told_apart("unanswered", root, self._words, **said)
        return HTMLResponse(text, status)

    def _proof_file(self, file: ProofFileKind) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            at_hand = self._checkpoint
            if at_hand is None:
                raise HTTPException(404)
            path, parameters = page_of(request), request.path_params
            try:
                raw = await self._pool.ask(lambda ledger: file.answer(ledger.views, at_hand, **parameters))
            except InputError as error:
                return self._unanswered("This cannot be answered", str(error), upwards(path), None, 404, request)
            name = path.rpartition("/")[2]
            headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
            return Response(raw, media_type="text/plain; charset=utf-8", headers=headers)

        return endpoint

    async def _verifier(self, request: Request) -> Response:
        headers = {"Content-Security-Policy": verifier_policy(), "Cache-Control": "no-cache"}
        return FileResponse(VERIFIER, headers=headers)

    async def _health(self, request: Request) -> Response:
        def look(ledger: OpenLedger) -> dict[str, Any]:
            filled = ledger.views.catch_up()
            return {"ok": True, "position": ledger.views.ledger.head().position, "views": filled.position}

        return JSONResponse(await self._pool.ask(look))

    # What has no answer

    async def missing(self, request: Request, error: Exception) -> Response:
        """Answer an address of nothing, or a way of asking that is not known."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        said = _REFUSALS.get(status, "This cannot be answered.")
        return self._unanswered("There is nothing here", said, upwards(page_of(request)), None, status, request)

    async def not_read(self, request: Request, error: Exception) -> Response:
        """Answer where the ledger cannot be read now; what is wrong is told to whoever runs the server alone."""
        say(str(error))
        said = "The ledger cannot be read at this moment. Try again; whoever runs this server can see why."
        return self._unanswered("No answer now", said, upwards(page_of(request)), None, 503, request)

    async def failed(self, request: Request, error: Exception) -> Response:
        """Answer where the program is at fault; nothing of the fault is shown."""
        said = "The program failed at this page. Whoever runs this server finds the fault in its log."
        return self._unanswered("A fault of the program", said, upwards(page_of(request)), None, 500, request)
