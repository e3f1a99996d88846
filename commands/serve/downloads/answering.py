"""Answers that are files: where a page leads to its downloads, and how one goes out."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from commands.serve.downloads.tables import TABLES
from commands.serve.downloads.writing import FORMATS, REPORT, Download
from projections.pages.catalogue import PageKind


def downloads_of(page: PageKind, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the ways to what a page gives out, by format; they lead to the page itself, at its own address."""
    forms = (*(FORMATS if page.template in TABLES or page.template == "overview" else ()), REPORT)
    return {form: "?" + urlencode({**asked, "format": form}) for form in forms}


def given_out(made: Download, tag: str) -> Response:
    """Return a download as an answer that a browser saves as a file."""
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"', "ETag": tag, "Cache-Control": "no-cache"
    }  # fmt: skip
    return StreamingResponse(made.parts, media_type=made.media_type, headers=headers)
