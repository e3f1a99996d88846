"""The reading of a record out of the views: one pass over what was known at a position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.events.changes.settings import AdoptSettings
from ledger.names import IN_DOUBT, LIFE
from ledger.rules.flagged import DecisionFacts
from projections.agility.record import Holding, KnownRecord, Said
from projections.views.queries.mentions import mentions_spoken_of, speeches
from projections.views.queries.record import decisions_at, events_at, reasons_at
from projections.views.queries.spans import known_rows
from projections.views.queries.standings import Standings
from projections.views.read_model import Views


def record_at(views: Views, known: int, day: int) -> KnownRecord:
    """Return everything known at position `known`, with the settings in force on `day`; empty at 0."""
    views.catch_up()
    held = [Holding(*row, 0) for row in known_rows(views.file, known)]
    recorded: dict[int, int] = {}
    decisions: dict[int, DecisionFacts] = {}
    for first, decided in decisions_at(views.file, known):
        recorded[first] = decided.facts.recorded_day
        if decided.stands:
            decisions[first] = decided.facts
    events = {
        one.position: Said(one.position, one.type, one.decision, recorded.get(one.decision, 0))
        for one in events_at(views.file, known)
    }
    spoken = _lists(speeches(views.file, known))
    mentions = _lists((one.position, one.id) for one in mentions_spoken_of(views.file, known)) if spoken else {}
    reasons = _reasons(views, known, {row.ended_by for row in held if row.attribute == LIFE} & spoken.keys())
    return KnownRecord(known, _doubted(held), decisions, events, _settings(held, day), spoken, mentions, reasons)


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


def _doubted(held: list[Holding]) -> list[Holding]:
    """Return rows up to the days by which they have surely ended, with the day from which each is in doubt."""
    doubts = [row for row in held if row.attribute == IN_DOUBT]
    if not doubts:
        return held
    begun, ended = {(row.id, row.start): row.end for row in doubts}, {(row.id, row.end): row.start for row in doubts}
    found = []
    for row in held:
        since = ended.get((row.id, row.end), 0)
        if row.attribute == LIFE and (row.id, row.end) in begun:
            found.append(row._replace(end=begun[row.id, row.end], in_doubt=row.end))
        elif row.attribute != IN_DOUBT:
            found.append(row._replace(in_doubt=since) if row.start < since else row)
    return found


def _settings(held: list[Holding], day: int) -> dict[str, int]:
    of_day = (row for row in held if row.attribute.startswith("settings:") and row.start <= day < row.end)
    return AdoptSettings.in_force({row.key: row.value for row in of_day})
