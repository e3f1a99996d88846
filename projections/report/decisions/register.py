"""The decisions of a window, read once: put aside in order of recording, and counted as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from projections.report.decisions.reported import OverriddenRule, Paper, ReportedDecision, Touch
from projections.views.spool import Spool

FIRST_MAX = 5  # of each kind that the summary names


@dataclass
class Tally:
    """What there is to be counted; `over` days are late. The lists hold the first few of each kind."""

    over: int
    decisions: int = 0
    in_effect: int = 0
    late: int = 0
    lags: Counter[int] = field(default_factory=Counter)  # at the least, by how often each occurs
    without_power: int = 0
    without_document: int = 0
    papers: int = 0
    papers_with_digest: int = 0
    overriding: int = 0
    touched: int = 0
    fallen: int = 0
    illustrative: int = 0
    authorities: Counter[str] = field(default_factory=Counter)
    first_overriding: list[ReportedDecision] = field(default_factory=list)
    first_touched: list[ReportedDecision] = field(default_factory=list)

    def add(self, one: ReportedDecision) -> None:
        """Count one more decision."""
        self.decisions += 1
        self.in_effect += one.in_effect
        self.late += one.is_late(self.over)
        if one.late is not None:
            self.lags[one.late[0]] += 1
        self.without_power += one.power is None
        self.without_document += not one.papers
        self.papers += len(one.papers)
        self.papers_with_digest += sum(paper.sha256 is not None for paper in one.papers)
        self.fallen += one.state != "stands"
        self.illustrative += one.illustrative
        self.authorities[one.authority] += 1
        self.overriding += bool(one.overrides)
        self.touched += bool(one.touched_by)
        for is_one, kept in ((one.overrides, self.first_overriding), (one.touched_by, self.first_touched)):
            if is_one and len(kept) < FIRST_MAX:
                kept.append(one)


class Register:
    """Decisions in order of recording, to be read as often as one likes, with what there is to be counted of them."""

    def __init__(self, decisions: Iterable[ReportedDecision], over: int) -> None:
        """Read the decisions; more than `over` days are late."""
        self.tally, self._put = Tally(over), Spool[tuple[Any, ...]]()
        for one in decisions:
            self.tally.add(one)
            self._put.add(_plain(one))

    def __len__(self) -> int:
        return len(self._put)

    def __iter__(self) -> Iterator[ReportedDecision]:
        return map(_told, self._put)

    def newest(self, most: int | None) -> Iterator[ReportedDecision]:
        """Yield the decisions that were recorded last, at most so many, in order; None: all."""
        return map(_told, islice(self._put, 0 if most is None else max(0, len(self) - most), None))


def _plain(one: ReportedDecision) -> tuple[Any, ...]:
    """Return a decision as plain tuples, which can be put aside."""
    return tuple([tuple(map(_untyped, value)) if isinstance(value, tuple) else value for value in one])


def _untyped(value: Any) -> Any:
    return tuple(value) if isinstance(value, tuple) else value


def _told(plain: tuple[Any, ...]) -> ReportedDecision:
    one = ReportedDecision._make(plain)
    return one._replace(
        papers=tuple(map(Paper._make, one.papers)),
        overrides=tuple(map(OverriddenRule._make, one.overrides)),
        touched_by=tuple(map(Touch._make, one.touched_by)),
    )
