"""A page of an answer: one part of its list, and where the next one begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from commands.serve.api.resources import LIMIT, LIMIT_MAX, ApiResource, MalformedQuestion
from commands.terminal.output import Answer
from ledger.errors import harmless
from projections.fields import fields, items, named

_DIGITS_MAX = 9
Asked = Mapping[str, Sequence[str]]


class ApiPage(NamedTuple):
    """Which part of a list is asked for: at most `limit` items, after as many, or after a position of the record."""

    limit: int
    after: int


def page_asked(resource: ApiResource, asked: Asked) -> tuple[ApiPage, dict[str, Sequence[str]]]:
    """Return the page that is asked for, and what the command itself is to be asked; raises `MalformedQuestion`."""
    rest = {name: values for name, values in asked.items() if name not in ("limit", "after") or not resource.paged}
    page = ApiPage(
        _number(asked, "limit", 1, LIMIT_MAX, LIMIT),
        _number(asked, "after", 0, 10**_DIGITS_MAX, 0, "p" if resource.positions else ""),
    )
    if resource.paged and resource.positions:
        rest |= {"after": [f"p{page.after}"], "limit": [str(page.limit + 1)]}
    return page, rest


def _number(asked: Asked, name: str, least: int, most: int, default: int, letter: str = "") -> int:
    values = asked.get(name, ())
    if not values:
        return default
    digits = values[0].removeprefix(letter)
    known = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX and values[0] == letter + digits
    if len(values) > 1 or not known or not least <= int(digits) <= most:
        what = f"a position, such as {letter}120" if letter else f"a number from {least} to {most}"
        raise MalformedQuestion(f'"{name}" is {what}, given once, and not "{harmless(", ".join(values))}".')
    return int(digits)


def paged(resource: ApiResource, answer: Answer, page: ApiPage) -> tuple[dict[str, Any], str | None]:
    """Return an answer as a JSON value, its list cut to a page, and where the next page begins; None after the last.

    What is behind the page is never made.
    """
    members = dict(named(answer.payload) or {})
    following = None
    whole: dict[str, Any] = {"context": answer.context} if answer.context else {}
    listed = next((name for name in resource.paged if name in members), None)
    for name, value in members.items():
        if name != listed:
            whole[name] = fields(value)
            continue
        found = _cut(value, 0 if resource.positions else page.after, page.limit + 1)
        if len(found) > page.limit:
            last = found[: page.limit][-1]
            following = f"p{last['position']}" if resource.positions else str(page.after + page.limit)
        whole[name] = found[: page.limit]
    return whole, following


def _cut(value: object, first: int, most: int) -> list[Any]:
    found: Iterator[object] = items(value) or iter(())
    return [fields(one) for one in islice(found, first, first + most)]


def next_page(resource: ApiResource, asked: Asked, after: str, context: Mapping[str, Any] | None) -> str:
    """Return the address of the next page, relative to that of this one, at the same point of both times."""
    pinned = {name: list(values) for name, values in asked.items()} | {"after": [after]}
    if context is not None:
        position = f"p{context['known_position']}"
        if "known" in resource.fields:
            pinned["known"] = [position]
        if "effective" in resource.fields and context["effective"]:
            pinned.setdefault("effective", [context["effective"]])
        for name in {"from", "to"} & resource.fields.keys() if "known" not in resource.fields else ():
            pinned[name] = [one if "@" in one else f"{one}@{position}" for one in pinned[name]]
    return "?" + urlencode(pinned, doseq=True)
