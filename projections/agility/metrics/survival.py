"""Survival: how long things last, with those that still do counted for what they have lasted so far.

Kaplan and Meier (1958), with delayed entry: what began before the window is at risk only from the age that it had
when the window began (left truncation), and what lives on at its end is censored there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from ledger.timeline import UNSTATED
from projections.agility.figures import Figure, Window
from projections.agility.metrics.restructuring import YEAR

_ROUNDING = 1e-9


class Life(NamedTuple):
    """What lived from `start` until it ended on day `end`; `ended` is false where it was only lost from sight."""

    start: int
    end: int
    ended: bool = True
    begun_by: int = 0
    ended_by: int = 0
    doubtful: bool = False  # the day of its end is one of several


class Observed(NamedTuple):
    """A life as seen through a window, in days of age: at risk at entered < age <= left, from 0 also at 0."""

    entered: int
    left: int
    ended: bool


class SurvivalStep(NamedTuple):
    """From this age (days) on, this share has survived."""

    age: int
    share: float


def observed(life: Life, window: Window) -> Observed | None:
    """Return a life as seen through a window; None where it did not live in it, or its start is not stated.

    What ends on the window's first day was at risk of it on the eve, and is counted there: windows that follow one
    another count every end once.
    """
    if life.start <= UNSTATED or life.start >= window.end or life.end < max(window.start, life.start + 1):
        return None
    entered = window.start - 1 - life.start if life.start < window.start else 0
    if life.end < window.end:
        return Observed(entered, life.end - life.start, life.ended)
    return Observed(entered, window.end - 1 - life.start, False)


def curve(seen: Iterable[Observed]) -> list[SurvivalStep]:
    """Return the steps of the survival curve in order of age; empty where nothing ended.

    Of what leaves at one age, the censored are still at risk of the ends at that age.
    """
    seen = list(seen)
    ends = Counter(one.left for one in seen if one.ended)
    entered, left = Counter(one.entered for one in seen), Counter(one.left for one in seen)
    found: list[SurvivalStep] = []
    share, at_risk = 1.0, entered.pop(0, 0)
    for age in sorted({*entered, *left}):
        if ends[age]:
            share *= 1 - ends[age] / at_risk
            found.append(SurvivalStep(age, share))
        at_risk += entered[age] - left[age]
    return found


def quantile(steps: Iterable[SurvivalStep], share: float) -> int | None:
    """Return the least age at which no more than `share` survive; None where so many have not ended."""
    return next((step.age for step in steps if step.share <= share + _ROUNDING), None)


def median_survival(seen: Iterable[Observed]) -> int | None:
    """Return the age that half survive; None where the curve does not come down to a half."""
    return quantile(curve(seen), 0.5)


def survival(lives: Sequence[Life], window: Window, what: str) -> Figure:
    """Return the median survival in years, with quartiles; nothing where the curve does not come down to a half.

    `what` names the things in the plural. In the figure, `n` are those at risk at any time; `detail` also gives how
    many ended, the median of those alone (biased low: it leaves out what lasts), how many entered late, and how many
    are not in the curve because their start is not stated: they were there before they could be seen, and have no age
    at which to enter. Beside it, what the median would be if all of those had begun on the first day that is stated
    for any, so that one sees how much hangs on them.
    """
    doubtful = sum(life.doubtful and observed(life, window) is not None for life in lives)
    lives = [life for life in lives if not life.doubtful]
    pairs = [(life, seen) for life in lives if (seen := observed(life, window)) is not None]
    steps = curve(seen for _, seen in pairs)
    ended = [seen.left for _, seen in pairs if seen.ended]
    unstated = sum(life.start <= UNSTATED and life.end >= window.start for life in lives)
    late = sum(seen.entered > 0 for _, seen in pairs)
    half = quantile(steps, 0.5)
    detail = [("ended", float(len(ended)))]
    detail += [("median of the ended", median(ended) / YEAR)] if ended else []
    marks = (("a quarter ended by", 0.75), ("three quarters ended by", 0.25))
    detail += [(name, age / YEAR) for name, left in marks if (age := quantile(steps, left)) is not None]
    detail += [("entered late", float(late)), ("start not stated", float(unstated))]
    detail += [("day of the end not known, left out", float(doubtful))] if doubtful else []
    bound = _as_if_stated(lives, window) if unstated else None
    detail += [("median if those began on the first stated day", bound / YEAR)] if bound is not None else []
    return Figure(
        None if half is None else half / YEAR,
        len(pairs),
        len(pairs) + unstated,
        _events(pairs, window),
        _why_not(steps, len(pairs), unstated, what) if half is None else "",
        len(pairs) - len(ended),
        tuple(detail),
    )


def _as_if_stated(lives: Sequence[Life], window: Window) -> int | None:
    first = min((life.start for life in lives if life.start > UNSTATED), default=window.start)
    every = (life._replace(start=max(life.start, first)) for life in lives)
    return median_survival(seen for life in every if (seen := observed(life, window)) is not None)


def _why_not(steps: Sequence[SurvivalStep], count: int, unstated: int, what: str) -> str:
    if not count:
        return f"the start of none of the {what} in the window is stated" if unstated else f"there were no {what} in it"
    if not steps:
        return f"none of the {count} {what} ended in the window"
    return f"the curve stays above a half: {steps[-1].share:.0%} of the {what} last {steps[-1].age / YEAR:.1f} years"


def _events(pairs: Iterable[tuple[Life, Observed]], window: Window) -> tuple[int, ...]:
    """Return the events that began and ended what was seen; of what is censored, those that began it."""
    found = {life.begun_by for life, _ in pairs} | {life.ended_by for life, seen in pairs if seen.ended}
    return tuple(sorted(found - {0}))
