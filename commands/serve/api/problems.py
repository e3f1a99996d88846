"""Problems as a program is told them: RFC 9457, a sentence and a status, never a trace."""

from __future__ import annotations

import logging

import click
from msgspec import json as quick
from starlette.exceptions import HTTPException
from starlette.responses import Response

from commands.serve.api.resources import MalformedQuestion, named_in_address
from ledger.application.moments import NotAKnown
from ledger.errors import InputError, MalformedDate, StoreError, harmless
from projections.views.errors import ViewsError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "The question cannot be read",
    401: "Not let in",
    403: "Not for this role",
    404: "Nothing answers this",
    405: "This address is only read",
    429: "Asked too often",
    500: "A fault of the program",
    503: "No answer now",
}
_UNREAD = (MalformedDate, MalformedQuestion, NotAKnown)  # of any ledger; what else is given names nothing in this one
_SAID = {
    404: "There is no resource at this address.",
    405: "GET reads it.",
    503: "This server is ending. Ask again in a moment.",
}
_LATER_SECONDS = 5
_MORE = {503: {"Retry-After": str(_LATER_SECONDS)}, 401: {"WWW-Authenticate": "Bearer"}}
_SENTENCE_CHARS = 1_000
_LOG = logging.getLogger("cluster_ledger.serve")


def problem(status: int, detail: str, *, retry: int = 0) -> Response:
    """Return a problem as an answer; `retry` is after how many seconds to ask again, where that is known."""
    headers = {"Cache-Control": "no-store"} | _MORE.get(status, {}) | ({"Retry-After": str(retry)} if retry else {})
    told = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    return Response(quick.encode(told), status, headers, MEDIA_TYPE)


def problem_of(error: Exception) -> Response:
    """Return the problem that an error is to whoever asks; what is wrong with the ledger or the program is logged."""
    if isinstance(error, click.UsageError):
        return problem(400, _sentence(error))
    if isinstance(error, InputError):
        return problem(400 if isinstance(error, _UNREAD) else 404, str(error))
    if isinstance(error, HTTPException):
        known = error.status_code if error.status_code in _SAID else 404
        return problem(known, _SAID[known])
    if isinstance(error, StoreError | ViewsError | OSError):
        _LOG.error("The ledger cannot be read: %s", harmless(str(error), _SENTENCE_CHARS))
        return problem(
            503, "The ledger cannot be read at this moment. Ask again; whoever runs this server can see why."
        )
    _LOG.error("A fault of cluster-ledger itself.", exc_info=error)
    return problem(500, "The program failed at this question. Whoever runs this server finds the fault in its log.")


def _sentence(error: click.UsageError) -> str:
    """Return what is wrong with a field, by its name in an address."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return error.message or error.format_message()
    name = named_in_address(parameter)
    return f'"{name}": {error.message}' if error.message else f'"{name}" is missing.'
