"""The context of an answer: whose ledger, asked at which point of both times, held to which size and root."""

from __future__ import annotations

from typing import TypedDict

from ledger.application.moments import Known
from ledger.instants import stamp
from ledger.names import GOVERNMENT
from ledger.timeline import iso
from projections.views.filled import FilledViews

FORMAT = 1  # the version of the shape of JSON answers, not of the program


class Context(TypedDict):
    """Whose ledger an answer is of, its point of both times, and the size and root that it is held to.

    `effective` is None for all days, `known_at` before the first record.
    """

    government: str
    ledger_id: str
    effective: str | None
    known_at: str | None
    known_position: int
    tree_size: int
    root: str
    format: int


def name_of_government(views: FilledViews, day: int, known: int) -> str:
    """Return what the government was called on `day` as known at position `known`; its first name before any record."""
    views.catch_up()
    row = views.row_at(GOVERNMENT, "name", day, known)
    government = views.ledger.government
    return government.name if row is None else government.called(str(row.value))


def context(views: FilledViews, day: int, known: Known) -> Context:
    """Return what every answer carries beside its payload.

    Nothing in it depends on the day on which one asks.
    """
    return {
        "government": name_of_government(views, day, known.position),
        "ledger_id": views.ledger.government.ledger_id,
        "effective": iso(day),
        "known_at": None if known.at is None else stamp(known.at),
        "known_position": known.position,
        "tree_size": known.size,
        "root": known.root,
        "format": FORMAT,
    }


def of_all_days(context: Context) -> Context:
    """Return the context of an answer that is about no single day."""
    return {**context, "effective": None}
