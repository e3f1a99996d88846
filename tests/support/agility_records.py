"""Records for the tests of metrics: rows written by hand, and records read out of a ledger's views."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.events.changes.settings import AdoptSettings
from ledger.rules.flagged import DecisionFacts
from ledger.timeline import FOREVER, day_of
from projections.agility.figures import Figure, Window
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.agility.record import Holding, KnownRecord
from projections.views.read_model import Views

METRICS = metrics()
YEAR = Window(day_of("2026-01-01"), day_of("2027-01-01"))  # 365 days


def row(id_: str, attribute: str, value: Any, start: str, end: str | None = None, *, by: int = 0) -> Holding:
    """A row of a thing whose id tells its kind: `c...` cluster, `c/..` segment, `m...` mission, `m/..` objective."""
    kinds = {"c": ("cluster", "segment"), "m": ("mission", "objective"), "s": ("signal", "signal")}
    kind = "government" if id_ == "government" else kinds[id_[0]]["/" in id_]
    last = FOREVER if end is None else day_of(end)
    return Holding(kind, id_, attribute, value, day_of(start), last, by, 0 if end is None else by + 1)


def part(kind: str, *rows: Holding) -> list[Holding]:
    """The rows of a thing of another kind than its id tells: a mandate, a recommendation."""
    return [one._replace(kind=kind) for one in rows]


def live(id_: str, start: str, end: str | None = None, *, by: int = 0) -> Holding:
    """The row in which a thing is live."""
    return row(id_, "life", True, start, end, by=by)


def record(*rows: Holding, decisions: tuple[DecisionFacts, ...] = (), **settings: int) -> KnownRecord:
    """A record of rows written by hand."""
    return KnownRecord(0, list(rows), dict(enumerate(decisions, 1)), {}, {**AdoptSettings.DEFAULTS, **settings})


def figure(name: str, found: KnownRecord, cluster: str | None = None, window: Window = YEAR) -> Figure:
    """A figure; that of a cluster is the same on its part of the record."""
    computed = METRICS[name].compute(found, window, cluster)
    if cluster is not None:
        assert METRICS[name].compute(found.within(cluster), window, cluster) == computed
    return computed


def figure_of(ledger: Ledger, folder: Path, name: str, known: int | None = None, window: Window = YEAR) -> Figure:
    """The figure of a government as the ledger knew it at a position; the head where None."""
    with Views(ledger, folder) as views:
        found = record_at(views, ledger.head().position if known is None else known, window.end - 1)
        return METRICS[name].compute(found, window, None)
