"""Answers about a whole structure: they cost what the structures do that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.asked import Asked, At
from benchmarks.figures import Figure, missing, price
from benchmarks.rounds import here, in_turn
from benchmarks.session import Session
from projections.answers.matrix import matrix
from projections.differences.explained import Point, differences
from projections.snapshots.copy import about
from projections.snapshots.formats import TooLargeToVerify, save
from projections.snapshots.question import Snapshot, snapshot
from projections.snapshots.tables import tables

ROUNDS, ROUNDS_XLSX = 5, 3
_DAYS = 30  # between the two days of a difference


def figures(session: Session) -> Iterator[Figure]:
    """Measure a matrix, differences of a month and a spreadsheet, each beside what it is made of."""
    for events in session.sizes:
        with Asked(session, events) as asked:
            yield from _of_everything(session, asked, events)
            yield _spreadsheet(session, asked, events)


def _of_everything(session: Session, asked: Asked, events: int) -> Iterator[Figure]:
    """Yield the figures of a matrix and of differences, beside the structures that they are read from."""
    views, second = asked.views, asked.head
    first = At(second.day - _DAYS, second.known)
    sides = {
        "matrix": here(lambda: matrix(views, *second)),
        "structure": here(lambda: views.structure(*second)),
        "diff": here(lambda: differences(views, Point(*first), Point(*second))),
        "structures": here(lambda: (views.structure(*first), views.structure(*second))),
    }
    things = len(views.structure(*second).things)
    found = len(differences(views, Point(*first), Point(*second)))
    took = in_turn(sides, session.rounds(ROUNDS))
    yield price(f"matrix of {things:,} things", events, took["matrix"], "their structure", took["structure"], 2)
    yield price(f"{found:,} differences", events, took["diff"], "the two structures", took["structures"], 2)


def _spreadsheet(session: Session, asked: Asked, events: int) -> Figure:
    """Return the figure of a spreadsheet beside the bare writing of its cells, which are at hand."""
    folder, day, known = session.own_folder("sheets"), asked.head.day, asked.ledger.known()
    found = snapshot(asked.views, day, known)
    sheets, things = _sheets(found), len(asked.views.structure(*asked.head).things)

    def ours() -> None:
        save(snapshot(asked.views, day, known), folder / "ours.xlsx", "xlsx", "ours.ledger", force=True)

    name, beside = f"spreadsheet of {things:,} things", "its cells written"
    sides = {"ours": here(ours), "bare": here(lambda: _bare(folder / "bare.xlsx", sheets))}
    try:
        took = in_turn(sides, session.rounds(ROUNDS_XLSX))
    except TooLargeToVerify as refusal:  # as people are told, too
        return missing(name, events, beside, str(refusal))
    return price(name, events, took["ours"], beside, took["bare"], 3)


def _sheets(found: Snapshot) -> dict[str, list[tuple[Any, ...]]]:
    """Return the lines of every sheet, that of names included."""
    sheets = {table.name: [tuple(column.name for column in table.columns), *table.lines] for table in tables(found)}
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
