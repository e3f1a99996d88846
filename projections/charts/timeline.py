"""The time line of the clusters: when each lived, what it split from and merged into, which segments it was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from ledger.plurals import plural
from ledger.timeline import FOREVER, UNSTATED, iso
from projections.agility.record import Holding
from projections.answers.counts import Count
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.grouping import Grouped, grouped
from projections.charts.joins import SUCCEEDED, TRANSFERRED, Join, joins
from projections.charts.lanes import lanes
from projections.charts.question import Question
from projections.charts.style import ALERT, DARK, INK, LABEL, LIGHT, data, instant, time_axis, time_scale
from projections.charts.text import labels

WIDTH, ROW = 450, 30  # pixels: what is read on a phone, and a row with its name above its bar
_BAR = 7  # pixels by which bars stand below the middle of their rows
CLUSTERS_MAX = 300  # in one picture: what can be looked through, and is drawn in a second or two
_DOUBT = {
    "type": "bar",
    "height": 9,
    "yOffset": _BAR,
    "color": "white",
    "stroke": DARK,
    "strokeWidth": 0.9,
    "strokeDash": [3, 2],
}


def timeline(question: Question) -> Chart:
    """Return the time line of every cluster there ever was, as known; without one, a chart that says so.

    Of many that came of one, or went into one, a few are drawn and the others as one row; of more rows than
    `CLUSTERS_MAX` the first ones. It says so; its table holds all clusters.
    """
    lives, found = sorted(question.record.lives("cluster")), joins(question)
    return _chart(question, lives, found, "", WIDTH, rows_of(question, lives, found))


def timelines(question: Question, rows_max: int, width: int) -> tuple[list[Chart], int]:
    """Return the time line in parts of at most so many clusters, `width` pixels beside their names, and how many
    clusters are in none of them: there are no more than `CLUSTERS_MAX` in all.

    What joins clusters of two parts is in neither.
    """
    lives, found = sorted(question.record.lives("cluster")), joins(question)
    whole = rows_of(question, lives, found)
    order = in_families(whole.lives, whole.joins)
    drawn = order[:CLUSTERS_MAX]
    parts = [set(drawn[start : start + rows_max]) for start in range(0, len(drawn), rows_max)] or [set[str]()]
    charts = []
    for number, part in enumerate(parts, 1):
        inner = _part(part, whole.lives, whole.joins)
        some = Grouped(*inner, whole.names, 0)
        charts.append(_chart(question, *inner, f", part {number} of {len(parts)}" if parts[1:] else "", width, some))
    return charts, len(order) - len(drawn)


def rows_of(question: Question, lives: list[Holding], found: list[Join]) -> Grouped:
    """Return lives and joins with many that are alike in one row; those that had the most segments are kept apart."""
    segments = Counter(str(row.value) for row in question.record.family("cluster", "segment"))
    return grouped(lives, found, segments, question.titles("cluster"))


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
    whole: Grouped,
) -> Chart:
    """Return the chart of these lives and joins, drawn as they are grouped in `whole`."""
    title = f"Clusters of {question.context['government']} over time{part}"
    if not lives:
        alt = "There is no cluster in the record, so that there is no time line to draw."
        return Chart("timeline", title, "", alt, question.context)
    titles = {**question.titles("cluster"), **whole.names}
    order = in_families(whole.lives, whole.joins)
    shown = _part(set(order[:CLUSTERS_MAX]), whole.lives, whole.joins)
    left_out = _left_out(whole, len({row.id for row in lives}), len(order))
    lead = (
        "A bar is the life of the cluster named above it: a thick mark is its end, a triangle at the left a beginning "
        "that is not stated, a thin line across it a new title. An arrow leads to the cluster that succeeded (solid) "
        "or was given a segment (dashed); those of one day stand side by side. The line from top to bottom is the day."
    ) + left_out
    if any(row.in_doubt for row in lives):
        lead += " A white bar with a dashed edge is the time in which it may have ended, up to the day by which it had."
    rows: list[tuple[Cell, ...]] = [
        ("cluster", titles[row.id], None, iso(row.start), iso(row.end))
        for row in sorted(lives, key=lambda row: (row.start, row.id))
    ]
    rows += [("may have ended", titles[row.id], None, iso(row.in_doubt), iso(row.end)) for row in lives if row.in_doubt]
    rows += [(how, titles[one], titles[two], iso(day), what) for day, one, two, how, what, _ in found]
    rows_shown = {id_: titles[id_] for id_ in order[:CLUSTERS_MAX]}
    named = labels(rows_shown, width - 4, LABEL)
    spec = _spec(question, *shown, (*drawn_days(question, *shown), width), named, in_families(*shown))
    heads = ("what", "cluster", "to", "from or on", "until, or which segment")
    return Chart(
        "timeline", title, lead, _alt(question, lives, found) + left_out, question.context, spec, None, heads, rows
    )


def _left_out(whole: Grouped, count: int, rows: int) -> str:
    """Return what is not drawn by itself, as sentences; empty where every cluster has a row."""
    said = ""
    if whole.clusters:
        said = (
            f" {whole.clusters:,} of the {count:,} clusters stand together in {counted(len(whole.names), 'row')}, "
            "as one bar from the first day of any to the last; a page (html) lists all."
        )
    if rows > CLUSTERS_MAX:
        said += f" Only the first {CLUSTERS_MAX} of {rows:,} rows are drawn; a page (html) lists all clusters."
    return said


def drawn_days(question: Question, lives: Sequence[Holding], found: Sequence[Join]) -> tuple[int, int]:
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


def in_families(lives: Iterable[Holding], found: Sequence[Join]) -> list[str]:
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
        "axis": {"title": None, "labels": False, "grid": False, "ticks": False, "domain": False},
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
    moved = lanes(found, order, named, (last - first) / width)
    return {
        "width": width,
        "height": {"step": ROW},
        "encoding": {"y": y},
        "layer": [
            _layer(
                {"type": "bar", "height": 9, "yOffset": _BAR, "color": LIGHT, "stroke": DARK, "strokeWidth": 0.7},
                bars,
                x,
                "from",
                "to",
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
            *_names([named[id_] for id_ in order]),
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
        for row in sorted(question.record.family("title", "cluster"))
        if row.id in ids and row.start > UNSTATED and (row.id, row.start) not in begun
    ]
    return found


def _layer(mark: Spec, rows: list[dict[str, Any]], x: Spec, start: str, end: str) -> Spec:
    encoding = {"x": {**x, "field": start}, "x2": {"field": end}}
    return {"data": data(rows), "mark": mark, "encoding": encoding}


def _ends(rows: list[dict[str, Any]], x: Spec, end: str, mark: Spec) -> Spec:
    chosen = [row for row in rows if row["end"] == end]
    return {
        "data": data(chosen),
        "mark": {"color": DARK, "yOffset": _BAR, **mark},
        "encoding": {"x": {**x, "field": "day"}},
    }


def _arrows(rows: list[dict[str, Any]], x: Spec, how: str, dash: list[int]) -> Spec:
    chosen = [row for row in rows if row["how"] == how]
    mark = {"type": "rule", "color": INK, "strokeWidth": 1.1, "strokeDash": dash or [1, 0]}
    mark |= {"yOffset": _BAR, "y2Offset": _BAR}
    encoding = {"x": {**x, "field": "day"}, "y2": {"field": "other"}}
    return {"data": data(chosen), "mark": mark, "encoding": encoding}


def _heads(rows: list[dict[str, Any]], x: Spec) -> Iterable[Spec]:
    for shape in ("triangle-up", "triangle-down"):
        chosen = [{"cluster": row["other"], "day": row["day"]} for row in rows if row["points"] == shape]
        offset = _BAR + (4 if shape == "triangle-up" else -4)
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


def _names(names: list[str]) -> Iterable[Spec]:
    """Yield the names above their bars, on a white edge, so that a line behind them does not cross their letters."""
    for edge in ({"stroke": "white", "strokeWidth": 3}, {}):
        mark = {"type": "text", "align": "left", "baseline": "bottom", "yOffset": 0, "color": INK, "fontSize": LABEL}
        yield {
            "data": data([{"cluster": name} for name in names]),
            "mark": {**mark, **edge},
            "encoding": {"x": {"value": 1}, "text": {"field": "cluster"}},
        }


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
        f"{plural(most, 'is', 'are')} live "
        f"on {question.context['effective']}. {counted(len(successions), 'succession').capitalize()}, among them "
        f"{counted(splits, 'split')} and {counted(merges, 'merger')}; {counted(moved, 'transfer')} of segments."
    )
