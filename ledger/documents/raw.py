"""A decision document as it was given: plain values, and where they stood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class RawDocument(NamedTuple):
    """One document: where it stands (file and line, fit to begin a sentence), and its fields."""

    where: str
    fields: dict[str, Any]
    file: str | None = None  # that it stands in; None: none that anything could lie beside
    openings: Sequence[tuple[str, bytes, str]] = ()  # (commitment, salt, value) of each of its personal texts
    draft: str | None = None  # the name of the draft that it is; None: none
