"""A report before it is set: sections of paragraphs, lists, tables and charts, all plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.events.commitments import is_commitment
from projections.charts.chart import Chart
from projections.html import clean
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
class ReportTable:
    """Rows under heads; `widths` are the shares of the columns. `caption` says what the table is of."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True)
class Picture:
    """A chart, with what it says in words."""

    chart: Chart


ABSENT = "\N{EN DASH}"
Block = Heading | Paragraph | Bullets | ReportTable | Picture


@dataclass(frozen=True)
class Section:
    """One section under its title."""

    title: str
    blocks: Sequence[Block]


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
        return "; ".join(f"{str(name).replace('_', ' ')}: {shown(one)}" for name, one in value.items()) or ABSENT
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    return clean(str(value)) or ABSENT


def table(caption: str, columns: Mapping[str, int], rows: Sequence[Sequence[Any]], none: str) -> Block:
    """Return a table of columns (head and share of the width), or the paragraph `none` where there is no row.

    Columns in which no row has anything are left out: what is missing is for the notices to say.
    """
    if not rows:
        return Paragraph(none)
    cells = [[shown(cell) for cell in row] for row in rows]
    kept = [place for place in range(len(columns)) if place == 0 or any(row[place] != ABSENT for row in cells)]
    heads, widths = list(columns), list(columns.values())
    rest = [[row[place] for place in kept] for row in cells]
    return ReportTable(caption, [heads[place] for place in kept], rest, [widths[place] for place in kept])


def capped(rows: Sequence[Any], most: int) -> tuple[Sequence[Any], str]:
    """Return at most so many rows, and a sentence that says how many are left out; empty where none is."""
    return rows[:most], left_out(most, len(rows))


def left_out(most: int, count: int) -> str:
    """Return the sentence that says how many of `count` rows are shown, where that is not all; else nothing."""
    return f"The first {most} of {count} are shown." if count > most else ""
