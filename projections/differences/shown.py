"""Differences and the steps of a replay as they are answered: what JSON shows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.lags import Lag
from ledger.timeline import iso
from projections.answers.grounds import DecisionRef
from projections.differences.explained import Cause, Difference, Point
from projections.differences.lives import LifeShown, Undone
from projections.differences.replay import Step
from projections.differences.turns import Turned
from projections.fields import INLINE


class LivesShown(NamedTuple):
    """The lives of a thing at both points of a difference."""

    before: list[LifeShown]
    after: list[LifeShown]


class DifferenceShown(NamedTuple):
    """A difference, with the events and decisions behind it; `lives` are told of what begins, ends or comes back.

    `before` and `after` are values of the attribute; None: absent.
    """

    kind: str
    id: str
    attribute: str
    before: Any
    after: Any
    cause: Cause
    late_days: Lag | None
    retroactive_days: int | None
    events: tuple[str, ...]
    decisions: tuple[DecisionRef, ...]
    lives: LivesShown | None
    undone: Undone | None


@dataclass(frozen=True)
class TurnedShown:
    """A difference that holds on the days effective <= day < until; None: it has no such end."""

    difference: DifferenceShown = field(metadata=INLINE)
    effective: str | None
    until: str | None


class PointShown(NamedTuple):
    """A point of both times; `effective` is None for all days."""

    effective: str | None
    known_position: int


class StepShown(NamedTuple):
    """A step of a replay: what it is called, the points that it leads from and to, its decisions and differences."""

    label: str
    from_: PointShown
    to: PointShown
    decisions: list[DecisionRef]
    differences: list[TurnedShown]


def difference_shown(one: Difference) -> DifferenceShown:
    """Return a difference as it is answered."""
    lives = one.lives and LivesShown(*([life.shown for life in some] for some in one.lives))
    return DifferenceShown(**{**one._asdict(), "lives": lives})


def step_shown(step: Step) -> StepShown:
    """Return a step of a replay as it is answered."""
    return StepShown(
        step.label,
        _point(step.first),
        _point(step.second),
        [DecisionRef(*name) for name in step.decisions],
        [_turned(one) for one in step.differences],
    )


def _turned(one: Turned) -> TurnedShown:
    return TurnedShown(difference_shown(one.difference), iso(one.effective), iso(one.until))


def _point(point: Point) -> PointShown:
    return PointShown(iso(point.day), point.known)
