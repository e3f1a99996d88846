"""The time line of the clusters: when each lived, what it split from and merged into, which segments it was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from ledger.timeline import FOREVER, UNSTATED, iso
from projections.agility.record import Holding
from projections.answers.counts import Count
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.joins import SUCCEEDED, TRANSFERRED, Join, joins
from projections.charts.question import Question
from projections.charts.style import ALERT, DARK, INK, LABEL, LIGHT, data, instant, time_axis, time_scale
from projections.charts.text import labels

WIDTH, ROW, LABEL_ROOM = 760, 20, 290
CLUSTERS_MAX = 300  # in one picture: what can be looked through, and is drawn in a second or two
_DOUBT = {"type": "bar", "height": 9, "color": "white", "stroke": DARK, "strokeWidth": 0.9, "strokeDash": [3, 2]}
_LANE = 4  # pixels between two joins of the same days
_LANES_MAX = 40  # of the same days and rows, side by side


def timeline(question: Question) -> Chart:
    """Return the time line of every cluster there ever was, as known; without one, a chart that says so.

    Of more than `CLUSTERS_MAX` it draws the first ones and says so; its table holds all of them.
    """
    lives, found = list(question.record.lives("cluster")), joins(question)
    return _chart(question, lives, found, "", WIDTH, _order(lives, found)[:CLUSTERS_MAX])


def timelines(question: Question, rows_max: int, width: int) -> tuple[list[Chart], int]:
    """Return the time line in parts of at most so many clusters, `width` pixels beside their names, and how many
    clusters are in none of them: there are no more than `CLUSTERS_MAX` in all.

    What joins clusters of two parts is in neither.
    """
    lives, found = list(question.record.lives("cluster")), joins(question)
    order = _order(lives, found)
    drawn = order[:CLUSTERS_MAX]
    parts = [set(drawn[start : start + rows_max]) for start in range(0, len(drawn), rows_max)] or [set[str]()]
    charts = [
        _chart(question, *_part(part, lives, found), f", part {number} of {len(parts)}" if parts[1:] else "", width)
        for number, part in enumerate(parts, 1)
    ]
    return charts, len(order) - len(drawn)


def _part(part: Set[str], lives: list[Holding], found: list[Join]) -> tuple[list[Holding], list[Join]]:
    """Return the lives of some clusters, and what joins them."""
    inner = [one for one in found if one.earlier in part and one.later in part]
    return [row for row in lives if row.id in part], inner


def _chart(
    question: Question,
    lives: list[Holding],
    found: list[Join],
    part: str,
    width: int,
    drawn: Sequence[str] | None = None,
) -> Chart:
    """Return the chart of these lives and joins; with `drawn`, a picture of those clusters only."""
    title = f"Clusters of {question.context['government']} over time{part}"
    if not lives:
        alt = "There is no cluster in the record, so that there is no time line to draw."
        return Chart("timeline", title, "", alt, question.context)
    titles = question.titles("cluster")
    count, left_out = len({row.id for row in lives}), ""
    shown = (lives, found) if drawn is None else _part(set(drawn), lives, found)
    if drawn is not None and len(drawn) < count:
        left_out = f" Only the first {len(drawn)} of the {count:,} clusters are drawn; a page (html) lists all."
    lead = (
        "A bar is the life of a cluster: a thick mark is its end, a triangle at the left a beginning that is not "
        "stated, a thin line across it a new title. An arrow leads to the cluster that succeeded (solid) or was given "
        "a segment (dashed); those of one day stand side by side. The line from top to bottom is the day asked about."
    ) + left_out
    if any(row.in_doubt for row in lives):
        lead += " A white bar with a dashed edge is the time in which it may have ended, up to the day by which it had."
    rows: list[tuple[Cell, ...]] = [
        ("cluster", titles[row.id], None, iso(row.start), iso(row.end))
        for row in sorted(lives, key=lambda row: (row.start, row.id))
    ]
    rows += [("may have ended", titles[row.id], None, iso(row.in_doubt), iso(row.end)) for row in lives if row.in_doubt]
    rows += [(how, titles[one], titles[two], iso(day), what) for day, one, two, how, what in found]
    named = labels(titles, min(LABEL_ROOM, width * 0.6), LABEL)
    spec = _spec(question, *shown, (*_range(question, *shown), width), named, _order(*shown))
    heads = ("what", "cluster", "to", "from or on", "until, or which segment")
    return Chart(
        "timeline", title, lead, _alt(question, lives, found) + left_out, question.context, spec, None, heads, rows
    )


def _range(question: Question, lives: Sequence[Holding], found: Sequence[Join]) -> tuple[int, int]:
    """Return the first and last day to be drawn, with some room at both ends."""
    stated = [row.start for row in lives if row.start > UNSTATED] + [row.end for row in lives if row.end < FOREVER]
    stated += [one.day for one in found]
    ids = {row.id for row in lives}
    stated += [
        row.start for row in question.record.family("title", "cluster") if row.id in ids and row.start > UNSTATED
    ]
    first, last = min(stated or [question.day]), max([*stated, question.day])
    first = min(first, max(question.day, first)) if stated else question.day - 365
    room = max(30, (last - first) // 25)
    return first - room, last + room


def _order(lives: Iterable[Holding], found: Sequence[Join]) -> list[str]:
    """Return the clusters so that those that were joined stand together: families by their first day, then each."""
    start: dict[str, int] = {}
    for row in lives:
        start[row.id] = min(start.get(row.id, row.start), row.start)
    family = {id_: id_ for id_ in start}

    def head(id_: str) -> str:
        while family[id_] != id_:
            family[id_] = family[family[id_]]
            id_ = family[id_]
        return id_

    for one in found:
        if one.how == SUCCEEDED:
            family[head(one.later)] = head(one.earlier)
    begun: dict[str, int] = {}
    for id_, day in start.items():
        begun[head(id_)] = min(begun.get(head(id_), day), day)
    return sorted(start, key=lambda id_: (begun[head(id_)], head(id_), start[id_], id_))


def _spec(
    question: Question,
    lives: Collection[Holding],
    found: Sequence[Join],
    frame: tuple[int, int, int],
    named: dict[str, str],
    order: list[str],
) -> Spec:
    first, last, width = frame
    x = {"type": "temporal", "scale": time_scale(first, last), "axis": time_axis(first, last, orient="top")}
    y = {
        "type": "nominal",
        "field": "cluster",
        "sort": None,
        "scale": {"domain": [named[id_] for id_ in order]},
        "axis": {"title": None, "grid": True, "gridDash": [1, 3], "ticks": False, "domain": False, "labelPadding": 9},
    }
    bars = [
        {"cluster": named[row.id], "from": instant(max(row.start, first)), "to": instant(min(row.sure_to, last))}
        for row in lives
    ]
    doubts = [
        {"cluster": named[row.id], "from": instant(row.in_doubt), "to": instant(min(row.end, last))}
        for row in lives
        if row.in_doubt
    ]
    ends = _marked(question, lives, first, named)
    moved = _lanes(found, order, named, (last - first) / width)
    return {
        "width": width,
        "height": {"step": ROW},
        "encoding": {"y": y},
        "layer": [
            _layer(
                {"type": "bar", "height": 9, "color": LIGHT, "stroke": DARK, "strokeWidth": 0.7}, bars, x, "from", "to"
            ),
            _layer(_DOUBT, doubts, x, "from", "to"),
            _ends(ends, x, "title", {"type": "tick", "thickness": 1.5, "size": 9, "color": DARK}),
            _ends(ends, x, "end", {"type": "tick", "thickness": 3, "size": 13, "color": INK}),
            _ends(ends, x, "not stated", {"type": "point", "shape": "triangle-left", "filled": True, "size": 55}),
            {
                "data": data([{"day": instant(question.day)}]),
                "mark": {"type": "rule", "color": ALERT, "strokeWidth": 1},
                "encoding": {"x": {**x, "field": "day"}, "y": None},
            },
            _arrows(moved, x, SUCCEEDED, []),
            _arrows(moved, x, TRANSFERRED, [3, 2]),
            *_heads(moved, x),
        ],
    }


def _marked(question: Question, lives: Collection[Holding], first: int, named: dict[str, str]) -> list[dict[str, Any]]:
    """Return the days that are marked on a bar: ends, beginnings that are not stated, titles that came later."""
    found, ids = [], {row.id for row in lives}
    for row in lives:
        if row.start <= UNSTATED:
            found.append({"cluster": named[row.id], "day": instant(first), "end": "not stated"})
        if row.end < FOREVER:
            found.append({"cluster": named[row.id], "day": instant(row.end), "end": "end"})
    begun = {(row.id, row.start) for row in lives}
    found += [
        {"cluster": named[row.id], "day": instant(row.start), "end": "title"}
        for row in question.record.family("title", "cluster")
        if row.id in ids and row.start > UNSTATED and (row.id, row.start) not in begun
    ]
    return found


def _layer(mark: Spec, rows: list[dict[str, Any]], x: Spec, start: str, end: str) -> Spec:
    encoding = {"x": {**x, "field": start}, "x2": {"field": end}}
    return {"data": data(rows), "mark": mark, "encoding": encoding}


def _ends(rows: list[dict[str, Any]], x: Spec, end: str, mark: Spec) -> Spec:
    chosen = [row for row in rows if row["end"] == end]
    return {"data": data(chosen), "mark": {"color": DARK, **mark}, "encoding": {"x": {**x, "field": "day"}}}


def _arrows(rows: list[dict[str, Any]], x: Spec, how: str, dash: list[int]) -> Spec:
    chosen = [row for row in rows if row["how"] == how]
    mark = {"type": "rule", "color": INK, "strokeWidth": 1.1, "strokeDash": dash or [1, 0]}
    return {
        "data": data(chosen),
        "mark": mark,
        "encoding": {"x": {**x, "field": "day"}, "y2": {"field": "other"}},
    }


def _heads(rows: list[dict[str, Any]], x: Spec) -> Iterable[Spec]:
    for shape in ("triangle-up", "triangle-down"):
        chosen = [{"cluster": row["other"], "day": row["day"]} for row in rows if row["points"] == shape]
        offset = 4 if shape == "triangle-up" else -4
        mark = {
            "type": "point",
            "shape": shape,
            "filled": True,
            "color": INK,
            "opacity": 1,
            "size": 40,
            "yOffset": offset,
        }
        yield {"data": data(chosen), "mark": mark, "encoding": {"x": {**x, "field": "day"}}}


def _lanes(
    found: Sequence[Join], order: Sequence[str], named: dict[str, str], days_a_pixel: float
) -> list[dict[str, Any]]:
    """Return the joins to be drawn, each beside those of about the same days that it would lie upon.

    Where more than `_LANES_MAX` would stand beside each other, the rest lie upon the first.
    """
    place = {id_: number for number, id_ in enumerate(order)}
    step, taken = _LANE * days_a_pixel, _Taken(_LANE * days_a_pixel)
    rows = []
    drawn = dict.fromkeys(one._replace(what="") for one in found)  # several segments on one day are one join
    for day, earlier, later, how, _ in drawn:
        low, high = sorted((place[earlier], place[later]))
        lanes = (day + lane * step for lane in range(_LANES_MAX))
        x = next((x for x in lanes if taken.is_free(x, low, high)), float(day))
        taken.take(x, low, high)
        points = "triangle-down" if place[later] > place[earlier] else "triangle-up"
        rows.append({"cluster": named[earlier], "other": named[later], "day": instant(x), "how": how, "points": points})
    return rows


class _Taken:
    """Which rows are drawn upon at which places; the rows of a place are the bits of one number."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._near: dict[int, dict[float, int]] = {}  # by how many steps they lie from the first day

    def take(self, x: float, low: int, high: int) -> None:
        """Draw upon the rows from low to high at a place."""
        there = self._near.setdefault(int(x // self._step), {})
        there[x] = there.get(x, 0) | _bits(low, high)

    def is_free(self, x: float, low: int, high: int) -> bool:
        """Return whether nothing within nine tenths of a step lies upon one of the rows."""
        rows, near = _bits(low, high), int(x // self._step)
        return not any(
            drawn & rows and abs(x - other) < self._step * 0.9
            for place in (near - 1, near, near + 1)
            for other, drawn in self._near.get(place, {}).items()
        )


def _bits(low: int, high: int) -> int:
    return (1 << high) - (1 << low)


def _alt(question: Question, lives: Sequence[Holding], found: Sequence[Join]) -> str:
    ids = {row.id for row in lives}
    live = {row.id for row in lives if row.start <= question.day < row.sure_to}
    most = len({row.id for row in lives if row.start <= question.day < row.end})
    successions = [one for one in found if one.how == SUCCEEDED]
    splits = sum(count > 1 for count in Counter((one.day, one.earlier) for one in successions).values())
    merges = sum(count > 1 for count in Counter((one.day, one.later) for one in successions).values())
    moved = sum(one.how == TRANSFERRED for one in found)
    return (
        f"Time line of {counted(len(ids), 'cluster')}, of which {Count(len(live), most).words} "
        f"{'is' if most == 1 else 'are'} live "
        f"on {question.context['effective']}. {counted(len(successions), 'succession').capitalize()}, among them "
        f"{counted(splits, 'split')} and {counted(merges, 'merger')}; {counted(moved, 'transfer')} of segments."
    )
