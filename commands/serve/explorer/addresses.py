"""Addresses of pages: how their parts are written, where a request stands among them, and where it is sent on."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request

from commands.serve.protection import LOOPBACK, host_of
from projections.pages.addresses import PagePoint, day_typed


class _Written(Convertor[str]):
    """A part of an address that is written so; what it stands for is looked up by whoever answers."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _WrittenDay(_Written):
    regex = r"\d{4}-\d\d-\d\d"


class _WrittenEntry(_Written):
    regex = r"p\d{1,18}"


register_url_convertor("day", _WrittenDay())
register_url_convertor("entry", _WrittenEntry())


def page_of(request: Request) -> str:
    """Return the path of a request below the root of the explorer, without the slash at its beginning."""
    path, root = request.scope["path"], request.scope.get("root_path", "")
    return str(path.removeprefix(root)).lstrip("/")


def place_of(request: Request) -> str:
    """Return where the explorer is found, as its pages are cited: by HTTPS, but for this machine alone."""
    host = request.headers.get("host", "")
    scheme = "http" if host_of(host) in LOOPBACK else "https"
    return f"{scheme}://{host}{request.scope.get('root_path', '')}/"


def point_typed(asked: Mapping[str, str], point: PagePoint, known: int) -> PagePoint | None:
    """Return the point to which a page is sent on: what was typed, or where a decision around its position began.

    None: it is that of the page. Raises `InputError` for what is no day.
    """
    day = asked.get("effective", "").strip()
    if not day and "known" not in asked and known == point.known:
        return None
    return PagePoint(day_typed(day) if day else point.day, known)
