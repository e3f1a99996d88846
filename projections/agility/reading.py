"""The reading of a record out of the views: what was known at a position."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ledger.collector import uncollected
from ledger.events.changes.settings import AdoptSettings
from ledger.lags import Lags, lag, measurable
from ledger.names import LIFE
from ledger.rules.flagged import first_measured
from ledger.timeline import PossibleDays
from projections.agility.decided import Decisions, LaggedDecision
from projections.agility.log import Log
from projections.agility.record import KnownRecord
from projections.agility.rows import HeldRows, RowsOfViews
from projections.views.queries.agility import DecidedRow, decided_rows, event_rows, sparing
from projections.views.queries.decisions import effects_of
from projections.views.queries.mentions import mentions_spoken_of, speeches
from projections.views.queries.record import reasons_at
from projections.views.queries.standings import Standings
from projections.views.read_model import Views

_DATES_MAX = 20_000  # whose days are kept: most are said again and again


def record_at(views: Views, known: int, day: int) -> KnownRecord:
    """Return everything known at position `known`, with the settings in force on `day`; empty at 0."""
    views.catch_up()
    with sparing(views.file), uncollected():
        held = RowsOfViews(views.file, known)
        recorded = array("i", bytes(4 * (known + 1)))  # the day of record, by the first position of a decision
        decisions = Decisions(_standing(decided_rows(views.file, known), recorded))
        events = Log((type_, first, recorded[first]) for type_, first in event_rows(views.file, known))
        spoken = _lists(speeches(views.file, known))
    mentions = _lists((one.position, one.id) for one in mentions_spoken_of(views.file, known)) if spoken else {}
    reasons = _reasons(views, known, {row.ended_by for row in held.read(LIFE)} & spoken.keys())
    return KnownRecord(known, held, decisions, events, _settings(held, day), spoken, mentions, reasons)


def _standing(rows: Iterable[DecidedRow], recorded: array[int]) -> Iterator[LaggedDecision]:
    """Yield the decisions that stand, and take note of when each was recorded."""
    for row in rows:
        recorded[row.first] = row.recorded_day
        if row.stands:
            lags = Lags(lag(_decided(row.decided_on), row.recorded_day), lag(_effect(row.effects), row.recorded_day))
            answered = tuple(row.responds_to.split()) if row.responds_to else ()
            yield LaggedDecision(row.first, row.last, row.recorded_day, lags, answered, row.decided_day)


@lru_cache(_DATES_MAX)
def _decided(stated: str | None) -> PossibleDays | None:
    return measurable(stated)


@lru_cache(_DATES_MAX)
def _effect(column: str) -> PossibleDays | None:
    return first_measured(effects_of(column))


def _reasons(views: Views, known: int, spoken_of: Iterable[int]) -> dict[int, str]:
    """Return the reasons that ends state by position: as recorded, but for those that a later event speaks of."""
    found: dict[int, str | None] = dict(reasons_at(views.file, known))
    told = Standings(views, known).of(spoken_of)
    found |= {position: one.standing.change.ended_for for position, one in told.items()}
    return {position: reason for position, reason in found.items() if reason is not None}


def _lists(pairs: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for position, value in pairs:
        found.setdefault(position, []).append(value)
    return found


def _settings(held: HeldRows, day: int) -> dict[str, int]:
    return AdoptSettings.in_force({row.key: row.value for row in held.read("settings") if row.start <= day < row.end})
