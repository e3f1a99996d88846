"""The section on the structure: clusters, segments, missions and mandates on the day, with charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.names import GOVERNMENT
from ledger.state.structure import ThingAt
from ledger.timeline import NOT_STATED
from projections.answers.counts import Count
from projections.answers.structure import unplaced
from projections.charts.chart import Chart, counted
from projections.charts.heatmap import heatmap
from projections.charts.timeline import timelines
from projections.report.audit import Audit
from projections.report.document import Block, Heading, Paragraph, Picture, Section, table

CLUSTERS_A_CHART, CHART_PIXELS, CELLS_MAX, MATRICES_MAX = 40, 430, 60, 12  # what can be read on a page
_KINDS = ("cluster", "segment", "mission", "mandate", "objective", "signal")


def section(about: Audit) -> Section:
    """Return what was live on the day, each thing with the decision that began it or set its title."""
    question = about.question
    found = {kind: list(question.structure.of_kind(kind)) for kind in _KINDS}
    most = question.structure.at_most
    ends = {kind: Count(len(things), len(list(most.of_kind(kind)))) for kind, things in found.items()}
    counts = ", ".join(counted(count, kind) for kind, count in ends.items())
    none = f"No cluster is live on {question.context['effective']}."
    blocks: list[Block] = [Paragraph(f"On {question.context['effective']} there are {counts}.")]
    (first, *more), left_out = timelines(question, CLUSTERS_A_CHART, CHART_PIXELS)
    blocks += [*drawn(first), *(Picture(chart) for chart in more)]  # it is said once how they are read
    if left_out:
        blocks.append(Paragraph(f"{left_out:,} more clusters are not drawn."))
    blocks += _doubts(about)
    blocks += [Heading("Clusters"), _clusters(about, found["cluster"], none)]
    blocks += [Heading("Segments and missions"), *_matrices(about), _segments(about, found["segment"])]
    blocks += [_missions(about, found["mission"]), Heading("Mandates and offices"), _mandates(about, found["mandate"])]
    return Section("The structure", [*blocks, _offices(about), *_others(about)])


def _others(about: Audit) -> list[Block]:
    """Return what is of a kind that no other table holds; nothing where there is none."""
    things = unplaced(about.question.structure)
    if not things:
        return []
    rows = [(f"{one.kind} {one.id}", one.get("title"), stated(one.since.stated), behind(about, one)) for one in things]
    columns = {"thing": 5, "title": 6, "live from": 5, "decision": 4}
    return [Heading("Other things"), table("What is of another kind", columns, rows, "")]


def _doubts(about: Audit) -> list[Block]:
    """Return what may have ended by the day, with the decision of its end; nothing where there is none."""
    doubtful = about.question.structure.in_doubt.values()
    rows = [(f"{one.kind} {one.id}", one.get("title"), one.may_have_ended, behind(about, one)) for one in doubtful]
    if not rows:
        return []
    columns = {"thing": 5, "title": 6, "ended on one of the days": 5, "decision of its end": 4}
    said = "It is in no other table of this section; of two counts, the higher includes it."
    return [Heading("In doubt"), Paragraph(said), table("What may have ended by then", columns, rows, "")]


def drawn(chart: Chart) -> list[Block]:
    """Return a chart with the words that say how it is read; where there is nothing to be drawn, what it says."""
    if chart.spec is None and chart.svg is None:
        return [Paragraph(chart.alt)]
    return [Picture(chart), Paragraph(chart.lead)]


def stated(date: str) -> str:
    """Return a date as stated, in words where it is not."""
    return "not stated" if date == NOT_STATED else date


def behind(about: Audit, thing: ThingAt, attribute: str = "life") -> str:
    """Return the reference of the decision that set an attribute of a thing, or began it."""
    held = thing.attributes.get(attribute, thing.since)
    decision = about.question.record.decision_of(held.set_by)
    return decision.reference if decision is not None else ""


def _clusters(about: Audit, clusters: Sequence[ThingAt], none: str) -> Block:
    structure = about.question.structure
    rows = [
        (
            f"{one.get('title')} ({one.id})",
            stated(one.since.stated),
            one.get("purpose"),
            len(structure.segments_of.get(one.id, ())),
            behind(about, one, "title"),
        )
        for one in clusters
    ]
    columns = {"cluster": 7, "since": 3, "purpose": 8, "segments": 3, "title by decision": 4}
    return table("Live on the day", columns, rows, none)


def _matrices(about: Audit) -> list[Block]:
    """Return one matrix where it fits a page, else one a cluster, else a word on where to find it."""
    question = about.question
    segments, missions = (list(question.structure.of_kind(kind)) for kind in ("segment", "mission"))
    if max(len(segments), len(missions)) <= CELLS_MAX:
        return drawn(heatmap(question))
    clusters = [one.id for one in question.structure.of_kind("cluster") if question.structure.segments_of.get(one.id)]
    charts = [heatmap(question, one) for one in clusters] if len(clusters) <= MATRICES_MAX else []
    if charts and all(len(chart.rows) <= CELLS_MAX * 3 for chart in charts):
        first, *more = charts
        return [*drawn(first), *(Picture(chart) for chart in more if chart.spec is not None)]
    return [
        Paragraph("The matrix is too large for a page. `cluster-ledger chart matrix` draws it, whole or by cluster.")
    ]


def _segments(about: Audit, segments: Sequence[ThingAt]) -> Block:
    homes = about.question.structure.missions_of
    rows = [
        (
            f"{one.get('title')} ({one.id})",
            one.get("cluster"),
            one.get("scope"),
            [f"{mission} (in part)" if extent == "partial" else mission for mission, extent in _of(homes, one.id)],
            behind(about, one),
        )
        for one in sorted(segments, key=lambda one: (str(one.get("cluster")), one.id))
    ]
    columns = {"segment": 6, "cluster": 4, "scope": 6, "missions": 6, "begun by": 4}
    return table("Segments", columns, rows, "There is no segment.")


def _of(homes: dict[str, dict[str, str]], segment: str) -> list[tuple[str, str]]:
    return sorted(homes.get(segment, {}).items())


def _missions(about: Audit, missions: Sequence[ThingAt]) -> Block:
    rows = [
        (
            f"{one.get('title')} ({one.id})",
            one.get("statement"),
            one.get("lead"),
            one.get("horizon_on"),
            list(one.keyed("segments")),
            behind(about, one),
        )
        for one in missions
    ]
    columns = {"mission": 6, "statement": 7, "lead": 4, "horizon": 3, "segments": 6, "launched by": 4}
    return table("Missions", columns, rows, "There is no mission.")


def _mandates(about: Audit, mandates: Sequence[ThingAt]) -> Block:
    rows = [
        (one.id, one.get("text"), one.get("instrument"), one.get("missions"), behind(about, one)) for one in mandates
    ]
    columns = {"mandate": 5, "text": 8, "instrument": 4, "carried out by": 5, "issued by": 4}
    return table("Mandates", columns, rows, "There is no mandate.")


def _offices(about: Audit) -> Block:
    """Return the offices; who holds them is personal data and stands in no report."""
    rows: list[tuple[Any, ...]] = []
    for one in about.question.structure.things.values():
        for office, said in one.keyed("leaders").items():
            filled = "filled" if said.get("commitment") else "holder not named"
            rows.append(("the government" if one.id == GOVERNMENT else one.id, office, filled))
    return table("Offices", {"of": 4, "office": 6, "state": 3}, rows, "No office is recorded.")
