"""Reading a record out of the views: one pass over what was known at a position."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from ledger.events.changes.settings import AdoptSettings
from ledger.names import IN_DOUBT, LIFE
from ledger.rules.flagged import DecisionFacts
from projections.agility.record import Holding, KnownRecord, Said
from projections.views.queries.decisions import of_columns
from projections.views.queries.standings import Standings
from projections.views.read_model import Views
from projections.views.reasons import reason_of
from projections.views.values import from_json

_ROWS = (
    "SELECT kind, id, attribute, value, effective_from, effective_to, set_by, ended_by FROM rows "
    "WHERE known_from <= ? AND known_to > ? AND NOT (attribute >= 'without-effect:' AND attribute < 'without-effect;')"
)
_DECIDED = (
    "SELECT k.first, d.authority, d.reference, k.last, k.recorded_day, k.decided_day, "
    "k.has_document, k.responds_to, k.review_day, k.said_days, k.decided_on, k.effects, k.stands "
    "FROM decided k JOIN decisions d ON d.first = k.first "
    "WHERE k.known_from <= ? AND k.known_to > ? ORDER BY k.first"
)
_EVENTS = "SELECT position, type, decision FROM events WHERE position <= ? ORDER BY position"
_REASONS = "SELECT position, reason FROM events WHERE reason IS NOT NULL AND position <= ?"
_SPOKEN = "SELECT position, later FROM spoken WHERE later <= ? ORDER BY position, later"
_MENTIONS = (
    "SELECT position, id FROM mentioned WHERE position IN (SELECT position FROM spoken WHERE later <= ?) "
    "ORDER BY position, id"
)
_VALUES = 50_000  # texts decoded in one reading


def record_at(views: Views, known: int, day: int) -> KnownRecord:
    """Return everything known at position `known`, with the settings in force on `day`; empty at 0."""
    views.catch_up()
    rows = views.file.select(_ROWS, (known, known))
    held: list[Holding] = []
    while part := list(islice(rows, _VALUES)):
        values = from_json(row[3] for row in part)
        held += [Holding._make((*row[:3], value, *row[4:], 0)) for row, value in zip(part, values, strict=True)]
    recorded: dict[int, int] = {}
    decisions: dict[int, DecisionFacts] = {}
    for first, authority, reference, *columns in views.file.select(_DECIDED, (known, known)):
        found = of_columns(authority, reference, tuple(columns))
        recorded[first] = found.facts.recorded_day
        if found.stands:
            decisions[first] = found.facts
    events = {
        position: Said(position, type_, decision, recorded.get(decision, 0))
        for position, type_, decision in views.file.select(_EVENTS, (known,))
    }
    spoken = _lists(views.file.select(_SPOKEN, (known,)))
    mentions = _lists(views.file.select(_MENTIONS, (known,))) if spoken else {}
    reasons = _reasons(views, known, {row.ended_by for row in held if row.attribute == LIFE} & spoken.keys())
    return KnownRecord(known, _doubted(held), decisions, events, _settings(held, day), spoken, mentions, reasons)


def _reasons(views: Views, known: int, spoken_of: Iterable[int]) -> dict[int, str]:
    """Return the reasons that ends state by position: as recorded, but for those that a later event speaks of."""
    found: dict[int, str | None] = dict(views.file.select(_REASONS, (known,)))
    told = Standings(views, known).of(spoken_of)
    found |= {position: reason_of(one.standing.change) for position, one in told.items()}
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
