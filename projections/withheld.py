"""Texts that may be withheld: told where what opens their commitment is kept, and by one word where it is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ledger.events.commitments import is_commitment

if TYPE_CHECKING:
    from ledger.events.personal import Commitment

Names = Callable[[str], str | None]  # a commitment -> the personal value behind it, None where it was deleted
WITHHELD = "withheld"
Value = TypeVar("Value")
_OFFICE = "leaders:"  # attributes whose sentence compares what commits to their holders


def unnamed(commitment: str) -> None:
    """Tell no personal value: what an answer does that is published, or made again later."""


def worded(text: str | Commitment, names: Names = unnamed) -> str:
    """Return a text, or the one behind a commitment; the word for it where that is not to be had."""
    if isinstance(text, str):
        return text
    return names(text.commitment) or WITHHELD


def told(value: Value, names: Names = unnamed) -> Value:
    """Return an answer or a JSON value with the text, or the word, in the place of each commitment that stands for one.

    An answer keeps its type, and so does each answer within it.
    """
    return cast(Value, _told(value, names))


def _told(value: Any, names: Names) -> Any:
    if is_commitment(value):
        return names(value["commitment"]) or WITHHELD
    if isinstance(value, Mapping):
        return {name: inner if name.startswith(_OFFICE) else _told(inner, names) for name, inner in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(_told(inner, names) for inner in value)
    if isinstance(value, list | tuple):
        return [_told(inner, names) for inner in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        stated = {one.name: _told(getattr(value, one.name), names) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **stated)
    return value
