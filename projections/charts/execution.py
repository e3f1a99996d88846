"""Execution against target: what was measured of each objective, never joined across a change of its definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ledger.timeline import UNSTATED, iso
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.question import Question
from projections.charts.style import ALERT, DARK, INK, LEAD, LINE, SMALL, SOFT, data, instant, time_axis, time_scale
from projections.charts.text import short
from projections.execution.objectives import Objective, each_objective
from projections.views.spool import Spool

WIDTH, HEIGHT, PANELS_MAX = 380, 140, 60
NOT_STATED = "not stated"
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")


def execution(question: Question, of: str | None = None) -> Chart:
    """Return one panel for each objective; where there is none, a chart that says so."""
    found = _Found(each_objective(question.record, question.day, of))
    titles = {**question.titles("cluster"), **question.titles("mission")}
    whose = question.context["government"] if of is None else titles.get(of, of)
    title = f"Execution against target: {whose}"
    if not found.count:
        return Chart("execution", title, "", "No key objective was set by that day.", question.context)
    lead = (
        "A point is a measurement, of another shape for another definition; measurements by one definition are joined, "
        "and nothing is drawn across the dotted upright line where the definition changes. Broken level line: the "
        "target until it is due. Ring: the baseline, on the day from which the objective is pursued."
    )
    if found.count > PANELS_MAX:
        lead += f" Only the first {PANELS_MAX} of {found.count} objectives are drawn; the table has all."
    if not found.complete:
        lead += " What an objective does not state is not drawn; a target without a due day ends on the day asked."
    heads = ("objective", "indicator", "unit", "what", "day", "value", "definition", "source")
    spec = {"vconcat": [_panel(question, one) for one in found.first], "spacing": 26}
    return Chart("execution", title, lead, _alt(found), question.context, spec, None, heads, found.rows)


class _Found:
    """The objectives there are: the first, which are drawn, and of all what is counted, and their rows put aside."""

    def __init__(self, every: Iterable[Objective]) -> None:
        self.first: list[Objective] = []
        self.rows: Spool[tuple[Cell, ...]] = Spool()
        self.count = self.measured = self.breaks = 0
        self.complete = True
        for one in every:
            if self.count < PANELS_MAX:
                self.first.append(one)
            self.count += 1
            self.measured += len(one.measured)
            self.breaks += len(one.breaks)
            self.complete = self.complete and one.is_complete
            for row in _rows(one):
                self.rows.add(row)


def _rows(one: Objective) -> Iterator[tuple[Cell, ...]]:
    about = (one.id, one.indicator, one.unit or NOT_STATED)
    yield (*about, "baseline", iso(one.start), one.baseline or NOT_STATED, None, None)
    for start, end, value in one.targets:
        until = f"target until {iso(end)}" if one.due_on is not None else f"target, its due day {NOT_STATED}"
        yield (*about, until, iso(start), value, None, None)
    if not one.targets:
        yield (*about, "target", None, NOT_STATED, None, None)
    for day, version in one.definitions:
        yield (*about, "definition in force", iso(day), None, version, None)
    for measured in one.measured:
        yield (*about, "measured", iso(measured.day), measured.value, measured.definition, measured.source)


def _panel(question: Question, one: Objective) -> Spec:
    days = [one.start, question.day, *(day for target in one.targets for day in (target.start, target.end))]
    days = [day for day in [*days, *(measured.day for measured in one.measured)] if day > UNSTATED]
    first, last = min(days), max(days)
    room = max(10, (last - first) // 40)
    x: Spec = {
        "type": "temporal",
        "scale": time_scale(first - room, last + room),
        "axis": time_axis(first, last, grid=False),
    }
    y: Spec = {"type": "quantitative", "field": "value", "scale": _scale(one), "axis": _axis(one)}
    heading = {"text": short(one.indicator, WIDTH + 50, LEAD * 1.08), "subtitle": short(one.id, WIDTH + 50, SMALL)}
    return {
        "title": {**heading, "subtitleColor": SOFT, "subtitleFontSize": SMALL},
        "width": WIDTH,
        "height": HEIGHT,
        "layer": list(_layers(one, x, y, max(first, one.start))),
    }


def _numbers(one: Objective) -> list[float]:
    texts = [
        *([one.baseline] if one.baseline else []),
        *(target.value for target in one.targets),
        *(measured.value for measured in one.measured),
    ]
    return [float(Decimal(text)) for text in texts]


def _scale(one: Objective) -> Spec:
    numbers = _numbers(one) or [0.0]
    low, high = min(numbers), max(numbers)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    foot = 2 * room if one.breaks else room  # the names of definitions stand below everything
    return {"domain": [low - foot, high + room], "zero": False, "nice": False}


def _axis(one: Objective) -> Spec:
    unit = short(one.unit or f"unit {NOT_STATED}", HEIGHT - 10, SMALL + 1)
    return {"title": unit, "tickCount": 4, "gridColor": LINE, "domain": False, "titlePadding": 10, "minExtent": 62}


def _layers(one: Objective, x: Spec, y: Spec, first: int) -> Iterator[Spec]:
    yield from _asked_for(one, x, y)
    yield from _measured(one, x, y, first)


def _asked_for(one: Objective, x: Spec, y: Spec) -> Iterator[Spec]:
    """Yield what a measurement is read against: the levels of the target, and where the definition changes."""
    targets = _target_lines(one)
    breaks = [{"day": instant(day), "text": f"definition {version}"} for day, version in one.breaks]
    day = {"x": {**x, "field": "day"}}
    yield {
        "data": data(targets),
        "mark": {"type": "rule", "color": ALERT, "strokeDash": [7, 4], "strokeWidth": 1.8},
        "encoding": {"x": {**x, "field": "from"}, "x2": {"field": "to"}, "y": y},
    }
    yield {
        "data": data(targets),
        "mark": {"type": "text", "align": "left", "dy": -7, "dx": 3, "color": ALERT, "fontSize": SMALL},
        "encoding": {"x": {**x, "field": "from"}, "y": y, "text": {"field": "text"}},
    }
    yield {
        "data": data(breaks),
        "mark": {"type": "rule", "color": INK, "strokeDash": [2, 3], "strokeWidth": 1.2},
        "encoding": day,
    }
    yield {
        "data": data(breaks),
        "mark": {"type": "text", "align": "left", "dx": 4, "color": SOFT, "fontSize": SMALL, "baseline": "bottom"},
        "encoding": {**day, "y": {"value": HEIGHT - 4}, "text": {"field": "text"}},
    }


def _measured(one: Objective, x: Spec, y: Spec, first: int) -> Iterator[Spec]:
    """Yield the baseline and the measurements, each definition with its own line and shape."""
    points = [
        {"day": instant(measured.day), "value": float(Decimal(measured.value)), "definition": str(measured.definition)}
        for measured in one.measured
    ]
    begun = [{"day": instant(first), "value": float(Decimal(one.baseline))}] if one.baseline else []
    day = {"x": {**x, "field": "day"}}
    numbers = sorted({measured.definition for measured in one.measured})
    versions, shapes = [str(number) for number in numbers], [_SHAPES[(number - 1) % len(_SHAPES)] for number in numbers]
    yield {
        "data": data(points),
        "mark": {"type": "line", "color": DARK, "strokeWidth": 1.4},
        "encoding": {**day, "y": y, "detail": {"field": "definition", "type": "nominal"}},
    }
    yield {
        "data": data(begun),
        "mark": {"type": "point", "shape": "circle", "filled": False, "color": INK, "size": 60, "strokeWidth": 1.6},
        "encoding": {**day, "y": y},
    }
    yield {
        "data": data(points),
        "mark": {"type": "point", "filled": True, "color": DARK, "opacity": 1, "size": 55},
        "encoding": {
            **day,
            "y": y,
            "shape": {
                "field": "definition", "type": "nominal", "legend": None,
                "scale": {"domain": versions, "range": shapes},
            },
        },
    }  # fmt: skip


def _target_lines(one: Objective) -> list[dict[str, Any]]:
    """Return the levels of the target, cut where the definition changes: it is a target of what was defined before.

    Only the first piece of each bears its name.
    """
    rows = []
    latest = max((target.end for target in one.targets), default=0)
    earliest = min((target.start for target in one.targets), default=0)
    gap = max(1, (latest - earliest) // 90)  # on both sides of a break
    for start, end, value in one.targets:
        cuts = [day for day, _ in one.breaks if start < day < end]
        starts, ends = [start, *(day + gap for day in cuts)], [*(day - gap for day in cuts), end]
        for first, last in zip(starts, ends, strict=True):
            text = f"target {value}" if first == start else ""
            spot = {"from": instant(first), "to": instant(max(last, first + 1))}
            rows.append({**spot, "value": float(Decimal(value)), "text": text})
    return rows


def _alt(found: _Found) -> str:
    said = [
        f"{counted(found.count, 'objective')}, {counted(found.measured, 'measurement')}, "
        f"{counted(found.breaks, 'break')} of definition."
    ]
    for one in found.first[:10]:
        last = one.measured[-1] if one.measured else None
        at = (
            f"last measured {last.value} on {iso(last.day)} by definition {last.definition}"
            if last
            else "never measured"
        )
        target = one.targets[-1].value if one.targets else NOT_STATED
        due = f"a day {NOT_STATED}" if one.due_on is None else iso(one.due_on)
        said.append(f"{one.indicator}: baseline {one.baseline or NOT_STATED}, target {target} by {due}, {at}.")
    return " ".join([*said, *([f"And {found.count - 10} more."] if found.count > 10 else [])])
