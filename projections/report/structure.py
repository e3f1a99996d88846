"""The section on the structure: clusters, segments, missions and mandates on the day, with charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ledger.events.sentences import listed
from ledger.state.structure import ThingAt
from projections.answers.structure import PLACED
from projections.charts.chart import Chart, counted
from projections.charts.heatmap import heatmap
from projections.charts.timeline import timelines
from projections.report.audit import Audit
from projections.report.balance import KINDS
from projections.report.document import Block, Heading, Paragraph, Picture, Rows, Section
from projections.report.wording import beginning, date
from projections.views.dossiers import Dossier, SourcedRows

CLUSTERS_A_CHART, CHART_PIXELS, CELLS_MAX, MATRICES_MAX = 24, 600, 60, 12  # what can be read on a page


def section(about: Audit) -> Section:
    """Return what was live on the day, each thing with the decision that began it or set its title."""
    return Section("The structure", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    counts = {kind: about.balance.of(kind)[1] for kind in KINDS}
    yield Paragraph(f"On {about.day} there are {listed(counted(count, kind) for kind, count in counts.items())}.")
    question = about.asked()
    (first, *more), left_out = timelines(question, CLUSTERS_A_CHART, CHART_PIXELS)
    yield from drawn(first)
    yield from (Picture(chart) for chart in more)  # it is said once how they are read
    if left_out:
        yield Paragraph(f"{left_out:,} more clusters are not drawn.")
    del first, more, question
    found = _Tables(about)
    most = about.caps.rows
    if found.doubts:
        yield Heading("In doubt")
        yield Paragraph("It is in no other table of this section; of two counts, the higher includes it.")
        yield found.doubts.table("What may have ended by then", "", most)
    yield Heading("Clusters")
    yield found.clusters.table("Live on the day", f"No cluster is live on {about.day}.", most)
    yield Heading("Segments and missions")
    yield from _matrices(about, found)
    yield found.segments.table("Segments", "There is no segment.", most)
    yield found.missions.table("Missions", "There is no mission.", most)
    yield Heading("Mandates and offices")
    yield found.mandates.table("Mandates", "There is no mandate.", most)
    yield found.offices.table("Offices", "No office is recorded.", most)
    if found.others:
        yield Heading("Other things")
        yield found.others.table("What is of another kind", "", most)


class _Tables:
    """The tables of the section, filled in one reading of what is there, after one that counts who belongs to whom."""

    def __init__(self, about: Audit) -> None:
        self._about, self._titles = about, about.titles
        self.clusters = Rows({"cluster": 7, "since": 3, "purpose": 8, "segments": 3, "title by decision": 4})
        self.segments = Rows({"segment": 6, "cluster": 4, "scope": 6, "missions": 6, "begun by": 4})
        self.missions = Rows({"mission": 6, "statement": 7, "lead": 4, "horizon": 3, "segments": 6, "launched by": 4})
        self.mandates = Rows({"mandate": 5, "text": 8, "instrument": 4, "carried out by": 5, "issued by": 4})
        self.offices = Rows({"of": 4, "office": 6, "state": 3})
        self.others = Rows({"thing": 5, "live from": 5, "decision": 4})
        self.doubts = Rows({"thing": 7, "ended on": 5, "decision of its end": 4})
        self.segments_of: Counter[str] = Counter()
        self._missions_of: dict[str, list[tuple[str, bool]]] = {}  # by segment, each with whether it is in part
        question = about.question
        rows = question.views.sourced(question.day, question.known.position)
        for one in SourcedRows(rows):
            self._index(one.thing)
        for one in SourcedRows(rows):
            self._add(one)

    def _index(self, thing: ThingAt) -> None:
        if thing.may_have_ended is not None:
            return
        if thing.kind == "segment":
            self.segments_of[str(thing.get("cluster"))] += 1
        if thing.kind == "mission":
            for segment, extent in thing.keyed("segments").items():
                self._missions_of.setdefault(segment, []).append((thing.id, extent == "partial"))

    def _add(self, one: Dossier) -> None:
        thing, named = one.thing, self._titles.named
        if thing.may_have_ended is not None:
            self.doubts.add(f"{thing.kind} {named(thing.id)}", date(thing.may_have_ended), _behind(one, "in-doubt"))
            return
        for office, said in thing.keyed("leaders").items():  # who holds one is personal data and stands in no report
            filled = "filled" if said.get("commitment") else "holder not named"
            self.offices.add(beginning(named(thing.id)), office, filled)
        match thing.kind:
            case "cluster":
                self.clusters.add(
                    named(thing.id), date(thing.since.stated), thing.get("purpose"), self.segments_of[thing.id],
                    _behind(one, "title"),
                )  # fmt: skip
            case "segment":
                self.segments.add(
                    named(thing.id), self._title(thing.get("cluster")), thing.get("scope"), self._of(thing.id),
                    _behind(one),
                )  # fmt: skip
            case "mission":
                segments = [self._titles.of(segment) for segment in thing.keyed("segments")]
                self.missions.add(
                    named(thing.id), thing.get("statement"), thing.get("lead"), _day(thing.get("horizon_on")),
                    segments, _behind(one),
                )  # fmt: skip
            case "mandate":
                missions = [self._titles.of(mission) for mission in thing.get("missions") or ()]
                self.mandates.add(thing.id, thing.get("text"), thing.get("instrument"), missions, _behind(one))
            case kind if kind not in PLACED:
                self.others.add(f"{kind} {named(thing.id)}", date(thing.since.stated), _behind(one))

    def _title(self, id_: Any) -> str | None:
        return None if id_ is None else self._titles.of(str(id_))

    def _of(self, segment: str) -> list[str]:
        missions = sorted(self._missions_of.get(segment, ()))
        return [f"{self._titles.of(mission)}{' (in part)' if partly else ''}" for mission, partly in missions]


def _day(stated: str | None) -> str | None:
    return None if stated is None else date(stated)


def _behind(one: Dossier, attribute: str = "life") -> str:
    """Return the reference of the decision that set an attribute of a thing, or began it."""
    by_name = {said["name"]: said["reference"] for said in one.attributes}
    return str(by_name.get(attribute) or by_name.get("life") or "")


def drawn(chart: Chart) -> list[Block]:
    """Return a chart with the words that say how it is read; where there is nothing to be drawn, what it says."""
    if chart.spec is None and chart.svg is None:
        return [Paragraph(chart.alt)]
    return [Picture(chart), Paragraph(chart.lead)]


def _matrices(about: Audit, found: _Tables) -> Iterator[Block]:
    """Yield one matrix where it fits a page, else one a cluster, else a word on where to find it."""
    question = about.asked()
    segments, missions = (about.balance.of(kind)[1].most for kind in ("segment", "mission"))
    if max(segments, missions) <= CELLS_MAX:
        yield from drawn(heatmap(question))
        return
    clusters = sorted(found.segments_of)
    charts = [heatmap(question, one) for one in clusters] if len(clusters) <= MATRICES_MAX else []
    if charts and all(len(chart.rows) <= CELLS_MAX * 3 for chart in charts):
        first, *more = charts
        yield from drawn(first)
        yield from (Picture(chart) for chart in more if chart.spec is not None)
        return
    yield Paragraph(
        "The matrix is too large for a page. It is drawn, whole or by cluster, by: cluster-ledger chart matrix"
    )
