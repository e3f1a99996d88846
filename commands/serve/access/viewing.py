"""Views as others have them: the pages once more below `/as/ROLE/`, told as a role that sees less than whoever asks."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from commands.keep.tokens.kept import Role
from commands.serve.access.admission import INSIDE, ROLE, ROLES, SEEN_AS, own_role_of, role_of
from projections.pages.addresses import SAFE, upwards
from projections.pages.question import Viewer

SHOWN_AS: tuple[Role, ...] = ("public", "auditor")  # the roles that see less than another


class SeenAs:
    """The pages as a role sees them; who sees no more than that role is sent on to the pages themselves.

    The role stands in the address before all else, so that every link of a page leads to a page of the same view.
    """

    def __init__(self, app: ASGIApp, role: Role) -> None:
        self._app, self._role = app, role

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        own: Role = scope.get(ROLE, "public")
        app = self._app
        if ROLES.index(self._role) >= ROLES.index(own):
            app = _own_page(scope, self._role)
        scope[SEEN_AS] = self._role
        await app(scope, receive, send)


def _own_page(scope: Scope, role: Role) -> ASGIApp:
    """Return what sends on to the page itself; its path begins with one slash, so that it is of this server."""
    root = scope.get("root_path", "")
    rest = scope["path"].removeprefix(root).lstrip("/\\")
    asked = scope.get("query_string", b"").decode("latin-1")
    place = f"{root.removesuffix(way_of(role))}/{quote(rest, safe=SAFE)}" + (f"?{asked}" if asked else "")
    return RedirectResponse(place, 307, headers={"Cache-Control": "no-cache"})


def way_of(role: Role) -> str:
    """Return what stands before the addresses of the pages as a role sees them."""
    return f"/as/{role}"


def viewer_of(request: Request, path: str, *, door: bool = False) -> Viewer:
    """Return who sees the page of a request, whose path below the root of its view is `path`, and other views of it.

    `door`: whether a token may be shown.
    """
    own, role, root = own_role_of(request), role_of(request), upwards(path)
    base = root if role == own else f"{root}{'../' * way_of(role).count('/')}"
    query = f"?{request.url.query}" if request.url.query else ""
    rest = quote(path, safe=SAFE) + query
    ways = {one: f"{base}{way_of(one)[1:]}/{rest}" for one in SHOWN_AS if ROLES.index(one) < ROLES.index(own)}
    ways = {one: way for one, way in {**ways, own: base + rest}.items() if one != role}
    enter = f"{base}enter/" if door and own == role else ""
    return Viewer(role, own, ways, enter, inside=request.scope.get(INSIDE, False))
