"""Sentences of differences, in the words that pages and the command line share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ledger.names import IN_DOUBT, LIFE
from ledger.plurals import counted
from projections.differences.lives import Lives, Undone, in_words, life_in_words
from projections.differences.structures import LIVES
from projections.withheld import WITHHELD

_LEADERS, _KEYS, _RETIRED = "leaders:", "keys:", "/retired"
_COMMITTED = re.compile(r"^(measurements:[^ /]*(?:/[0-9]+)?)/sha256:[0-9a-f]{64}$")


def named(attribute: str) -> str:
    """Return the name of an attribute as people read it: `relations gp/b` for `relations:gp/b`."""
    name, _, key = keyed(attribute).partition(":")
    return f"{name.replace('_', ' ')} {key}".rstrip()


def uncommitted(attribute: str) -> str:
    """Return the name of an attribute, the word for a source that may be withheld in place of its commitment."""
    return _COMMITTED.sub(rf"\1 {WITHHELD}", attribute)


def keyed(attribute: str) -> str:
    """Return the name of an attribute with its key in words: the decision that is its key by reference and authority.

    >>> keyed('decision-reviews:["Council","CM-1"]'), keyed("title")
    ('decision-reviews:CM-1 of Council', 'title')
    """
    name, _, key = uncommitted(attribute).partition(":")
    if not key.startswith("["):
        return uncommitted(attribute)
    authority, reference = json.loads(key)
    return f"{name}:{reference} of {authority}"


class ValueTurn(Protocol):
    """What a sentence is made of: an attribute, and its values before and after."""

    @property
    def attribute(self) -> str:
        """Its name, or `life`, or `lives`."""
        ...

    @property
    def before(self) -> Any:
        """Its value at the first point; None: it has none."""
        ...

    @property
    def after(self) -> Any:
        """Its value at the second point."""
        ...


def sentence(
    one: ValueTurn,
    say: Callable[[Any], str],
    begins: Callable[[str, Mapping[str, Any]], str],
    lived: tuple[Lives, Lives] | None = None,
    undone: Undone | None = None,
) -> str:
    """Return what a difference says, without the thing that it is about: the one sentence of every screen and page.

    `say` shows a value; `begins` adds to the sentence of a beginning what of its values is worth telling. `lived` are
    the lives before and after, where they are known.
    """
    then, now = lived or ((), ())
    if one.attribute == LIVES:
        return f"lives: {in_words(now)} (were: {in_words(then)})"
    if one.attribute != LIFE:
        return turn(one.attribute, one.before, one.after, say)
    said = life_in_words(then, now, undone, ends=one.after is None)
    if one.after is None:
        return ends(one.before) if said == "ends" else said
    return said if undone else begins(said, one.after)


def turn(attribute: str, before: Any, after: Any, say: Callable[[Any], str]) -> str:
    """Return how an attribute other than the life turned from one value into another, None where it has none.

    `say` shows a value. Who holds an office is personal data and is not said.
    """
    if attribute.startswith(_LEADERS):
        return f"the office {attribute.removeprefix(_LEADERS)} {_office(before, after)}"
    if attribute.startswith(_KEYS):
        return f"the key {attribute.removeprefix(_KEYS).removesuffix(_RETIRED)} {_key(attribute, before, after)}"
    if attribute == IN_DOUBT:
        return _doubt(before, after)
    name = named(attribute)
    if bare(before) and bare(after):
        return f"{name} {'ends' if after is None else 'begins'}"
    if after is None:
        return f"{name} is no longer {say(before)}"
    return clauses([f"{name} is {say(after)}", *([f"was {say(before)}"] if before is not None else [])], ", ")


def clauses(texts: Iterable[str], between: str = "; ") -> str:
    """Return texts as parts of one sentence, of which only the last keeps a full stop; empty for none.

    >>> clauses(["scope Clean rivers.", "title Rivers"])
    'scope Clean rivers; title Rivers'
    """
    *first, last = [*texts] or [""]
    return between.join([*(text if text.endswith("..") else text.removesuffix(".") for text in first), last])


def days(lag: Mapping[str, int]) -> int | str:
    """Return a lag (`least` and `most` days): one number, or both where its date is known to the year or month only."""
    return lag["least"] if lag["least"] == lag["most"] else f"{lag['least']} to {lag['most']}"


def _in_days(lag: Mapping[str, int]) -> str:
    """Return a lag with its noun: `1 day`, `3 to 33 days`."""
    return counted(lag["least"], "day") if lag["least"] == lag["most"] else f"{days(lag)} days"


def lag_in_words(lag: Mapping[str, int]) -> str:
    """Return how late or how early something was recorded; empty for on the day."""
    least, most = lag["least"], lag["most"]
    if least > 0:
        return f"recorded {_in_days(lag)} late"
    if most < 0:
        return f"recorded {_in_days({'least': -most, 'most': -least})} in advance"
    return (
        f"recorded between {counted(-least, 'day')} in advance and {counted(most, 'day')} late" if least < most else ""
    )


def ends(before: Mapping[str, Any]) -> str:
    """Return what it says that a thing with these values is live no more: what was in doubt has surely ended."""
    doubt = before.get(IN_DOUBT)
    return "ends" if doubt is None else f"has surely ended, on one of the days {doubt}"


def _doubt(before: str | None, after: str | None) -> str:
    """Return what it says that a thing comes into doubt, out of it, or that its end lies on one of other days."""
    if after is None:
        return f"is surely live; it may have ended, on one of the days {before}"
    was = f", was {before}" if before is not None else ""
    return f"may have ended, on one of the days {after}{was}"


def bare(value: Any) -> bool:
    """Return whether a value says no more than that something is so, or is not: a relation without a word on it."""
    return value is None or value is True or value == {}


def _key(attribute: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if attribute.endswith(_RETIRED):
        was = f", was: since {before['since']}" if before and after else ""
        return f"is retired since {after['since']}{was}" if after else "is retired no longer"
    return f"is published ({after['type']})" if after else "is published no longer"


def _office(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if after is None:
        return "is vacant"
    holder, last = after.get("commitment"), (before or {}).get("commitment")
    if holder is None:
        return "is filled, the holder not named"
    return "is filled" if last is None or last == holder else "has another holder"
