"""Figures as they are asked for: which metrics, of which clusters, over which windows, and from which events."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import repeat
from pkgutil import iter_modules
from typing import NamedTuple

from ledger.errors import UnknownName
from ledger.names import LIFE
from ledger.timeline import UNSTATED, day_of, iso
from projections.agility import metrics as families
from projections.agility.figures import METRICS, Block, Figure, Metric, Window
from projections.agility.record import Holding, KnownRecord
from projections.answers.grounds import DecisionRef
from projections.answers.journal import entry
from projections.fields import Day
from projections.views.read_model import Views


class FigureShown(NamedTuple):
    """A figure as it is answered: what it was asked of, its value, and what it is made of.

    Both days of its window belong to it. `value` is None where it cannot be computed, and `why_not` says why.
    """

    cluster: str | None
    from_: Day | None
    to: Day | None
    block: Block
    metric: str
    value: float | None
    unit: str
    n: int
    out_of: float | None
    denominator: str
    censored: int
    why_not: str | None
    detail: Mapping[str, float | None]


class MetricShown(NamedTuple):
    """A metric as it is answered: what it says, what it is divided by, where it is from, what it does not mean."""

    name: str
    block: Block
    unit: str
    line: str
    denominator: str
    source: str
    not_meaning: str


class Found(NamedTuple):
    """One metric's figure for one window and one cluster (None: the whole government)."""

    metric: Metric
    window: Window
    cluster: str | None
    figure: Figure

    @property
    def shown(self) -> FigureShown:
        """It as it is answered."""
        return FigureShown(
            cluster=self.cluster,
            from_=iso(self.window.start),
            to=iso(self.window.end - 1),
            block=self.metric.block,
            metric=self.metric.name,
            value=_rounded(self.figure.value),
            unit=self.metric.unit,
            n=self.figure.n,
            out_of=_rounded(self.figure.out_of),
            denominator=self.metric.denominator,
            censored=self.figure.censored,
            why_not=self.figure.why_not or None,
            detail={name: _rounded(value) for name, value in self.figure.detail},
        )


def _rounded(value: float | None) -> float | None:
    """Return a number to six decimals, a whole one as such."""
    if value is None or value == int(value):
        return None if value is None else int(value)
    return round(value, 6)


def metrics() -> dict[str, Metric]:
    """Return every metric by name, structure first: each file of metrics/ enters its own when it is imported."""
    for module in iter_modules(families.__path__, f"{families.__name__}."):
        import_module(module.name)
    return dict(sorted(METRICS.items(), key=lambda named: (named[1].block != "structure", named[0])))


def clusters(record: KnownRecord) -> list[str]:
    """Return the ids of all clusters of a record, sorted."""
    return sorted({row.id for row in record.lives("cluster")})


def named(record: KnownRecord, names: Sequence[str]) -> tuple[str | None, list[Metric]]:
    """Return the cluster and the metrics that names stand for: a cluster may come first; no metric means all.

    Raises `UnknownName`, with what may have been meant.
    """
    every, known = metrics(), clusters(record)
    cluster, rest = None, list(names)
    if rest and rest[0] not in every:
        if rest[0] not in known:
            raise UnknownName("cluster or metric", rest[0], [*known, *every])
        cluster = rest.pop(0)
    for name in rest:
        if name not in every:
            raise UnknownName("metric", name, every)
    return cluster, [every[name] for name in dict.fromkeys(rest)] or list(every.values())


def begins(record: KnownRecord, cluster: str | None, otherwise: int) -> int:
    """Return the day from which there is anything to measure: the first that is stated, or that saw a record.

    Of a cluster: the day from which it or a segment of it lives. `otherwise` where there is none.
    """
    rows: Iterable[Holding] = record.read(LIFE)
    if cluster is not None:
        rows = (*record.of(cluster, LIFE, "cluster"), *record.segments_of(cluster))
    stated = min((row.start for row in rows if row.start > UNSTATED), default=None)
    found = [otherwise] if stated is None else [otherwise, stated]
    recorded = record.decisions.days if cluster is None or stated is None else ()
    return min([*found, min(recorded, default=otherwise)])


def figures(
    record: KnownRecord, asked: Sequence[Metric], over: Iterable[Window], of: Sequence[str | None]
) -> Iterator[Found]:
    """Yield the figures of metrics, by window, then by cluster (None: the government), then by metric."""
    for window in over:
        for cluster in of:
            for metric in asked:
                yield Found(metric, window, cluster, metric.compute(record, window, cluster))


class ExplainedEvent(NamedTuple):
    """An event that a figure came from, with its sentence as it was recorded.

    `effective` is the day from which it has effect as the record has it, corrected where it was; `spoken_of` are the
    positions of what later corrected, struck, replaced, rescinded or postponed it.
    """

    metric: str
    cluster: str | None
    from_: str | None
    to: str | None
    position: int
    id: str
    effective: str | None
    decision: DecisionRef
    sentence: str
    spoken_of: list[int]


def explained(views: Views, record: KnownRecord, found: Found) -> Iterator[ExplainedEvent]:
    """Yield the events that a figure came from, in recording order."""
    days = record.once(effective_days)
    times = Counter(found.figure.events)  # an event may have begun several of the things that are counted
    for recorded in views.ledger.among(times):
        position, said = recorded.position, entry(recorded)
        explained_event = ExplainedEvent(
            metric=found.metric.name,
            cluster=found.cluster,
            from_=iso(found.window.start),
            to=iso(found.window.end - 1),
            position=position,
            id=said.id,
            effective=_effective(said.effective, days[position]),
            decision=said.name,
            sentence=said.summary,
            spoken_of=list(record.spoken.get(position, ())),
        )
        yield from repeat(explained_event, times[position])


def effective_days(record: KnownRecord) -> Sequence[int]:
    """Return, by position, the day from which each event has effect, as the record has it; -1 where it left no trace.

    It is the first on which something begins by it, or where nothing does, ends.
    """
    begun, ended = (array("i", [-1]) * (record.position + 1) for _ in range(2))
    for _, start, end, set_by, ended_by in record.held.ends():
        begun[set_by] = start if begun[set_by] < 0 else min(start, begun[set_by])
        if ended_by:
            ended[ended_by] = end if ended[ended_by] < 0 else min(end, ended[ended_by])
    return array("i", [end if start < 0 else start for start, end in zip(begun, ended, strict=True)])


def _effective(stated: str | None, day: int) -> str | None:
    """Return the day as it was stated, unless the record has another by now."""
    return stated if day < 0 or (stated is not None and day_of(stated) == day) else iso(day)
