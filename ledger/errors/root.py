"""The root of all errors, and how a sentence shows what it speaks of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SUGGESTED_CHARS = 200  # what is longer is no slip of a name


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest of `known` to `name`, which is another one, or an empty string."""
    others = [other for other in known if other != name]
    near = difflib.get_close_matches(name, others, n=1) if len(name) <= _SUGGESTED_CHARS else []
    return f' Did you mean "{near[0]}"?' if near else ""


def nothing_called(kind: str, name: str) -> str:
    """Return the one sentence for a name that does not exist: `No cluster is called "x".`; of no kind in particular."""
    return f'{"Nothing" if kind in ("", "thing") else f"No {kind}"} is called "{harmless(name)}".'


def with_article(noun: str) -> str:
    """Return a noun with its article: `a cluster`, `an objective`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


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
