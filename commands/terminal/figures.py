"""Figures for people: the two blocks of metrics side by side, and what could not be computed below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from commands.terminal.output import plain
from ledger.timeline import iso
from projections.agility.query import Found

BLOCKS = {"structure": "structure (may change)", "measurement": "measurement (should stay the same)"}
_SHORT_UNITS = {"years", "days", "unit-days"}  # said beside the value; others are said below
_HEADS = ("value", "n", "out of")


def report(found: Iterable[Found], columns: int | None = None) -> Iterator[str]:
    """Yield figures as text: for each window and cluster a heading, the blocks, the units, and what is missing.

    Where the blocks do not go side by side into `columns` characters, one stands below the other.
    """
    before = ""
    for _, group in groupby(found, lambda one: (one.window, one.cluster)):
        yield before + _section(list(group), columns)
        before = "\n"


def _section(found: Sequence[Found], columns: int | None) -> str:
    blocks = _blocks(found)
    if columns is not None and max(map(len, blocks.splitlines())) > columns:
        each = ([one for one in found if one.metric.block == block] for block in BLOCKS)
        blocks = "\n".join(_blocks(block) for block in each if block)
    return f"{heading(found[0])}\n\n{blocks}{_units(found)}{_missing(found)}"


def heading(one: Found) -> str:
    """Return of what and over which days a figure is; the last day belongs to it."""
    whose = f"Cluster {one.cluster}" if one.cluster else "The government"
    return f"{whose}, {iso(one.window.start)} to {iso(one.window.end - 1)}"


def _blocks(found: Sequence[Found]) -> str:
    """Return a table of the blocks side by side; a block without a metric is left out."""
    columns = [[_cells(one) for one in found if one.metric.block == block] for block in BLOCKS]
    shown = [(title, cells) for title, cells in zip(BLOCKS.values(), columns, strict=True) if cells]
    heads = [head for title, _ in shown for head in (title, *_HEADS)]
    rows = zip_longest(*(cells for _, cells in shown), fillvalue=("", "", "", ""))
    return plain(heads, [[cell for cells in row for cell in cells] for row in rows])


def _cells(one: Found) -> tuple[str, str, str, str]:
    figure = one.figure
    out_of = "" if figure.out_of is None else number(figure.out_of)
    return one.metric.name, amount(one), str(figure.n), out_of


def amount(one: Found) -> str:
    """Return a figure's value with its unit where that is short; a dash where it cannot be computed."""
    value, unit = one.figure.value, one.metric.unit
    if value is None:
        return "-"
    if unit == "share":
        return f"{value:.1%}"
    return f"{number(value)} {unit}" if unit in _SHORT_UNITS else number(value)


def number(value: float) -> str:
    """Return a number as people read it: whole ones whole, others with three figures."""
    if value == int(value):
        return str(int(value))
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.3g}"


def _units(found: Iterable[Found]) -> str:
    """Return the units that are too long to be said beside a value."""
    said = {
        one.metric.name: one.metric.unit
        for one in found
        if one.figure.value is not None and one.metric.unit not in {*_SHORT_UNITS, "share"}
    }
    return "".join(f"\nUnit of {name}: {unit}." for name, unit in said.items()) + "\n" if said else ""


def _missing(found: Iterable[Found]) -> str:
    missing = [f"{one.metric.name} cannot be computed: {one.figure.why_not}." for one in found if one.figure.why_not]
    return "".join(f"\n{sentence}" for sentence in missing) + "\n" if missing else ""


def beside(one: Found) -> str:
    """Return a figure as a sentence with all that is given beside its value."""
    figure = one.figure
    said = f"{heading(one)}: {one.metric.name} {amount(one)}"
    said += f" ({one.metric.unit})" if figure.value is not None and one.metric.unit not in _SHORT_UNITS else ""
    said += f", n {figure.n}" + ("" if figure.out_of is None else f" out of {number(figure.out_of)}")
    said += f" ({one.metric.denominator})"
    parts = [f"{name} {number(value)}" for name, value in figure.detail]
    parts += [f"censored {figure.censored}"] if figure.censored else []
    parts += [f"cannot be computed: {figure.why_not}"] if figure.why_not else []
    return "; ".join([said, *parts]) + "."
