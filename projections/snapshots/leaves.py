"""The parts of a value, a line each, and the value made of them again: no table holds JSON in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from projections.snapshots.columns import Cell

# What the models of the changes state as a number or a date, and JSON holds as text: the name of an attribute, or of a
# part of one with that of the attribute before it.
NUMBERS = frozenset(("baseline", "target", "measurements/value", "decision-reviews/actual/amount"))
DATES = frozenset(
    (
        *("due_on", "horizon_on", "next_review_on", "observed_on", "reviewed_on"),
        *("measurements/observed_on", "assessments/outlook/horizon_on"),
    )
)


class Leaf(NamedTuple):
    """A part of a value: its place (JSON Pointer, RFC 6901), its type in JSON, and its text; None for what has parts.

    The whole value comes first, and stands at the empty place.
    """

    place: str
    type: str
    value: Cell


def leaves(value: Any, place: str = "") -> Iterator[Leaf]:
    """Yield a JSON value and each part of it, whatever has parts before these."""
    if isinstance(value, dict):
        yield Leaf(place, "object", None)
        for name, inner in value.items():
            yield from leaves(inner, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list | tuple):
        yield Leaf(place, "list", None)
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{place}/{at}")
    elif isinstance(value, bool):
        yield Leaf(place, "boolean", "true" if value else "false")
    elif isinstance(value, int):
        yield Leaf(place, "whole", str(value))
    elif isinstance(value, str):
        yield Leaf(place, "text", value)
    else:
        raise ValueError("no attribute has such a value")


def type_of(attribute: str, leaf: Leaf) -> str:
    """Return the type of a part of an attribute: that of JSON, or the one that the models of the changes state."""
    if leaf.type != "text":
        return leaf.type
    name = attribute.partition(":")[0] + leaf.place
    return "number" if name in NUMBERS else "date" if name in DATES else "text"


def value_of(parts: Mapping[str, tuple[str, str | None]]) -> Any:
    """Return the JSON value of which these are the parts, by place: the type of each, and its text.

    Raises `KeyError` or `ValueError` where they make none.
    """
    made: dict[str, Any] = {}
    for place in sorted(parts, key=_depth_first):
        made[place] = value = _single(*parts[place])
        if place:
            holder, _, name = place.rpartition("/")
            _put(made[holder], name, value)
    return made[""]


def _depth_first(place: str) -> tuple[int, str, int, str]:
    """Return by what places sort so that a whole stands before its parts, and these in order of their numbers."""
    holder, _, name = place.rpartition("/")
    return place.count("/"), holder, len(name), name


def _single(type_: str, text: str | None) -> Any:
    if type_ in ("object", "list") and text is None:
        return {} if type_ == "object" else []
    if type_ == "boolean" and text in ("true", "false"):
        return text == "true"
    if type_ == "whole" and text is not None:
        return int(text)
    if type_ in ("text", "number", "date"):
        return text or ""
    raise ValueError("a value of no type")


def _put(holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[name.replace("~1", "/").replace("~0", "~")] = value
    elif isinstance(holder, list) and name == str(len(holder)):
        holder.append(value)
    else:
        raise ValueError("a part of what has none")
