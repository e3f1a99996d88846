"""Requests to witnesses on HTTP and HTTPS: all at once, each within its time, and its answer within its size."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException
from threading import Thread
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, UnknownHandler

from ledger.errors import InputError, harmless

ANSWER_SECONDS = 20.0
ANSWER_BYTES_MAX = 500_000  # a hundred signatures with ML-DSA-44
_URL_CHARS_MAX = 2_000


class HttpAnswer(NamedTuple):
    """What was answered: the status of HTTP, and at most `ANSWER_BYTES_MAX` bytes."""

    status: int
    body: bytes


def need_url(url: str) -> str:
    """Return the URL of a witness without a slash at its end; raises `InputError` for what is no http or https URL."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    plain = url.isascii() and url.isprintable() and not set(' "?#<>\\') & set(url) and len(url) <= _URL_CHARS_MAX
    if not right or not plain:
        raise InputError(
            f'"{harmless(url)}" is no address of a witness. Give one that begins with https:// or http://, and has no '
            "? and no #."
        )
    return url.rstrip("/")


def posted(requests: Mapping[str, bytes], seconds: float = ANSWER_SECONDS) -> dict[str, HttpAnswer | str]:
    """Send each URL its body, all at once; return each answer, or what went wrong, as words to be put in brackets.

    After `seconds` nothing more is waited for, whatever is still under way. No redirection is followed.
    """
    found: dict[str, HttpAnswer | str] = {}

    def ask(url: str, body: bytes) -> None:
        found[url] = _answer(url, body, seconds)

    threads = [Thread(target=ask, args=item, daemon=True) for item in requests.items()]
    ends = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends - monotonic()))
    late = f"it did not answer within {seconds:g} seconds"
    return {url: found.get(url, late) for url in requests}


def _answer(url: str, body: bytes, seconds: float) -> HttpAnswer | str:
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "cluster-ledger"}
    try:
        with _opener().open(Request(url, body, headers, method="POST"), timeout=seconds) as answer:
            read = answer.read(ANSWER_BYTES_MAX + 1)
            status = int(answer.status)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return harmless(getattr(reason, "strerror", None) or str(reason) or type(reason).__name__, 200)
    if len(read) > ANSWER_BYTES_MAX:
        return f"its answer has more than {ANSWER_BYTES_MAX:,} bytes"
    return HttpAnswer(status, read)


def _opener() -> OpenerDirector:
    """Return what opens two schemes and no other: every status is an answer, and none leads elsewhere."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), UnknownHandler()):
        opener.add_handler(handler)
    return opener
