"""Overrides: every rule that a decision went against by name, for which thing, and with what reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.lots import lots
from ledger.store.types import Sealed
from projections.answers.grounds import DecisionRef
from projections.audit.window import AuditWindow
from projections.views.queries.record import standing_among
from projections.views.read_model import Views

_AT_ONCE = 1_000  # decisions looked up together
_ACCEPTS = b'"accept":['  # in every line of a decision that overrides a rule; in others only as part of a text


class Override(NamedTuple):
    """An acceptance as it was recorded; `stands` is false where nothing of its decision stands as known."""

    rule: str
    thing: str
    reason: str
    decision: DecisionRef
    decided_on: str | None
    effective: str | None
    recorded_at: str
    position: int
    stands: bool


def overrides(
    views: Views, known: int, window: AuditWindow, rule: str | None = None, thing: str | None = None
) -> Iterator[Override]:
    """Yield the overrides of the decisions of a window, of one rule and one thing or of all, in recording order.

    Nothing where none is on record. Raises `InputError` for a window that names no point of the record.
    """
    views.catch_up()
    firsts = (row for row in views.ledger.rows(*window.span(views, known)) if row.part == 1 and _ACCEPTS in row.line)
    for rows in lots(firsts, _AT_ONCE):
        standing = standing_among(views.file, [row.position for row in rows], known)
        for row in rows:
            for one in _overrides(row, stands=row.position in standing):
                if _asked(one, window.authority, rule, thing):
                    yield one


def _asked(one: Override, authority: str | None, rule: str | None, thing: str | None) -> bool:
    wanted = ((authority, one.decision.authority), (rule, one.rule), (thing, one.thing))
    return all(value is None or value == found for value, found in wanted)


def _overrides(row: Sealed, *, stands: bool) -> Iterator[Override]:
    event: dict[str, Any] = json.loads(row.line)
    decision = event["decision"]
    name = DecisionRef(decision["authority"], decision["reference"])
    for one in decision.get("accept", ()):
        said = (one["rule"], one["on"], one["because"], name, decision.get("decided_on"), decision.get("effective"))
        yield Override(*said, row.recorded_at, row.position, stands)
