"""A report before it is set: sections of paragraphs, lists, tables and charts, all plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ledger.events.commitments import is_commitment
from projections.charts.chart import Chart
from projections.html import clean
from projections.report.wording import in_words
from projections.views.spool import Spool
from projections.withheld import WITHHELD


@dataclass(frozen=True)
class Heading:
    """The heading of a part of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; `strong`: what nobody may overlook."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short texts."""

    items: Sequence[str]


@dataclass(frozen=True)
class Card:
    """One thing and what is to be said of it: labels, each with one line or several."""

    title: str
    facts: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class ReportTable:
    """Rows under heads, read as often as one likes; `widths` are the shares of the columns.

    `caption` says what the table is of.
    """

    caption: str
    heads: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Picture:
    """A chart, with what it says in words."""

    chart: Chart


ABSENT = "\N{EN DASH}"
Block = Heading | Paragraph | Bullets | Card | ReportTable | Picture


@dataclass(frozen=True)
class Section:
    """One section under its title; `make` makes its blocks one by one, anew each time that they are read."""

    title: str
    make: Callable[[], Iterable[Block]]

    @property
    def blocks(self) -> Iterator[Block]:
        """Its blocks in order: only the one at hand is in memory."""
        return iter(self.make())


@dataclass(frozen=True)
class Report:
    """A whole report; `about` stands below the title, `damaged` says that verification failed."""

    title: str
    subtitle: str
    about: Sequence[str]
    sections: Sequence[Section]
    context: Mapping[str, Any]
    damaged: bool = False


def shown(value: Any) -> str:
    """Return a value as a reader expects it: absent ones as a dash, lists with commas, mappings as `name: value`."""
    if value is None or value == () or value == []:
        return ABSENT
    if is_commitment(value):
        return WITHHELD
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return in_words(value) or ABSENT
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    return clean(str(value)) or ABSENT


class Rows:
    """The rows of a table to be: put aside as they come, however many, and the columns in which there is anything."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        """Take the columns: head and share of the width."""
        self._columns = columns
        self._cells = Spool[tuple[str, ...]]()
        self._kept = {0}

    def add(self, *cells: Any) -> None:
        """Put one more row behind the others."""
        row = tuple([shown(cell) for cell in cells])
        self._cells.add(row)
        if len(self._kept) < len(row):
            self._kept.update(place for place, cell in enumerate(row) if cell != ABSENT)

    def __len__(self) -> int:
        return len(self._cells)

    def table(self, caption: str, none: str, most: int | None = None) -> Block:
        """Return the table, or the paragraph `none` where there is no row; with at most so many rows, which it says.

        Columns in which no row has anything are left out: what is missing is for the notices to say.
        """
        count = len(self._cells)
        if not count:
            return Paragraph(none)
        kept = [place for place in range(len(self._columns)) if place in self._kept]
        heads, widths = list(self._columns), list(self._columns.values())
        cut = left_out(most, count) if most is not None else ""
        said = " ".join(one for one in (f"{caption}." if cut else caption, cut) if one)
        return ReportTable(
            said, [heads[place] for place in kept], _Read(self._cells, kept, most), [widths[place] for place in kept]
        )


@dataclass(frozen=True)
class _Read:
    """The rows that were put aside, or the first of them, with the columns that are kept."""

    cells: Spool[tuple[str, ...]]
    kept: Sequence[int]
    most: int | None

    def __iter__(self) -> Iterator[Sequence[str]]:
        return ([row[place] for place in self.kept] for row in islice(self.cells, self.most))


def table(
    caption: str, columns: Mapping[str, int], rows: Iterable[Sequence[Any]], none: str, most: int | None = None
) -> Block:
    """Return a table of columns (head and share of the width), or the paragraph `none` where there is no row."""
    found = Rows(columns)
    for row in rows:
        found.add(*row)
    return found.table(caption, none, most)


def left_out(most: int, count: int) -> str:
    """Return the sentence that says how many of `count` rows are shown, where that is not all; else nothing."""
    return f"The first {most:,} of {count:,} are shown." if count > most else ""
