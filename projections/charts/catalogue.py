"""The charts there are, by name: some of their own, and one for every metric of agility."""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import InputError, UnknownName, harmless
from projections.agility.query import metrics
from projections.agility.windows import By
from projections.charts.chart import Chart
from projections.charts.execution import execution
from projections.charts.flows import flows
from projections.charts.heatmap import heatmap
from projections.charts.question import Question, year_before
from projections.charts.series import series
from projections.charts.timeline import timeline

OWN = {
    "timeline": "The clusters over time, with splits, mergers and segments that went from one to another.",
    "matrix": "Segments by missions on one day, of the government or of one cluster.",
    "flows": "To which cluster each segment belonged on one day, and to which on another.",
    "execution": "What was measured against the targets, of the government, a cluster, a mission or one objective.",
}
_OF = {"timeline": (), "flows": (), "matrix": ("cluster",), "execution": ("cluster", "mission", "objective")}


class ChartRequest(NamedTuple):
    """Which chart, and what of it: `of` a thing, `since` a day, `by` a calendar period; None: not said."""

    name: str
    of: str | None = None
    since: int | None = None
    by: By | None = None


class ChartLine(NamedTuple):
    """A chart by its name, and what it shows."""

    name: str
    shows: str


class ChartList(NamedTuple):
    """The charts there are."""

    charts: list[ChartLine]


def charts() -> ChartList:
    """Return every chart with what it shows: the metrics after the others."""
    return ChartList([ChartLine(name, line) for name, line in names().items()])


def names() -> dict[str, str]:
    """Return every chart with one line of what it shows: the metrics after the others."""
    return {**OWN, **{name: metric.line for name, metric in metrics().items()}}


def chart(question: Question, asked: ChartRequest) -> Chart:
    """Return a chart; raises `UnknownName` for one, or a thing, that there is not, and `InputError` for an option
    that it cannot follow.
    """
    name, of, since, by = asked
    if name not in names():
        raise UnknownName("chart or metric", name, names())
    _check(question, asked)
    match name:
        case "timeline":
            return timeline(question)
        case "matrix":
            return heatmap(question, of)
        case "flows":
            return flows(question, year_before(question.day) if since is None else since)
        case "execution":
            return execution(question, of)
    return series(question, name, by or "year", of, since)


def _check(question: Question, asked: ChartRequest) -> None:
    name, of, since, by = asked
    if by is not None and name in OWN:
        raise InputError(f'The chart "{name}" has no periods. Leave out --by; it is for metrics.')
    if since is not None and name in OWN and name != "flows":
        raise InputError(f'The chart "{name}" begins where the record does. Leave out --from.')
    if name == "flows" and since is not None and since > question.day:
        raise InputError("--from is after the day asked about. Give an earlier day, or a later --effective.")
    kinds = _OF.get(name, ("cluster",))
    if of is not None and not kinds:
        raise InputError(f'The chart "{name}" is of the whole government. Leave out "{harmless(of)}".')
    if of is not None and name == "matrix":
        live = {one.id for one in question.structure.at_most.of_kind("cluster")}
        if of not in live:
            raise UnknownName(f"cluster that is live on {question.context['effective']}", of, live)
