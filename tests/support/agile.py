"""Figures of agility as tests ask for them: one metric, over one window, as known at one position."""

from __future__ import annotations

from pathlib import Path

from ledger.application import Ledger
from projections.agility.figures import Figure, Window
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.agility.record import KnownRecord
from projections.agility.windows import first_day, last_day
from projections.views.read_model import Views


def record(ledger: Ledger, known: str | None = None, day: str = "2030-01-01") -> KnownRecord:
    """What metrics are computed from: everything known at `known`, with the settings of `day`."""
    folder = Path(ledger.store.location).parent / "views"
    with Views(ledger, folder) as views:
        return record_at(views, ledger.known(known).position, first_day(day))


def figure(
    ledger: Ledger, name: str, since: str, until: str, cluster: str | None = None, known: str | None = None
) -> Figure:
    """A metric's figure from one day to another, both included."""
    window = Window(first_day(since), last_day(until) + 1)
    return metrics()[name].compute(record(ledger, known), window, cluster)


def moved(ledger: Ledger) -> str:
    """The position of the head, to ask for what was known until now."""
    return f"p{ledger.head().position}"


def detail(found: Figure) -> dict[str, float]:
    """What is given beside a figure, by name."""
    return dict(found.detail)
