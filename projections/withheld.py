"""Texts that may be withheld: told where what opens their commitment is kept, and by one word where it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ledger.events.personal import Commitment, is_commitment

Names = Callable[[str], str | None]  # a commitment -> the personal value behind it, None where it was deleted
WITHHELD = "withheld"
_OFFICE = "leaders:"  # attributes whose sentence compares what commits to their holders


def unnamed(commitment: str) -> None:
    """Tell no personal value: what an answer does that is published, or made again later."""


def worded(text: str | Commitment, names: Names = unnamed) -> str:
    """Return a text, or the one behind a commitment; the word for it where that is not to be had."""
    if isinstance(text, str):
        return text
    return names(text.commitment) or WITHHELD


def told(value: Any, names: Names = unnamed) -> Any:
    """Return a JSON value with the text, or the word, in the place of each commitment that stands for one."""
    if is_commitment(value):
        return names(value["commitment"]) or WITHHELD
    if isinstance(value, Mapping):
        return {name: inner if name.startswith(_OFFICE) else told(inner, names) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [told(inner, names) for inner in value]
    return value
