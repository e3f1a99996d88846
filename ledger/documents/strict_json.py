"""JSON as documents hold it: no key twice, no lone surrogate, no bottomless nesting, numbers as they were typed."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NoReturn

from ledger.errors import MalformedDocument, harmless

MAX_DEPTH = 40
TOO_DEEP = f"it is nested deeper than {MAX_DEPTH} levels, which no decision is."
ITEMS_MAX = 1_000_000  # a list or mapping of Python takes many times the bytes of its text
TOO_MANY = f"it holds more than {ITEMS_MAX:,} names and values; split it, or take many decisions in by import."
SURROGATE = re.compile("[\ud800-\udfff]")


class MoreFollows(Exception):
    """A JSON value ended, and something follows it on `line`."""

    def __init__(self, line: int) -> None:
        self.line = line


class WrittenTwice(Exception):
    """A key that stands twice in one mapping."""


def where(name: str, line: int | None) -> str:
    """Return the place of a fault, fit to begin a sentence."""
    shown = harmless(name, 200)
    return shown if line is None else f"{shown}, line {line}"


def fail(name: str, line: int | None, problem: str) -> NoReturn:
    """Raise `MalformedDocument`: where, and what is wrong."""
    raise MalformedDocument(where(name, line), problem)


def twice(name: str, line: int | None, key: str) -> NoReturn:
    """Raise the sentence for a key that stands twice."""
    fail(name, line, f'the key "{harmless(key, 40)}" stands twice in one mapping; keep one.')


def decode_json(text: str, name: str, line: int | None = None) -> Any:
    """Return the JSON value of `text`, its numbers as text; `line` is where a text of one line stands.

    Raises `MalformedDocument`; and where no line is given, so that the caller may look again, `MoreFollows` for
    a second value and `WrittenTwice` for a doubled key.
    """
    need_few_items(text, name, line)
    try:
        value = _decode(text)
    except json.JSONDecodeError as error:
        at = line or error.lineno
        if error.msg == "Extra data" and line is None:
            raise MoreFollows(at) from None
        fail(name, at, f"it is not JSON ({error.msg[:1].lower()}{error.msg[1:]}, column {error.colno}).")
    except WrittenTwice as error:
        if line is None:
            raise
        twice(name, line, str(error))
    except RecursionError:
        fail(name, line, TOO_DEEP)
    if "\\u" in text or text.count("[") + text.count("{") > MAX_DEPTH:
        _look_into(value, name, line)
    return value


def need_few_items(text: str, name: str, line: int | None = None) -> None:
    """Raise `MalformedDocument` for JSON of more names and values than are read; those inside texts count too."""
    if len(text) > ITEMS_MAX and sum(map(text.count, "[{,:")) > ITEMS_MAX:
        fail(name, line, TOO_MANY)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WrittenTwice(next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1))
    return found


def _no_number(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"a number cannot be {text}", text, 0)


_decode = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=_no_number).decode


def _look_into(value: Any, name: str, line: int | None, depth: int = 0) -> None:
    """Refuse lone surrogates and too much depth."""
    if depth > MAX_DEPTH:
        fail(name, line, TOO_DEEP)
    if isinstance(value, str):
        if SURROGATE.search(value):
            fail(name, line, "it holds half a character (a lone surrogate, \\ud800 to \\udfff); write it whole.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _look_into(key, name, line, depth)
            _look_into(item, name, line, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _look_into(item, name, line, depth + 1)
