"""Execution: how the missions are carried out, by assessments and measurements, each with the decision behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ledger.errors import UnknownName
from ledger.names import GOVERNMENT
from ledger.state.structure import ThingAt
from ledger.timeline import day_of, iso
from projections.agility.metrics.assessments import assessed, breaks
from projections.agility.record import Holding
from projections.charts.question import Question
from projections.execution.objectives import Objective, each_objective
from projections.execution.rollup import RolledUp, execution_of, missions_in
from projections.pages.kinds.measures import ChartPage, chart_page
from projections.pages.question import PageQuestion
from projections.views.queries.record import RecordedDecision, decision_at
from projections.withheld import told

ROWS_MAX = 500  # of each table
DRAWN_MAX = 12  # objectives that are drawn on the page itself


class PlacedValue(NamedTuple):
    """A value with its day, and the event that says so."""

    value: str
    day: str | None
    position: int
    decision: RecordedDecision | None


class AssessmentShown(NamedTuple):
    """An assessment of a mission or cluster; `apart` says why it cannot be compared with the one before it."""

    of: str
    period: tuple[str, str]
    grade: str
    scale: str
    is_first: bool
    apart: Sequence[str]
    outlook: str
    horizon: str | None
    quality: dict[str, Any]
    position: int
    decision: RecordedDecision | None


class ObjectiveShown(NamedTuple):
    """An objective: where it stands against its target; None: not stated, or never measured."""

    objective: Objective
    mission: str
    due_on: str | None
    baseline: PlacedValue | None
    target: PlacedValue | None
    measured: PlacedValue | None


class RollupShown(NamedTuple):
    """What a rule makes of the missions of a cluster."""

    cluster: str
    rule: str
    found: RolledUp


class RecommendationShown(NamedTuple):
    """A recommendation, and its answer."""

    thing: ThingAt
    of: str
    answer: str
    note: str
    is_overdue: bool


class ExecutionPage(NamedTuple):
    """Everything about execution that was so on the day, of a cluster or of the government."""

    cluster: str
    missions: int
    never: Sequence[str]
    assessments: Sequence[AssessmentShown]
    objectives: Sequence[ObjectiveShown]
    rollups: Sequence[RollupShown]
    recommendations: Sequence[RecommendationShown]
    totals: dict[str, int]
    chart: ChartPage | None


def execution_page(question: PageQuestion, cluster: str = "") -> ExecutionPage:
    """Return how missions are carried out; raises `UnknownName` for a cluster that does not live on the day."""
    about = Question(question.views, question.day, question.at.known)
    structure = about.structure
    live = [one.id for one in structure.of_kind("cluster")]
    if cluster and cluster not in live:
        raise UnknownName("cluster", cluster, live)
    missions = missions_in(structure, cluster) if cluster else list(structure.of_kind("mission"))
    among = {one.id for one in missions} | ({cluster} if cluster else set(live))
    assessments = list(_assessments(question, about, among))
    objectives = list(_objectives(question, about, {one.id for one in missions} if cluster else None, cluster))
    recommendations = list(_recommendations(question, about, among))
    said = {one.of for one in assessments}
    drawn = question.points is None and 0 < len(objectives) <= DRAWN_MAX
    return ExecutionPage(
        cluster=cluster,
        missions=len(missions),
        never=[one.id for one in missions if one.id not in said],
        assessments=assessments[:ROWS_MAX],
        objectives=objectives[:ROWS_MAX],
        rollups=list(_rollups(about, [cluster] if cluster else live))[:ROWS_MAX],
        recommendations=recommendations[:ROWS_MAX],
        totals={
            "assessments": len(assessments),
            "objectives": len(objectives),
            "recommendations": len(recommendations),
        },
        chart=chart_page(question, "execution", cluster) if drawn else None,
    )


def _placed(question: PageQuestion, value: object, day: int | None, position: int) -> PlacedValue:
    stated = None if day is None else iso(day)
    return PlacedValue(str(value), stated, position, decision_at(question.views.file, position))


def _assessments(question: PageQuestion, about: Question, among: set[str]) -> Iterator[AssessmentShown]:
    for id_, found in assessed(about.record):
        known = [row for row in found if row.start <= question.day] if id_ in among else []
        for before, row in reversed(list(zip([None, *known], known, strict=False))):
            value = told(row.value, question.names)
            first, _, last = value["period"].partition("/")
            yield AssessmentShown(
                of=id_,
                period=(first, last),
                grade=value["grade"],
                scale=value["scale"],
                is_first=before is None,
                apart=[] if before is None else list(breaks(about.record, before, row)),
                outlook=str((value.get("outlook") or {}).get("text", "")),
                horizon=(value.get("outlook") or {}).get("horizon_on"),
                quality=dict(value.get("quality") or {}),
                position=row.set_by,
                decision=decision_at(question.views.file, row.set_by),
            )


def _objectives(
    question: PageQuestion, about: Question, missions: set[str] | None, cluster: str
) -> Iterator[ObjectiveShown]:
    record, day = about.record, question.day
    places: dict[tuple[str, int, str, int], int] = {}
    for row in record.read("measurements", "objective"):
        one = row.value
        places[row.id, day_of(one["observed_on"]), one["value"], one["definition_version"]] = row.set_by

    def last(id_: str, attribute: str) -> Holding | None:
        rows = [row for row in record.of(id_, attribute) if row.start <= day]
        return rows[-1] if rows else None

    for one in each_objective(record, day, cluster or None):
        thing = about.structure.get(one.id)
        mission = str(thing.get("mission") or "") if thing is not None else ""
        baseline, target = last(one.id, "baseline"), last(one.id, "target")
        newest = one.measured[-1] if one.measured else None
        yield ObjectiveShown(
            objective=one,
            mission=mission,
            due_on=None if one.due_on is None else iso(one.due_on),
            baseline=None if baseline is None else _placed(question, baseline.value, None, baseline.set_by),
            target=None if target is None else _placed(question, target.value, None, target.set_by),
            measured=None
            if newest is None
            else _placed(
                question,
                newest.value,
                newest.day,
                places[one.id, newest.day, newest.value, newest.definition],
            ),
        )


def _rollups(about: Question, clusters: Sequence[str]) -> Iterator[RollupShown]:
    government = about.structure.get(GOVERNMENT)
    if government is None or not government.keyed("rollups"):
        return
    for cluster in clusters:
        for rule, found in execution_of(about.structure, cluster).items():
            if found.counted or found.left_out:
                yield RollupShown(cluster, rule, found)


def _recommendations(question: PageQuestion, about: Question, among: set[str]) -> Iterator[RecommendationShown]:
    for one in about.structure.of_kind("recommendation"):
        of, due = str(one.get("of")), one.get("due_on")
        if of in among:
            answer = str(one.get("answer") or "")
            overdue = not answer and bool(due) and day_of(due) < question.day
            yield RecommendationShown(one, of, answer, str(one.get("note") or ""), overdue)
