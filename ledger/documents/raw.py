"""A decision document as it was given: plain values, and where they stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ledger.errors import MalformedDocument

TYPED = "The decision"  # where a document stands that a command made of what was typed


class RawDocument(NamedTuple):
    """One document: where it stands (file and line, fit to begin a sentence), and its fields."""

    where: str
    fields: dict[str, Any]
    file: str | None = None  # that it stands in; None: none that anything could lie beside
    openings: Sequence[tuple[str, bytes, str]] = ()  # (commitment, salt, value) of each of its personal texts
    draft: str | None = None  # the name of the draft that it is; None: none
    line: Callable[[Sequence[int | str]], int | None] | None = None  # on which what stands at a path in it stands

    def located(self, error: MalformedDocument) -> MalformedDocument:
        """Return a fault of it with the line of the fault in place of that of the document, where that is known."""
        line = None if self.line is None else self.line(error.path)
        if line is None or not error.where.startswith(self.where):
            return error
        place = f"{self.where.rpartition(', line ')[0]}, line {line}{error.where.removeprefix(self.where)}"
        return MalformedDocument(place, error.problem, error.path)
