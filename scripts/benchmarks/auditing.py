"""Answers that cost what they print: the same ones out of a record of 10^5 and of 10^6 events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.auditing_ledger import Long
from benchmarks.auditing_past import CHANGES, FOUNDING, THINGS, WATCHED
from benchmarks.figures import Figure, price
from benchmarks.rounds import in_turn
from projections.answers.history import history
from projections.answers.matrix import matrix
from projections.answers.why import why
from projections.differences.explained import differences
from projections.snapshots.copy import about
from projections.snapshots.formats import save
from projections.snapshots.question import Snapshot, snapshot
from projections.snapshots.tables import tables

THINGS_LIVE, EVENTS, FEWER_EVENTS = 10_000, 1_000_000, 100_000
BETWEEN = 1_000  # events between the two days of a difference
ROUNDS, ROUNDS_BRIEF, ROUNDS_XLSX = 5, 25, 3
Ask = Callable[[], Any]


def figures(folder: Path, size: float) -> list[Figure]:
    """Measure every answer beside the same one out of a tenth of the record, and beside what it is made of."""
    clusters = max(3, round(THINGS_LIVE * size) // THINGS)
    fewer = max(FOUNDING * clusters + 3 * CHANGES, round(FEWER_EVENTS * size))
    many = Long(folder / "many", clusters, fewer * (EVENTS // FEWER_EVENTS))
    few = Long(folder / "few", clusters, fewer)
    found = [*_of_one_thing(many, few), *_of_everything(many, few), _spreadsheet(folder, many)]
    many.close()
    few.close()
    return found


def _of_one_thing(many: Long, few: Long) -> list[Figure]:
    """Return the figures of what is asked of one thing, whose own record is as long in both."""

    def asked(of: Long) -> dict[str, Ask]:
        day = of.after(of.known).day
        return {
            "history": lambda: history(of.views, WATCHED, of.known),
            "why": lambda: why(of.views, WATCHED, day, of.known),
        }

    found, fewer = [], asked(few)
    for name, ask in asked(many).items():
        lines = len(ask())
        assert lines == len(fewer[name]())
        took = in_turn({"many": ask, "few": fewer[name]}, ROUNDS_BRIEF)
        name = f"{name}, {lines} lines out of {many.known:,} events"
        found.append(price(name, took["many"], f"out of {few.known:,}", took["few"], 1.3))
    return found


def _of_everything(many: Long, few: Long) -> list[Figure]:
    """Return the figures of a matrix and of differences, beside the structures that they are read from."""
    between = min(BETWEEN, few.events // 10)
    asked, fewer = _asked(many, between), _asked(few, between)
    took = in_turn({**asked, **{f"{name} of few": ask for name, ask in fewer.items()}}, ROUNDS)
    matrix_of = f"matrix of {many.things:,} things out of {many.known:,} events"
    diff = f"{len(asked['diff']()):,} differences out of {many.known:,} events"
    also = f"{len(fewer['diff']()):,} out of {few.known:,}"
    return [
        price(matrix_of, took["matrix"], "the structure that it is of", took["structure"], 2),
        price(matrix_of, took["matrix"], f"out of {few.known:,}", took["matrix of few"], 1.3),
        price(diff, took["diff"], "the two structures", took["two structures"], 2),
        price(diff, took["diff"], also, took["diff of few"], 1.3),
    ]


def _asked(of: Long, between: int) -> dict[str, Ask]:
    """Return what is asked of a whole structure, between two days near the end of a record."""
    first, second = of.after(of.known - 2 * between), of.after(of.known - between)
    return {
        "matrix": lambda: matrix(of.views, *second),
        "structure": lambda: of.views.structure(*second),
        "diff": lambda: differences(of.views, first, second),
        "two structures": lambda: (of.views.structure(*first), of.views.structure(*second)),
    }


def _spreadsheet(folder: Path, of: Long) -> Figure:
    """Return the figure of a spreadsheet beside the bare writing of its cells, which are at hand."""
    day, known = of.after(of.known).day, of.ledger.known()
    sheets = _sheets(snapshot(of.views, day, known))

    def ours() -> None:
        save(snapshot(of.views, day, known), folder / "ours.xlsx", "xlsx", "ours.ledger", force=True)

    took = in_turn({"ours": ours, "bare": lambda: _bare(folder / "bare.xlsx", sheets)}, ROUNDS_XLSX)
    name = f"spreadsheet of {of.things:,} things"
    return price(name, took["ours"], "xlsxwriter writing its cells", took["bare"], 3)


def _sheets(found: Snapshot) -> dict[str, list[tuple[Any, ...]]]:
    """Return the lines of every sheet, that of names included."""
    sheets = {table.name: [tuple(name for name, _ in table.columns), *table.lines] for table in tables(found)}
    return {"context": [("name", "value"), *about(found)], **sheets}


def _bare(path: Path, sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    """Write cells, each as the type that it has, as one does who never heard of a snapshot."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, int):
                        sheet.write_number(row, column, cell)
                    elif cell:
                        sheet.write_string(row, column, cell)
