"""The standing of an event: what entries of the record make of it, and then the acts upon its decision.

Corrections, strikes and stand-ins are entries: taken in recording order they say what was recorded. Rescissions and
postponements are acts: they are replayed upon that in the order of their own effective dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from ledger.events.change import Change
from ledger.events.changes.record import Correct, PostponeDecision, RescindDecision, Strike
from ledger.events.registry import BY_NAME

Status = Literal["stands", "struck", "replaced", "rescinded"]
FALLEN = ("struck", "rescinded")
_TURNING = (Correct, Strike, RescindDecision, PostponeDecision)  # what each makes of an earlier event stands below


class Standing(NamedTuple):
    """What an event says as the record now has it."""

    status: Status
    change: Change
    effective: str | None
    order: int
    basis: str | None = None  # inferred, where no source states the date

    @property
    def has_fallen(self) -> bool:
        """Whether it was struck or rescinded, so that no act can be upon it."""
        return self.status in FALLEN


class Act(NamedTuple):
    """A standing rescission or postponement; acts sort by effective day, then recording order."""

    day: int
    position: int
    change: Change

    @property
    def turn(self) -> tuple[int, int]:
        """When it comes to what it is upon, among other acts."""
        return self.day, self.position


class ActTurn(NamedTuple):
    """An act at its turn, and how it finds the event that it is upon."""

    act: Act
    before: Standing


class Course(NamedTuple):
    """How an event stands after the acts upon its decision, and each act at its turn, in order."""

    standing: Standing
    turns: Sequence[ActTurn]


def is_act(change: Change) -> bool:
    """Return whether a change rescinds or postpones a decision."""
    return isinstance(change, RescindDecision | PostponeDecision)


def entered(now: Standing, entry: Change, *, stands_in: bool, moves: bool) -> Standing:
    """Return how an event stands after one later entry has spoken of it; as before for what is no entry.

    `stands_in`: the later event stands in its place; `moves`: a new effective date is a date for it.
    """
    if stands_in:
        return now._replace(status="replaced") if now.status == "stands" else now
    if isinstance(entry, Strike):
        return now._replace(status="struck")
    if not isinstance(entry, Correct):
        return now
    # The rules refuse what cannot be; the fold never fails, and goes on with what was said before.
    with suppress(ValidationError):
        now = now._replace(change=corrected(now.change, entry.data)) if entry.data else now
    if moves and now.effective is not None:
        if entry.new_effective is not None:  # a date that a correction states is stated
            now = now._replace(effective=entry.new_effective, basis=None)
        if entry.new_effective_basis is not None:
            now = now._replace(basis="inferred" if entry.new_effective_basis == "inferred" else None)
    return now


def replayed(now: Standing, acts: Iterable[Act], *, moves: bool) -> Course:
    """Return an event after the acts upon its decision, and each act at its turn.

    An act upon what has fallen does nothing. `moves`: the date of the decision is the event's.
    """
    turns: list[ActTurn] = []
    for act in sorted(acts, key=lambda act: act.turn):
        turns.append(ActTurn(act, now))
        if now.has_fallen:
            continue
        if isinstance(act.change, RescindDecision):
            # It outweighs `replaced`: what a rescinded stand-in had replaced stands again.
            now = now._replace(status="rescinded")
        elif isinstance(act.change, PostponeDecision) and moves and now.effective is not None:
            now = now._replace(effective=act.change.new_effective, basis=None)
    return Course(now, turns)


def corrected(change: Change, data: dict[str, Any]) -> Change:
    """Return `change` with the fields of `data` in place of its own.

    Raises `pydantic.ValidationError` where that is no change of its kind; recorded corrections were checked.
    """
    return type(change).model_validate({**change.normal(), **data})


def need_meanings(changes: Iterable[type[Change]]) -> None:
    """Raise `TypeError` for the first change that speaks of an earlier event and makes nothing here of it."""
    for change in changes:
        if change.SPEAKS and not issubclass(change, _TURNING):
            raise TypeError(
                f"{change.__module__}.{change.__name__}: it SPEAKS of an earlier event, and nothing says what "
                f"that makes of the event: add it to {__name__}."
            )


need_meanings(BY_NAME.values())
