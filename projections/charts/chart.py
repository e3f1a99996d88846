"""A chart before it is drawn: what it shows, in a specification, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ledger.plurals import counted as counted_in_words
from ledger.plurals import plural
from projections.answers.counts import Count

Spec = dict[str, Any]
Cell = str | int | float | None


class TableRows(Protocol):
    """Rows that are counted, and read as often as one likes."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Sequence[Cell]]: ...


@dataclass(frozen=True)
class Chart:
    """One chart; `spec` is drawn by Vega-Lite, `svg` is drawn already; without either `title` and `alt` say all.

    `name` marks everything in it that needs an id. `lead` says how it is read, `alt` what is to be seen.
    `rows` hold what was drawn, under `heads`: who cannot see the picture reads them.
    """

    name: str
    title: str
    lead: str
    alt: str
    context: Mapping[str, Any]
    spec: Spec | None = None
    svg: str | None = None
    heads: Sequence[str] = ()
    rows: TableRows = ()


def context_lines(context: Mapping[str, Any]) -> list[str]:
    """Return the sentences that say whose record it is, at which point of both times, and what holds it to that."""
    known = f"position {context['known_position']}"
    if context.get("known_at"):
        known += f", recorded {context['known_at']}"
    return [
        f"{context['government']}, ledger {context['ledger_id']}. On {context['effective']}, as known at {known}.",
        f"Size {context['tree_size']}, root {context['root']}.",
    ]


def counted(number: int | Count, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 cluster`, `2 clusters`, `no cluster`; of a count with both ends, `2 to 3
    clusters` where these differ.
    """
    if isinstance(number, Count):
        if number.least < number.most:
            return f"{number.words} {plural(2, one, many)}"  # of a span, also where it ends at 1
        number = number.most
    return counted_in_words(number, one, many) if number else f"no {one}"
