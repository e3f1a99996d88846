"""Records for the tests of metrics: rows written by hand, and records read out of a ledger's views."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.events.changes.settings import AdoptSettings
from ledger.names import GOVERNMENT, IN_DOUBT, LIFE
from ledger.rules.flagged import DecisionFacts
from ledger.timeline import FOREVER, day_of
from projections.agility.decided import Decisions, LaggedDecision
from projections.agility.figures import Figure, Window
from projections.agility.log import Log
from projections.agility.query import metrics
from projections.agility.reading import record_at
from projections.agility.record import Holding, KnownRecord
from projections.agility.rows import RowsInMemory
from projections.views.queries.spans import known_rows
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
    decided = Decisions(
        LaggedDecision(first, one.position, one.recorded_day, one.lags, one.responds_to, one.decided_day)
        for first, one in enumerate(decisions, 1)
    )
    return KnownRecord(0, RowsInMemory(rows), decided, Log(), {**AdoptSettings.DEFAULTS, **settings})


def figure(name: str, found: KnownRecord, cluster: str | None = None, window: Window = YEAR) -> Figure:
    """A figure; that of a cluster is the same on its part of the record."""
    computed = METRICS[name].compute(found, window, cluster)
    if cluster is not None:
        assert METRICS[name].compute(within(found, cluster), window, cluster) == computed
    return computed


def in_memory(views: Views, known: int, day: int) -> KnownRecord:
    """The record at a position with every row in memory, those in doubt told by the plain rule: an oracle."""
    views.catch_up()
    held = [Holding(*one, 0) for one in known_rows(views.file, known)]
    doubts = [one for one in held if one.attribute == IN_DOUBT]
    begun, ended = {(one.id, one.start): one.end for one in doubts}, {(one.id, one.end): one.start for one in doubts}
    rows = RowsInMemory()
    for one in held:
        since = ended.get((one.id, one.end), 0)
        if one.attribute == LIFE and (one.id, one.end) in begun:
            rows.append(one._replace(end=begun[one.id, one.end], in_doubt=one.end))
        elif one.attribute != IN_DOUBT:
            rows.append(one._replace(in_doubt=since) if one.start < since else one)
    return replace(record_at(views, known, day), held=rows, _made={})


def within(found: KnownRecord, cluster: str) -> KnownRecord:
    """The part of a record that figures of one cluster are computed from.

    It holds the cluster, the segments that ever were its own, the missions ever affiliated with them and where else
    those are affiliated, what belongs to any of these, the signals that concern them, and the government.
    """
    rows = found.held
    assert isinstance(rows, RowsInMemory)
    own = {row.id for row in found.segments_of(cluster)}
    missions = {one.mission for segment in own for one in found.affiliations_of(segment)}
    ids = {cluster, GOVERNMENT, *own, *missions}
    ids |= {row.key for row in rows if row.id in missions and row.attribute.startswith("segments:")}
    owners = {cluster, *missions}
    ids |= {row.id for row in rows if row.id.partition("/")[0] in owners}
    ids |= {row.id for row in rows if row.attribute == "mission" and row.value in owners}
    ids |= {row.id for row in rows if row.attribute == "concerns" and not ids.isdisjoint(row.value)}
    return replace(found, held=RowsInMemory(row for row in rows if row.id in ids), _made={})


def figure_of(ledger: Ledger, folder: Path, name: str, known: int | None = None, window: Window = YEAR) -> Figure:
    """The figure of a government as the ledger knew it at a position; the head where None."""
    with Views(ledger, folder) as views:
        found = record_at(views, ledger.head().position if known is None else known, window.end - 1)
        return METRICS[name].compute(found, window, None)
