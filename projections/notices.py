"""Everything that an auditor should look at, at one point of both times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.events.changes.settings import AdoptSettings
from ledger.events.types import GOVERNMENT
from ledger.rules import flagged
from ledger.rules.notice import Notice
from ledger.state.structure import Structure
from projections.summaries import summary
from projections.views import HistoryRow, Views

SEVERITIES = ("error", "warning", "information")


def notices(views: Views, day: int, known: int, severity: str | None = None) -> list[Notice]:
    """Return every notice on `day` as known at position `known`, of one severity or of all, in the order of the rules.

    Decisions of which nothing stands by then are left out, and of what has no effect, what was to have it by `day`.
    """
    structure = views.structure(day, known)
    decisions = [decided.facts for decided in views.decisions(known) if decided.stands]
    question = flagged.Question(structure, decisions, settings_of(structure))
    idle = [_without_effect(views, row) for row in views.without_effect(known, day)]
    found = flagged.notices(question, idle)
    return found if severity is None else [notice for notice in found if notice.severity == severity]


def settings_of(structure: Structure) -> dict[str, int]:
    """Return the settings in force on the day of a structure, defaults included."""
    government = structure.get(GOVERNMENT)
    adopted = government.keyed("settings") if government is not None else {}
    return {**AdoptSettings.DEFAULTS, **adopted}


def _without_effect(views: Views, row: HistoryRow) -> Notice:
    recorded = views.ledger.at(row.set_by)
    assert recorded is not None  # the views were filled from it
    event = recorded.event
    said = summary(event.data).rstrip(".")
    what = f'{row.kind or "thing"} "{row.id}"'
    found = f'"{said}" is without effect: on {row.stated} the {what} is not as it would need to be.'
    return Notice("without-effect", row.id, found, row.set_by, event.decision.reference)


def notice_fields(views: Views, found: Iterable[Notice]) -> list[dict[str, Any]]:
    """Return notices as JSON values, each with the id of the event and the decision behind it, where there is one."""
    behind = _Behind(views)
    return [
        {
            "rule": notice.rule,
            "severity": notice.severity,
            "id": notice.id,
            "message": notice.message,
            "expected": notice.expected,
            "found": notice.found,
            "event": behind.event(notice.position),
            "decision": behind.decision(notice),
        }
        for notice in found
    ]


class _Behind:
    """Events by their positions; many notices are about the same ones."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._known: dict[int, tuple[str, str]] = {}

    def event(self, position: int | None) -> str | None:
        """Return the id of the event at a position, None where there is none."""
        return self._at(position)[0] if position else None

    def decision(self, notice: Notice) -> str | None:
        """Return the reference of the decision behind a notice, None where there is none."""
        if notice.decision is not None or not notice.position:
            return notice.decision
        return self._at(notice.position)[1]

    def _at(self, position: int) -> tuple[str, str]:
        if position not in self._known:
            recorded = self._views.ledger.at(position)
            assert recorded is not None  # notices are about what was recorded
            self._known[position] = (recorded.event.id, recorded.event.decision.reference)
        return self._known[position]
