"""Moves of dates: what a decision gives another date, so that it is told as a move and not as opposite acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.application import Plan
from ledger.names import LIFE
from ledger.state.effects import Effect, effects
from ledger.state.record import Fact
from ledger.timeline import day_of
from projections.differences.structures import AttributeChange


class MovedDate(NamedTuple):
    """What had one date and is given another: `value` is what is so from it on (of a life: begins, ends, resumes)."""

    was: str
    now: str
    value: Any


class MovedDates:
    """Every date that a plan's decision moves, by the thing and attribute that it is of."""

    def __init__(self, plan: Plan) -> None:
        self._of = defaultdict[tuple[str, str], list[MovedDate]](list)
        for fact in plan.facts:
            for effect, was, now in _moved(plan, fact):
                if was is not None and now is not None and day_of(was) != day_of(now):
                    self._of[effect.thing, effect.attribute].append(MovedDate(was, now, effect.value))

    def behind(self, change: AttributeChange, day: int) -> MovedDate | None:
        """Return the move that a change on a day comes of; None where it comes of something else."""
        if not self._of:
            return None
        names = (LIFE,) if change.attribute == LIFE else change.names
        for name in names:
            for moved in self._of.get((change.id, name), ()):
                if day in (day_of(moved.was), day_of(moved.now)):
                    return moved
        return None


def _moved(plan: Plan, fact: Fact) -> Iterator[tuple[Effect, str | None, str | None]]:
    """Yield what a fact gives another date, with the date before and after: by speaking of it, or in its place."""
    for earlier in plan.before.record.reach(fact, plan.known.decision):
        was, now = plan.before.standing(earlier), plan.after.standing(earlier)
        if was.status == "stands" == now.status:
            yield from ((effect, was.effective, now.effective) for effect in effects(now.change, now.effective or ""))
        elif fact.corrects == earlier.id and was.effective is not None:
            own = effects(fact.change, fact.effective or "")
            yield from ((effect, was.effective, fact.effective) for effect in effects(was.change, "") if effect in own)
