"""The alluvial of segments: to which cluster each belonged on one day, and to which on another. Own SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from ledger.state.structure import ThingAt
from ledger.timeline import iso
from projections.charts.chart import Chart, counted
from projections.charts.question import Question
from projections.charts.style import DARK, FONT, INK, LABEL, LIGHT, LINE, MIDDLE, PAPER, SOFT
from projections.charts.text import short, wrapped
from projections.differences.explained import Point
from projections.differences.merged import pairs as pairs_at
from projections.html import escaped
from projections.views.read_model import Views

WIDTH, SIDE, BAR = 456, 150, 10  # pixels: the whole, the names at each side, the bar of a cluster
CLUSTERS_MAX = 300  # a side: what can be looked through, and is drawn in a second or two
_UNIT_MAX, _UNIT_MIN, _HEIGHT, _HEIGHT_MAX, _GAP, _LINE = 14.0, 2.0, 620.0, 6_000.0, 6.0, 12.5
_LINES_MAX = 4  # of a name
ABSENT = ""  # the place of what is not there yet, or no longer
MAYBE = "?"  # the place of what may have ended by that day; no id of a cluster
_NOWHERE = (ABSENT, MAYBE)


class _Move(NamedTuple):
    """Where a segment was on the earlier day and on the later one: a cluster, `ABSENT` or `MAYBE`."""

    before: str
    after: str

    @property
    def stays(self) -> bool:
        """Whether both are the same."""
        return self.before == self.after


_Side = Callable[[_Move], str]
_BEFORE: _Side = attrgetter("before")
_AFTER: _Side = attrgetter("after")


class _Node(NamedTuple):
    """One cluster on one side: where it stands and how many segments it has."""

    top: float
    height: float
    size: int
    label: list[str]  # its name in lines, with the number of its segments

    @property
    def room(self) -> float:
        """The height that it takes with its name beside it."""
        return max(self.height + _GAP, len(self.label) * _LINE + 3)

    @property
    def middle(self) -> float:
        """Where it stands."""
        return self.top + self.height / 2


def flows(question: Question, from_day: int) -> Chart:
    """Return the alluvial of segments from one day to the day asked about, both as known; or a chart that says
    that there was no segment.

    Of more than `CLUSTERS_MAX` on a day it draws some, first those whose segments did not stay, and says so; its table
    holds all of them.
    """
    known = question.known.position
    pairs, before, after = _read(question.views, Point(from_day, known), Point(question.day, known))
    first, last = str(iso(from_day)), str(question.context["effective"])
    title = f"Segments of {question.context['government']} by cluster, {first} and {last}"
    if not pairs:
        return Chart("flows", title, "", "There was no segment on either day.", question.context)
    lead = (
        f"At the left the clusters of {first}, at the right those of {last}, each as high as it has segments. Pale "
        "bands are segments that stayed; dark ones went to another cluster; outlined ones began or ended in between."
    )
    counts = Counter(pairs.values())
    drawn = _drawn(counts)
    left_out = _left_out(counts, drawn)
    if any(MAYBE in pair for pair in pairs.values()):
        lead += " White bands with a dashed edge may have ended by one of the days; no cluster counts them there."
    ever = question.titles("cluster")  # a segment may belong to a cluster that lives no longer
    left = {ABSENT: "not there yet", MAYBE: "may have ended", **ever, **before}
    right = {ABSENT: "no longer there", MAYBE: "may have ended", **ever, **after}
    rows = [(id_, left.get(one, one), right.get(two, two)) for id_, (one, two) in pairs.items()]
    heads = ("segment", f"cluster on {first}", f"cluster on {last}")
    picture = _svg(counts, drawn, left, right)
    alt = _alt(counts, first, last) + left_out
    return Chart("flows", title, lead + left_out, alt, question.context, None, picture, heads, rows)


def _read(views: Views, first: Point, second: Point) -> tuple[dict[str, _Move], dict[str, str], dict[str, str]]:
    """Return the cluster of each segment before and after, and the titles of the clusters of both days.

    That of a segment that may have ended is `MAYBE`.
    """
    moves: dict[str, _Move] = {}
    titles: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for pair in pairs_at(views, first, second):
        for one, known in zip(pair, titles, strict=True):
            if one is not None and one.kind == "cluster" and one.may_have_ended is None:
                known[one.id] = str(one.get("title", one.id))
        segments = [one if one is not None and one.kind == "segment" else None for one in pair]
        there = next((one for one in segments if one is not None), None)
        if there is not None:
            moves[there.id] = _Move(*map(_place, segments))
    return moves, *titles


def _place(segment: ThingAt | None) -> str:
    if segment is None:
        return ABSENT
    return MAYBE if segment.may_have_ended else str(segment.get("cluster"))


def _alt(counts: Counter[_Move], first: str, last: str) -> str:
    known = {pair: count for pair, count in counts.items() if MAYBE not in pair}
    stayed = sum(count for (one, two), count in known.items() if one == two)
    moved = sum(count for (one, two), count in known.items() if one != two and ABSENT not in (one, two))
    begun = sum(count for (one, _), count in known.items() if one == ABSENT)
    ended = sum(count for (_, two), count in known.items() if two == ABSENT)
    return (
        f"From {first} to {last}, {counted(stayed, 'segment')} stayed in the same cluster, {moved} went to another, "
        f"{begun} began and {ended} ended.{_doubted(counts, first, last)}"
    )


def _doubted(counts: Counter[_Move], first: str, last: str) -> str:
    """Return what is in none of these counts: segments that may have ended by one of the two days."""
    both, early, late = (
        sum(count for pair, count in counts.items() if tuple(one == MAYBE for one in pair) == where)
        for where in ((True, True), (True, False), (False, True))
    )
    counted_by = ((early, f"by {first}"), (late, f"by {last}"), (both, f"by {first}, and if not by {last}"))
    doubts = "; ".join(f"{counted(count, 'segment')} may have ended {by}" for count, by in counted_by if count)
    return f" Apart from these, {doubts}." if doubts else ""


def _drawn(counts: Counter[_Move]) -> Counter[_Move]:
    """Return the bands that are drawn: those between at most so many clusters a side, of what did not stay first."""
    sides = (set(_NOWHERE), set(_NOWHERE))  # what is not there, or may not be, is not counted
    drawn = Counter[_Move]()
    for pair in sorted(counts, key=lambda pair: (pair.stays, pair)):
        ends = tuple(zip(pair, sides, strict=True))
        if all(one in side or len(side) < CLUSTERS_MAX + len(_NOWHERE) for one, side in ends):
            drawn[pair] = counts[pair]
            for one, side in ends:
                side.add(one)
    return drawn


def _left_out(counts: Counter[_Move], drawn: Counter[_Move]) -> str:
    """Return the sentence that says how many clusters are drawn; nothing where all are."""
    cut = []
    for side, where in ((_BEFORE, "left"), (_AFTER, "right")):
        shown, there = ({side(pair) for pair in each}.difference(_NOWHERE) for each in (drawn, counts))
        if len(shown) < len(there):
            cut.append(f"{len(shown)} of the {len(there):,} clusters at the {where}")
    if not cut:
        return ""
    return f" Only {' and '.join(cut)} are drawn, first those whose segments did not stay; a page (html) lists all."


def _svg(counts: Counter[_Move], drawn: Counter[_Move], left: dict[str, str], right: dict[str, str]) -> str:
    sizes = {side: _sizes(counts, side) for side in (_BEFORE, _AFTER)}
    total = max(sum(count[id_] for id_ in _sizes(drawn, side)) for side, count in sizes.items())
    unit = min(_UNIT_MAX, max(_HEIGHT / total, min(_UNIT_MIN, _HEIGHT_MAX / total)))
    starts = _stacked(_order_left(drawn), sizes[_BEFORE], unit, left)
    ends = _stacked(_order_right(drawn, starts), sizes[_AFTER], unit, right)
    height = max(_bottom(starts), _bottom(ends)) + 4
    bands = _bands(drawn, starts, ends, unit)
    nodes = [*_nodes(starts, left, "left"), *_nodes(ends, right, "right")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{_n(height)}" '
        f'viewBox="0 0 {WIDTH} {_n(height)}" font-family="{FONT}">{"".join(bands)}{"".join(nodes)}</svg>'
    )


def _order_left(counts: Counter[_Move]) -> list[str]:
    return sorted({one for one, _ in counts}, key=lambda id_: (id_ in _NOWHERE, id_))


def _order_right(counts: Counter[_Move], starts: dict[str, _Node]) -> list[str]:
    """Return the clusters at the right by where, on average, their segments come from: few bands then cross."""

    come: dict[str, list[tuple[_Node, int]]] = {}
    for (one, two), count in counts.items():
        come.setdefault(two, []).append((starts[one], count))

    def middle(id_: str) -> float:
        weight = sum(count for _, count in come[id_])
        return sum(node.middle * count for node, count in come[id_]) / weight

    return sorted(come, key=lambda id_: (id_ in _NOWHERE, middle(id_), id_))


def _sizes(counts: Counter[_Move], side: _Side) -> Counter[str]:
    """Return how many segments each cluster has on one side."""
    sizes = Counter[str]()
    for pair, number in counts.items():
        sizes[side(pair)] += number
    return sizes


def _stacked(order: list[str], sizes: Counter[str], unit: float, titles: dict[str, str]) -> dict[str, _Node]:
    nodes, top = {}, 2.0
    for id_ in order:
        node = _Node(0.0, sizes[id_] * unit, sizes[id_], _label(titles.get(id_, id_), sizes[id_]))
        nodes[id_] = node._replace(top=top + (node.room - node.height) / 2)
        top += node.room
    return nodes


def _label(title: str, size: int) -> list[str]:
    """Return a name and the number of its segments in lines; only the end of a very long name is left out."""
    lines = wrapped(f"{title} ({size})", SIDE - 10, LABEL)
    if len(lines) <= _LINES_MAX:
        return lines
    return [*lines[: _LINES_MAX - 1], f"{short(' '.join(lines[_LINES_MAX - 1 :]), SIDE - 50, LABEL)} ({size})"]


def _bottom(nodes: dict[str, _Node]) -> float:
    return max(node.middle + node.room / 2 for node in nodes.values())


def _bands(counts: Counter[_Move], starts: dict[str, _Node], ends: dict[str, _Node], unit: float) -> list[str]:
    out, into = (dict.fromkeys(nodes, 0.0) for nodes in (starts, ends))
    left: dict[_Move, float] = {}  # the top of each band at either side
    right: dict[_Move, float] = {}
    for pair in sorted(counts, key=lambda pair: (starts[pair.before].top, ends[pair.after].top)):
        left[pair] = starts[pair.before].top + out[pair.before]
        out[pair.before] += counts[pair] * unit
    for pair in sorted(counts, key=lambda pair: (ends[pair.after].top, starts[pair.before].top)):
        right[pair] = ends[pair.after].top + into[pair.after]
        into[pair.after] += counts[pair] * unit
    stayed_first = sorted(counts, key=lambda pair: (not pair.stays, pair))
    return [_band(pair, left[pair], right[pair], counts[pair] * unit) for pair in stayed_first]


def _band(pair: _Move, top: float, other: float, thick: float) -> str:
    one, two = SIDE + BAR, WIDTH - SIDE - BAR
    middle = (one + two) / 2
    path = (
        f"M{one},{_n(top)}C{_n(middle)},{_n(top)} {_n(middle)},{_n(other)} {two},{_n(other)}v{_n(thick)}"
        f"C{_n(middle)},{_n(other + thick)} {_n(middle)},{_n(top + thick)} {one},{_n(top + thick)}Z"
    )
    if MAYBE in pair:
        look = f'fill="{PAPER}" fill-opacity="0.5" stroke="{DARK}" stroke-width="0.9" stroke-dasharray="3 2"'
    elif ABSENT in pair:
        look = f'fill="{LINE}" fill-opacity="0.45" stroke="{SOFT}" stroke-width="0.6" stroke-dasharray="3 2"'
    elif pair.stays:
        look = f'fill="{LIGHT}"'
    else:
        look = f'fill="{MIDDLE}" stroke="{DARK}" stroke-width="0.8" fill-opacity="0.85"'
    return f'<path d="{path}" {look}/>'


def _nodes(nodes: dict[str, _Node], titles: dict[str, str], side: str) -> list[str]:
    x, at, anchor = (SIDE, SIDE - 6, "end") if side == "left" else (WIDTH - SIDE - BAR, WIDTH - SIDE + 6, "start")
    drawn = []
    for id_, node in nodes.items():
        style, fill = (' font-style="italic"', SOFT) if id_ in _NOWHERE else ("", DARK)
        first = node.middle + 4 - (len(node.label) - 1) * _LINE / 2
        name = "".join(
            f'<text x="{at}" y="{_n(first + place * _LINE)}" font-size="{LABEL}" text-anchor="{anchor}" '
            f'fill="{INK}"{style}>{escaped(line)}</text>'
            for place, line in enumerate(node.label)
        )
        drawn.append(
            f'<g><title>{escaped(titles.get(id_, id_))}: {counted(node.size, "segment")}</title><rect x="{x}" '
            f'y="{_n(node.top)}" width="{BAR}" height="{_n(max(node.height, 1))}" fill="{fill}"/>{name}</g>'
        )
    return drawn


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
