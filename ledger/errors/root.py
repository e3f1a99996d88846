"""The root of all errors, and how a sentence shows what it speaks of."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

_SUGGESTED_CHARS = 200  # what is longer is no slip of a name
_SHORT_CHARS = 6  # in a name so short one slip changes much of it
_ALIKE, _ALIKE_SHORT = 0.75, 0.6  # twice the letters that two names share in order, by the letters of both


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the nearest of `known` to `name`, which is another one, or an empty string."""
    if len(name) > _SUGGESTED_CHARS:
        return ""
    others = [other for other in known if other != name]
    near = _ending(name, others) or _close(name, others)
    return f' Did you mean "{near}"?' if near else ""


def _ending(name: str, others: Sequence[str]) -> str | None:
    """Return the one id of two parts whose second part is `name`, or None where there is none or more than one."""
    found = [other for other in others if other.endswith(f"/{name}")]
    return found[0] if len(found) == 1 else None


def _close(name: str, others: Sequence[str]) -> str | None:
    """Return what is spelt nearly as `name`, or None; a first part that both have does not make them alike."""
    head = name[: name.rfind("/") + 1]
    beside = [other[len(head) :] for other in others if head and other.startswith(head)]
    near = _closest(name[len(head) :], beside)
    return (
        head + near if near else _closest(name, [other for other in others if not head or not other.startswith(head)])
    )


def _closest(name: str, others: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(name, others, n=1, cutoff=_ALIKE if len(name) > _SHORT_CHARS else _ALIKE_SHORT)
    return near[0] if near else None


def nothing_called(kind: str, name: str, known: Iterable[str] = (), where: str = "") -> str:
    """Return the one sentence for a name that does not exist, and the nearest of `known`, if any is near.

    `No cluster is called "helth". Did you mean "health"?`; of kind "" or "thing": `Nothing is called "x".` A `where`,
    such as "on that day", stands after the name.
    """
    called = f'{"Nothing" if kind in ("", "thing") else f"No {kind}"} is called "{harmless(name)}"'
    return f"{called}{where and f' {where}'}.{suggestion(name, known)}"


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
