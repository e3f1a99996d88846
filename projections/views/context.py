"""The context of an answer: whose ledger, asked at which point of both times, held to which size and root."""

from __future__ import annotations

from typing import Any

from ledger.application import Known
from ledger.instants import stamp
from ledger.names import GOVERNMENT
from ledger.timeline import iso
from projections.views.read_model import Views

FORMAT = 1  # the version of the shape of JSON answers, not of the program


def name_of_government(views: Views, day: int, known: int) -> str:
    """Return what the government was called on `day` as known at position `known`; its first name before any record."""
    views.catch_up()
    row = views.row_at(GOVERNMENT, "name", day, known)
    return views.ledger.government.name if row is None else str(row.value)


def context(views: Views, day: int, known: Known) -> dict[str, Any]:
    """Return what every answer carries beside its payload; `known_at` is None before the first record.

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
