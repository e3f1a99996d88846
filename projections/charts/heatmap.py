"""The heat map of segments by missions: full and partial affiliations, and what stands empty."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from ledger.state.structure import ThingAt
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.question import Question
from projections.charts.style import DARK, LABEL, LINE, MIDDLE, data
from projections.charts.text import labels, short

SIDE_ROOM, TOP_ROOM = 330, 230  # pixels for the names of rows and of columns
DRAWN_MAX = 300  # segments, and missions: what can be looked through, and is drawn in a second or two
_STEPS = ((60, 22, LABEL), (150, 16, LABEL), (DRAWN_MAX, 12, 9))  # up to so many: pixels a row, a letter
_BAND = "#eeeeee"


def heatmap(question: Question, cluster: str | None = None) -> Chart:
    """Return the heat map of the whole government, or of one cluster, on the day; without segments it says so.

    Of more than `DRAWN_MAX` segments or missions it draws the first and says so; its table holds all of them.
    """
    structure = question.structure
    segments = [one for one in structure.of_kind("segment") if cluster in (None, one.get("cluster"))]
    segments.sort(key=lambda one: (str(one.get("cluster")), one.id))
    ids = {one.id for one in segments}
    missions = [one for one in structure.of_kind("mission") if cluster is None or ids & {*one.keyed("segments")}]
    place = {one.id: number for number, one in enumerate(segments)}
    missions.sort(
        key=lambda one: (min((place.get(id_, len(place)) for id_ in one.keyed("segments")), default=-1), one.id)
    )
    titles = question.titles("cluster")
    whose = question.context["government"] if cluster is None else titles[cluster]
    title = f"Segments by missions of {whose}"
    if not segments and not missions:
        alt = f"On {question.context['effective']} there is neither a segment nor a mission to be drawn."
        return Chart("matrix", title, "", alt, question.context)
    cells = [
        (segment, mission.id, extent)
        for mission in missions
        for segment, extent in mission.keyed("segments").items()
        if segment in ids
    ]
    names = _Names(titles, segments, missions)
    left_out = _left_out(len(segments), len(missions))
    lead = (
        "A large dark square is a full affiliation, a small paler one a partial one. A grey band is a segment without "
        "a mission, or a mission without a segment. Segments stand by cluster, whose title follows theirs."
    ) + left_out
    rows: list[tuple[Cell, ...]] = [(names.whole[one], names.whole[two], extent) for one, two, extent in cells]
    rows += [(names.whole[one.id], None, "no mission") for one in segments if one.id not in {cell[0] for cell in cells}]
    rows += [(None, names.whole[one.id], "no segment") for one in missions if one.id not in {cell[1] for cell in cells}]
    alt = _alt(question, segments, missions, cells) + left_out
    heads = ("segment", "mission", "extent")
    return Chart("matrix", title, lead, alt, question.context, _spec(names, cells), None, heads, rows)


def _left_out(segments: int, missions: int) -> str:
    """Return the sentence that says how many of so many are drawn; nothing where all are."""
    cut = [
        f"the first {DRAWN_MAX} of the {count:,} {noun}"
        for count, noun in ((segments, "segments"), (missions, "missions"))
        if count > DRAWN_MAX
    ]
    return f" Only {' and '.join(cut)} are drawn; a page (html) lists all." if cut else ""


class _Names:
    """What segments and missions are called; the more numerous kind stands in the rows. Those drawn have labels."""

    def __init__(self, titles: Mapping[str, str], segments: list[ThingAt], missions: list[ThingAt]) -> None:
        self.upright = len(segments) >= len(missions)  # segments in the rows
        homes = {one.id: titles.get(str(one.get("cluster")), str(one.get("cluster"))) for one in segments}
        self.whole = {one.id: f"{one.get('title', one.id)} \N{MIDDLE DOT} {homes[one.id]}" for one in segments}
        self.whole |= {one.id: str(one.get("title", one.id)) for one in missions}
        rooms = (SIDE_ROOM, TOP_ROOM) if self.upright else (TOP_ROOM, SIDE_ROOM)
        halves = {
            one.id: f"{short(str(one.get('title', one.id)), rooms[0] * 0.62, LABEL)} \N{MIDDLE DOT} {homes[one.id]}"
            for one in segments[:DRAWN_MAX]
        }
        self.segments = labels(halves, rooms[0], LABEL)
        drawn = _drawn(missions, halves.keys())
        self.missions = labels({one.id: self.whole[one.id] for one in drawn}, rooms[1], LABEL)


def _drawn(missions: list[ThingAt], segments: Set[str]) -> list[ThingAt]:
    """Return the missions that are drawn beside these segments: those affiliated with them before the others."""
    first = sorted(missions, key=lambda one: segments.isdisjoint(one.keyed("segments")))[:DRAWN_MAX]
    ids = {one.id for one in first}
    return [one for one in missions if one.id in ids]


class _Side(NamedTuple):
    """The rows or the columns: the label of each by id, the pixels of each, and the size of letters."""

    channel: str
    labels: Mapping[str, str]
    step: int
    letters: int

    @staticmethod
    def of(channel: str, labels: Mapping[str, str]) -> _Side:
        step, letters = next((step, letters) for most, step, letters in _STEPS if len(labels) <= most)
        return _Side(channel, labels, step, letters)

    def axis(self) -> Spec:
        """Return the encoding of this side."""
        look = {"title": None, "grid": True, "gridColor": LINE, "zindex": 0, "ticks": False, "domain": False}
        look |= {"labelFontSize": self.letters, "labelPadding": 6}
        look |= {"orient": "top", "labelAngle": -90} if self.channel == "x" else {}
        scale = {"domain": list(self.labels.values())}
        return {"type": "nominal", "field": self.channel, "sort": None, "scale": scale, "axis": look}


def _spec(names: _Names, cells: list[tuple[str, str, str]]) -> Spec:
    down, across = (names.segments, names.missions) if names.upright else (names.missions, names.segments)
    rows, columns = _Side.of("y", down), _Side.of("x", across)
    at = {id_: (label, side.channel) for side in (rows, columns) for id_, label in side.labels.items()}
    marks = [
        {at[segment][1]: at[segment][0], at[mission][1]: at[mission][0], "extent": extent}
        for segment, mission, extent in cells
        if segment in at and mission in at
    ]
    met = {id_ for cell in cells for id_ in cell[:2]}
    step = min(rows.step, columns.step)
    sizes = [(step * 0.62) ** 2, (step * 0.4) ** 2]
    extent: Spec = {"type": "nominal", "field": "extent", "title": "affiliation"}
    scale = {"domain": ["full", "partial"]}
    return {
        "width": {"step": columns.step},
        "height": {"step": rows.step},
        "layer": [
            _bands(rows, met, {"x": {"value": 0}, "x2": {"value": "width"}}),
            _bands(columns, met, {"y": {"value": 0}, "y2": {"value": "height"}}),
            {
                "data": data(marks),
                "mark": {"type": "square", "opacity": 1},
                "encoding": {
                    "y": rows.axis(),
                    "x": columns.axis(),
                    "color": {**extent, "scale": {**scale, "range": [DARK, MIDDLE]}, "legend": {"orient": "bottom"}},
                    "size": {**extent, "scale": {**scale, "range": sizes}},
                },
            },
        ],
    }


def _bands(side: _Side, met: Set[str], across: Spec) -> Spec:
    """Return the bands of what has no affiliation, from one edge to the other."""
    size = "height" if side.channel == "y" else "width"
    return {
        "data": data([{side.channel: side.labels[id_]} for id_ in sorted(side.labels) if id_ not in met]),
        "mark": {"type": "rect", "color": _BAND, size: {"band": 0.9}},
        "encoding": {side.channel: side.axis(), **across},
    }


def _alt(
    question: Question, segments: list[ThingAt], missions: list[ThingAt], cells: list[tuple[str, str, str]]
) -> str:
    partial = sum(extent == "partial" for _, _, extent in cells)
    empty = len({one.id for one in segments} - {cell[0] for cell in cells})
    alone = len({one.id for one in missions} - {cell[1] for cell in cells})
    return (
        f"On {question.context['effective']}: {counted(len(segments), 'segment')} by "
        f"{counted(len(missions), 'mission')}, {counted(len(cells), 'affiliation')}, of which {partial} in part. "
        f"{counted(empty, 'segment').capitalize()} "
        f"without a mission, {counted(alone, 'mission')} without a segment."
    )
