"""Questions about a span of days: the decisions that were taken, took effect or were recorded in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.rules.flagged import EffectiveDate
from ledger.timeline import day_of
from projections.views.file import ViewsFile
from projections.views.queries.decisions import effects_of


class DecisionInWindow(NamedTuple):
    """A decision that has a day in a window, as known at a position.

    `effects` are the dates from which what stands of it is so; `in_effect` says whether one of them lies in the window,
    or, of a decision of which nothing stands, one that it had.
    """

    first: int
    last: int
    recorded_at: str
    recorded_day: int
    effects: tuple[EffectiveDate, ...]
    stands: bool
    in_effect: bool


def decisions_within(
    file: ViewsFile, known: int, first_day: int, last_day: int, passed_over: Sequence[str]
) -> Iterator[DecisionInWindow]:
    """Yield each decision known at `known` with a day in the window, both ends included, in order of recording.

    Those with events of the types `passed_over` alone are left out.
    """
    marks = ", ".join(f"?{number}" for number in range(4, 4 + len(passed_over)))
    rows = file.select(
        "SELECT d.first, d.last, d.recorded_at, k.recorded_day, k.decided_day, k.effects, k.stands, EXISTS (SELECT 1 "
        "FROM events e WHERE e.position BETWEEN d.first AND d.last AND e.effective BETWEEN ?2 AND ?3) "
        "FROM decided k JOIN decisions d ON d.first = k.first "
        "WHERE k.known_from <= ?1 AND k.known_to > ?1 AND EXISTS (SELECT 1 "
        f"FROM events e WHERE e.position BETWEEN d.first AND d.last AND e.type NOT IN ({marks})) ORDER BY k.first",
        (known, first_day, last_day, *passed_over),
    )
    for first, last, recorded_at, recorded_day, decided_day, effects, stands, had_effect in rows:
        found = effects_of(effects)
        takes_effect = any(first_day <= day_of(one.stated) <= last_day for one in found)
        in_effect = takes_effect or bool(had_effect and not stands)
        decided = decided_day is not None and first_day <= decided_day <= last_day
        if in_effect or decided or first_day <= recorded_day <= last_day:
            yield DecisionInWindow(first, last, recorded_at, recorded_day, found, bool(stands), in_effect)
