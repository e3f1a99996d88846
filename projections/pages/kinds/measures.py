"""Pages of measures: the matrix of segments by missions, figures of agility, and charts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from markupsafe import Markup

from ledger.errors.extras import MissingExtra
from projections.agility.figures import Window
from projections.agility.query import ExplainedEvent, Found, begins, explained, figures, named
from projections.agility.reading import record_at
from projections.agility.windows import first_day, last_day
from projections.answers.matrix import Cell, ClusterHead, Matrix, matrix
from projections.charts.catalogue import OWN, ChartRequest, chart, names
from projections.charts.chart import Chart
from projections.charts.drawing import svg
from projections.charts.question import Question
from projections.pages.question import PageQuestion
from projections.withheld import told

EVENTS_MAX = 200
EVENTS_OF_EACH = 25  # where the events behind every figure stand on the page itself
CELLS_MAX = 20_000


class MatrixPage(NamedTuple):
    """A matrix, the clusters that have a segment in it, and its cells by segment and mission."""

    matrix: Matrix
    clusters: Sequence[ClusterHead]
    cells: dict[tuple[str, str], Cell]
    is_drawn: bool


class FigureEvents(NamedTuple):
    """The events behind the figure of a metric, the first of them."""

    metric: str
    events: Sequence[ExplainedEvent]
    is_cut: bool


class AgilityPage(NamedTuple):
    """Figures of a cluster or of the government over a window, and the events behind one that is asked for.

    Where nothing can be asked, they are those behind each.
    """

    cluster: str | None
    found: Sequence[Found]
    since: str
    until: str
    metric: str
    behind: Sequence[FigureEvents]


class ChartPage(NamedTuple):
    """A chart as a picture, where the library that draws is there, and as a table."""

    chart: Chart
    picture: Markup | None
    why_not: str
    charts: dict[str, str]
    name: str
    of: str


def matrix_page(question: PageQuestion, cluster: str | None = None) -> MatrixPage:
    """Return segments by missions, of a cluster or of all; raises `InputError` for a cluster that is not live."""
    found = told(matrix(question.views, question.day, question.known, cluster, question.names), question.names)
    cells = {(one.segment, one.mission): one for one in found.cells}
    of = {row.segment.cluster for row in found.segments}
    clusters = [one for one in found.clusters if one.id in of]
    return MatrixPage(found, clusters, cells, len(found.segments) * len(found.missions) <= CELLS_MAX)


def agility_page(question: PageQuestion, cluster: str | None = None) -> AgilityPage:
    """Return every figure, of a cluster or of the government; raises `InputError` for a window that cannot be."""
    views, asked = question.views, question.asked
    record = record_at(views, question.known, question.day)
    of, metrics = named(record, [cluster] if cluster else [])
    until = asked.get("until", "").strip()
    end = last_day(until) if until else question.day
    since = asked.get("since", "").strip()
    start = first_day(since) if since else begins(record, of, end)
    found = list(figures(record, metrics, [Window(start, end + 1)], [of]))
    metric = asked.get("metric", "")
    wanted, most = [one for one in found if one.metric.name == metric], EVENTS_MAX
    if question.points is not None:
        wanted, most = [one for one in found if one.shown.n], EVENTS_OF_EACH
    behind = []
    for one in wanted:
        events = list(islice(explained(views, record, one), most + 1))
        behind.append(FigureEvents(one.metric.name, told(events[:most], question.names), len(events) > most))
    return AgilityPage(of, found, since, until, metric, behind)


def chart_page(question: PageQuestion, name: str = "timeline", whose: str = "") -> ChartPage:
    """Return a chart, `whose` or of what is asked; raises `UnknownName` for one, or a thing, that there is not."""
    of = whose or question.asked.get("of", "").strip()
    about = Question(question.views, question.day, question.at.known)
    found = chart(about, ChartRequest(name, of or None))
    picture, why_not = None, ""
    if found.spec is not None or found.svg is not None:
        try:
            picture = Markup(svg(found, framed=False))
        except MissingExtra as error:
            why_not = str(error)
    own = {one: line for one, line in names().items() if one in OWN}
    return ChartPage(found, picture, why_not, own, name, of)
