"""The context of an answer: whose ledger, asked at which point of both times, held to which size and root."""

from __future__ import annotations

from typing import Any

from ledger.application import Known, Ledger
from ledger.store.instants import stamp
from ledger.timeline import iso

FORMAT = 1  # the version of the shape of JSON answers, not of the program


def context(ledger: Ledger, day: int, known: Known) -> dict[str, Any]:
    """Return what every answer carries beside its payload; `known_at` is None before the first record.

    Nothing in it depends on the day on which one asks.
    """
    return {
        "government": ledger.government.name,
        "ledger_id": ledger.government.ledger_id,
        "effective": iso(day),
        "known_at": None if known.at is None else stamp(known.at),
        "known_position": known.position,
        "tree_size": known.size,
        "root": known.root,
        "format": FORMAT,
    }
