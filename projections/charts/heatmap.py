"""The heat map of segments by missions: full and partial affiliations, and what stands empty."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from ledger.state.structure import Structure, ThingAt
from projections.answers.counts import Count
from projections.charts.chart import Cell, Chart, Spec, counted
from projections.charts.question import Question
from projections.charts.style import DARK, LABEL, LINE, MIDDLE, data
from projections.charts.text import labels, short

SIDE_ROOM, TOP_ROOM = 270, 180  # pixels for the names of rows and of columns
DRAWN_MAX = 300  # segments, and missions: what can be looked through, and is drawn in a second or two
_STEPS = ((60, 22, LABEL), (150, 16, LABEL), (DRAWN_MAX, 12, 9))  # up to so many: pixels a row, a letter
_BAND = "#eeeeee"
_HOLLOW = {"opacity": 1, "fill": "white", "stroke": DARK, "strokeWidth": 1.1, "strokeDash": [3, 2]}
MAYBE = "(?)"  # before the name of what may have ended


class _Cell(NamedTuple):
    """An affiliation to be drawn; `sure` where neither the segment nor the mission may have ended."""

    segment: str
    mission: str
    extent: str
    sure: bool

    def end(self, kind: str) -> str:
        """Return the id at one end."""
        return self.segment if kind == "segment" else self.mission

    def other_end(self, kind: str) -> str:
        """Return the id at the other end."""
        return self.mission if kind == "segment" else self.segment


def heatmap(question: Question, cluster: str | None = None) -> Chart:
    """Return the heat map of the whole government, or of one cluster, on the day; without segments it says so.

    Of more than `DRAWN_MAX` segments or missions it draws the first and says so; its table holds all of them.
    What may have ended by then is in it, and marked.
    """
    structure, most = question.structure, question.structure.at_most
    segments = [one for one in most.of_kind("segment") if cluster in (None, one.get("cluster"))]
    segments.sort(key=lambda one: (str(one.get("cluster")), one.id))
    ids = {one.id for one in segments}
    missions = [one for one in most.of_kind("mission") if cluster is None or ids & {*one.keyed("segments")}]
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
        _Cell(segment, mission.id, extent, {segment, mission.id} <= structure.things.keys())
        for mission in missions
        for segment, extent in mission.keyed("segments").items()
        if segment in ids
    ]
    names = _Names(titles if cluster is None else None, segments, missions)
    left_out = _left_out(len(segments), len(missions))
    lead = (
        "A large square is a full affiliation, a small one a partial one. A grey band is a segment without "
        "a mission, or a mission without a segment."
    )
    lead += (" Segments stand by cluster, whose title follows theirs." if cluster is None else "") + left_out
    rows: list[tuple[Cell, ...]] = [(names.titles[one], names.titles[two], extent) for one, two, extent, _ in cells]
    ends = {id_ for cell in cells for id_ in (cell.segment, cell.mission)}
    rows += [(names.titles[one.id], None, "no mission") for one in segments if one.id not in ends]
    rows += [(None, names.titles[one.id], "no segment") for one in missions if one.id not in ends]
    if names.doubtful:
        lead += f" {MAYBE} before a name: it may have ended by then; its squares are hollow, with a dashed edge."
    alt = _alt(question, _Ends(structure, segments, missions, cells, of_all=cluster is None)) + left_out
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
    """What segments and missions are called; the more numerous kind stands in the rows. Those drawn have labels.

    `titles` are those of the clusters, which follow the segments'; None where all are of the one that is asked for.
    """

    def __init__(self, titles: Mapping[str, str] | None, segments: list[ThingAt], missions: list[ThingAt]) -> None:
        self.upright = len(segments) >= len(missions)  # segments in the rows
        homes = {one.id: _home(titles, str(one.get("cluster"))) for one in segments}
        self.doubtful = any(one.may_have_ended for one in (*segments, *missions))
        own = {
            one.id: f"{MAYBE} {one.get('title', one.id)}" if one.may_have_ended else str(one.get("title", one.id))
            for one in (*segments, *missions)
        }
        self.titles = own | {one.id: f"{own[one.id]}{homes[one.id]}" for one in segments}
        of_segment, of_mission = (SIDE_ROOM, TOP_ROOM) if self.upright else (TOP_ROOM, SIDE_ROOM)
        halves = {
            one.id: f"{short(own[one.id], of_segment * (0.62 if titles else 1), LABEL)}{homes[one.id]}"
            for one in segments[:DRAWN_MAX]
        }
        self.segments = labels(halves, of_segment, LABEL)
        drawn = _drawn(missions, halves.keys())
        self.missions = labels({one.id: self.titles[one.id] for one in drawn}, of_mission, LABEL)


def _home(titles: Mapping[str, str] | None, cluster: str) -> str:
    return "" if titles is None else f" \N{MIDDLE DOT} {titles.get(cluster, cluster)}"


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


def _spec(names: _Names, cells: list[_Cell]) -> Spec:
    down, across = (names.segments, names.missions) if names.upright else (names.missions, names.segments)
    rows, columns = _Side.of("y", down), _Side.of("x", across)
    at = {id_: {side.channel: label} for side in (rows, columns) for id_, label in side.labels.items()}
    marks = {
        sure: [
            {**at[segment], **at[mission], "extent": extent}
            for segment, mission, extent, is_sure in cells
            if is_sure == sure and segment in at and mission in at
        ]
        for sure in (True, False)
    }
    met = {id_ for cell in cells for id_ in (cell.segment, cell.mission)}
    step = min(rows.step, columns.step)
    sizes = [(step * 0.62) ** 2, (step * 0.4) ** 2]
    extent: Spec = {"type": "nominal", "field": "extent", "title": "affiliation"}
    scale = {"domain": ["full", "partial"]}
    size = {"size": {**extent, "scale": {**scale, "range": sizes}}}
    drawn = {
        "data": data(marks[True]),
        "mark": {"type": "square", "opacity": 1},
        "encoding": {
            "y": rows.axis(),
            "x": columns.axis(),
            "color": {**extent, "scale": {**scale, "range": [DARK, MIDDLE]}, "legend": {"orient": "bottom"}},
            **size,
        },
    }
    maybe = {
        "data": data(marks[False]),
        "mark": {"type": "square", **_HOLLOW},
        "encoding": {"y": rows.axis(), "x": columns.axis(), **size},
    }
    return {
        "width": {"step": columns.step},
        "height": {"step": rows.step},
        "layer": [
            _bands(rows, met, {"x": {"value": 0}, "x2": {"value": "width"}}),
            _bands(columns, met, {"y": {"value": 0}, "y2": {"value": "height"}}),
            drawn,
            *([maybe] if marks[False] else []),
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


class _Ends(NamedTuple):
    """What is counted with both ends: without what may have ended by the day, and with it."""

    structure: Structure
    segments: list[ThingAt]
    missions: list[ThingAt]
    cells: list[_Cell]
    of_all: bool  # of one cluster, a mission is counted as sure for a segment that is

    def things(self, kind: str) -> Count:
        """Return how many segments or missions there are."""
        every = self._every(kind)
        tied = {cell.end(kind) for cell in self.cells if cell.sure}
        needs_tie = kind == "mission" and not self.of_all
        sure = [one for one in every if one.id in self.structure.things and (one.id in tied or not needs_tie)]
        return Count(len(sure), len(every))

    def bare(self, kind: str) -> Count:
        """Return how many of them have no affiliation: what they are affiliated with may have ended, or they may."""
        every = self._every(kind)
        met = {cell.end(kind) for cell in self.cells}
        kept = {cell.end(kind) for cell in self.cells if cell.other_end(kind) in self.structure.things}
        sure = [one for one in every if one.id in self.structure.things and one.id not in met]
        both = self.of_all or kind == "segment"
        return Count(len(sure), sum(one.id not in kept for one in every) if both else len(sure))

    def affiliations(self, *extents: str) -> Count:
        """Return how many affiliations of these extents there are."""
        sure = [cell.sure for cell in self.cells if cell.extent in extents]
        return Count(sum(sure), len(sure))

    def _every(self, kind: str) -> list[ThingAt]:
        return self.segments if kind == "segment" else self.missions


def _alt(question: Question, ends: _Ends) -> str:
    segments, missions = (ends.things(kind) for kind in ("segment", "mission"))
    empty, alone = (ends.bare(kind) for kind in ("segment", "mission"))
    return (
        f"On {question.context['effective']}: {counted(segments, 'segment')} by "
        f"{counted(missions, 'mission')}, {counted(ends.affiliations('full', 'partial'), 'affiliation')}, of which "
        f"{ends.affiliations('partial').words} in part. "
        f"{counted(empty, 'segment').capitalize()} "
        f"without a mission, {counted(alone, 'mission')} without a segment."
    )
