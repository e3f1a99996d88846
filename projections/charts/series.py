"""A metric of agility over time, with the structural decisions marked; a window without a figure is never a zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.errors import UnknownName
from ledger.timeline import iso
from projections.agility.changes import changes
from projections.agility.figures import Figure, Metric, Window
from projections.agility.query import Found, begins, clusters, figures, metrics
from projections.agility.record import KnownRecord, overlap
from projections.agility.windows import By, windows
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.question import Question
from projections.charts.style import DARK, INK, LIGHT, SOFT, data, instant, time_axis, time_scale

WIDTH, HEIGHT, STRIP = 390, 200, 14


def series(
    question: Question, name: str, by: By = "year", cluster: str | None = None, since: int | None = None
) -> Chart:
    """Return a metric of the government, or of one cluster, by years or months up to the day asked about.

    `since`: the first day; else that from which there is anything to measure. Without any figure, the chart says
    why. Raises `UnknownName` for a metric or cluster that there is not, `InputError` for too many windows.
    """
    every = metrics()
    if name not in every:
        raise UnknownName("chart or metric", name, every)
    if cluster is not None and cluster not in clusters(question.record):
        raise UnknownName("cluster", cluster, clusters(question.record))
    metric = every[name]
    first = begins(question.record, cluster, question.day) if since is None else since
    over = windows(min(first, question.day), question.day, by, question.record.settings["fiscal_year_begins"])
    found = list(figures(question.record, [metric], over, [cluster]))
    whose = question.titles("cluster").get(cluster, cluster) if cluster else question.context["government"]
    title = f"{name.replace('-', ' ').capitalize()}: {whose}, by {by.replace('-', ' ')}"
    heads: tuple[str, ...] = ("from", "to", metric.unit, "made of", "out of", "not ended", "why there is no figure")
    rows = [_row(one) for one in found]
    doubts = [_in_doubt(question.record, one.window, cluster) for one in found]
    if any(doubts):
        heads = (*heads, "may have ended, left out")
        rows = [(*row, count) for row, count in zip(rows, doubts, strict=True)]
    decisions = _decisions(question, found, cluster)
    alt = _alt(metric, found, decisions, by) + _left_out(found, doubts, by)
    if all(one.figure.value is None for one in found):
        why = found[0].figure.why_not
        alt = f"{metric.line} There is no figure in {counted(len(found), 'window')}: {why}."
        alt += _left_out(found, doubts, by)
        return Chart("series", title, "", alt, question.context, None, None, heads, rows)
    spec = _spec(metric, found, decisions)
    if any(doubts):
        spec["layer"].append(_questioned(found, doubts))
    lead = (
        f"{metric.line} Per {metric.denominator}. Strokes above the frame: days with structural decisions. x at the "
        f"foot: no figure. A high value does not mean: {inside(metric.not_meaning)}"
    )
    if any(doubts):
        lead += " ? above: things may have ended in that window; the figure rests on what was surely live."
    return Chart("series", title, lead, alt, question.context, spec, None, heads, rows)


def _in_doubt(record: KnownRecord, window: Window, cluster: str | None) -> int:
    """Return how many things of the government, or of a cluster, may have ended on days of a window."""
    segments = {row.id for row in record.family("cluster", "segment") if row.value == cluster}
    tied = {row.id for row in record.family("segments", "mission") if row.key in segments}
    own = {cluster, *segments, *tied}
    return len(
        {
            row.id
            for row in record.family("life")
            if row.in_doubt
            and overlap(row.in_doubt, row.end, *window)
            and (cluster is None or row.id in own or row.id.partition("/")[0] in own)
        }
    )


def _left_out(found: Sequence[Found], doubts: Sequence[int], by: str) -> str:
    """Return what the figures leave out, as a sentence; empty where nothing may have ended."""
    said = [(count, iso(one.window.start)) for one, count in zip(found, doubts, strict=True) if count]
    if not said:
        return ""
    most, start = max(said, key=lambda one: one[0])
    over = counted(len(said), by.replace("-", " "))
    return f" In {over} things may have ended and are left out, at most {most} (from {start})."


def _questioned(found: Sequence[Found], doubts: Sequence[int]) -> Spec:
    """Return the layer that marks the windows in which something may have ended."""
    first, last = found[0].window.start, found[-1].window.end
    x = {"type": "temporal", "field": "day", "scale": time_scale(first, last), "axis": time_axis(first, last)}
    rows = [{"day": instant(_middle(one.window))} for one, count in zip(found, doubts, strict=True) if count]
    return {
        "data": data(rows),
        "mark": {"type": "text", "text": "?", "color": INK, "fontSize": 11},
        "encoding": {"x": x, "y": {"value": -STRIP - 8}},
    }


def inside(sentence: str) -> str:
    """Return a sentence, which may begin with a "Not", as the rest of one that has said so."""
    rest = sentence.removeprefix("Not ")
    return rest[:1].lower() + rest[1:]


def _decisions(question: Question, found: Sequence[Found], cluster: str | None) -> dict[int, set[int]]:
    """Return the structural decisions that took effect on each day of the windows; one may on several days."""
    whole = Window(found[0].window.start, found[-1].window.end)
    days: dict[int, set[int]] = {}
    for change in question.record.once(changes).structural(whole, cluster):
        days.setdefault(change.day, set()).add(question.record.events[change.position].decision)
    return dict(sorted(days.items()))


def _row(one: Found) -> tuple[Cell, ...]:
    figure = one.figure
    last = iso(one.window.end - 1)
    counts = (figure.n, _number(figure.out_of), figure.censored)
    return (iso(one.window.start), last, _number(figure.value), *counts, figure.why_not)


def _number(value: float | None) -> Cell:
    return None if value is None else round(value, 4)


def _spec(metric: Metric, found: Sequence[Found], decisions: dict[int, set[int]]) -> Spec:
    first, last = found[0].window.start, found[-1].window.end
    x: Spec = {"type": "temporal", "scale": time_scale(first, last), "axis": time_axis(first, last)}
    values = [one.figure.value for one in found if one.figure.value is not None]
    y: Spec = {"type": "quantitative", "field": "value", "scale": _scale(metric, values), "axis": _axis(metric, values)}
    marks = [{"day": instant(day), "decisions": len(taken)} for day, taken in decisions.items()]
    gaps = [{"day": instant(_middle(one.window))} for one in found if one.figure.value is None]
    points = _points(found)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            {
                "data": data([{"day": instant(first)}]),
                "mark": {"type": "rect", "fillOpacity": 0, "stroke": "#d9d9d9"},
                "encoding": {
                    "x": {"value": 0}, "x2": {"value": "width"}, "y": {"value": 0}, "y2": {"value": "height"},
                },
            },
            {
                "data": data(points),
                "mark": {"type": "line", "color": DARK, "strokeWidth": 1.2},
                "encoding": {
                    "x": {**x, "field": "day"}, "y": y, "detail": {"field": "run", "type": "nominal"},
                },
            },
            {
                "data": data(points),
                "mark": {"type": "rule", "color": LIGHT, "strokeWidth": 3},
                "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}, "y": y},
            },
            {
                "data": data(points),
                "mark": {"type": "point", "filled": True, "color": DARK, "opacity": 1, "size": 34},
                "encoding": {"x": {**x, "field": "day"}, "y": y},
            },
            {
                "data": data(gaps),
                "mark": {"type": "text", "text": "x", "color": SOFT, "fontSize": 11},
                "encoding": {"x": {**x, "field": "day"}, "y": {"value": HEIGHT - 7}},
            },
            {
                "data": data(marks),
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1.4, "clip": False},
                "encoding": {"x": {**x, "field": "day"}, "y": {"value": -STRIP}, "y2": {"value": -3}},
            },
        ],
    }  # fmt: skip


def _middle(window: Window) -> int:
    return (window.start + window.end) // 2


def _points(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the figures to be drawn; `run` counts those without a gap, so that no line bridges one."""
    rows, run = [], 0
    for one in found:
        if one.figure.value is None:
            run += 1
            continue
        start, end = one.window
        rows.append(
            {"day": instant(_middle(one.window)), "from": instant(start), "to": instant(end), "run": run}
            | {"value": round(one.figure.value, 6)}
        )
    return rows


def _scale(metric: Metric, values: Sequence[float]) -> Spec:
    if metric.unit == "share" and max(values) <= 1:
        return {"domain": [0, 1]}
    return {"zero": True, "nice": True} if any(values) else {"domain": [0, 1]}


def _axis(metric: Metric, values: Sequence[float]) -> Spec:
    """Return the axis of the figures; where all are whole, so is what stands at it."""
    form: Spec = {"format": ".0%"} if metric.unit == "share" else {}
    if metric.unit != "share" and all(value == int(value) for value in values):
        form = {"format": ",d", "tickMinStep": 1}
    return {"title": metric.unit, "titlePadding": 8, "tickCount": 5, "grid": True, "domain": False, **form}


def _alt(metric: Metric, found: Sequence[Found], decisions: dict[int, set[int]], by: str) -> str:
    there = [one for one in found if one.figure.value is not None]
    over = counted(len(there), by.replace("-", " ")).capitalize()
    said = f"{over} with a figure (unit: {metric.unit}), {len(found) - len(there)} without."
    if there:
        last, low, high = there[-1], *(pick(there, key=lambda one: one.figure.value or 0) for pick in (min, max))
        said += (
            f" From {_value(low.figure)} ({iso(low.window.start)}) to {_value(high.figure)} "
            f"({iso(high.window.start)});"
            f" in the last window with one, from {iso(last.window.start)}: {_value(last.figure)}."
        )
    whole = set().union(*decisions.values())
    return f"{said} {counted(len(whole), 'structural decision').capitalize()} in all."


def _value(figure: Figure) -> str:
    return f"{figure.value:.4g}"
