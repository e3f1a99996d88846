"""The root of all errors, and how a sentence shows what it speaks of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SUGGESTED_CHARS = 200  # what is longer is no slip of a name


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest of `known` to `name`, or an empty string."""
    near = difflib.get_close_matches(name, list(known), n=1) if len(name) <= _SUGGESTED_CHARS else []
    return f' Did you mean "{near[0]}"?' if near else ""


def harmless(text: str, limit: int = 80) -> str:
    """Return `text` fit to be printed: control characters replaced by U+FFFD and cut after `limit`."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "..."


class LedgerError(Exception):
    """Anything that the ledger refuses or cannot do; its text is a sentence that a person can act on."""


class InputError(LedgerError):
    """What was given cannot be read or cannot mean anything."""
