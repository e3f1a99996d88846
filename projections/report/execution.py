"""The section on execution: objectives and what was measured, assessments and their breaks, roll-ups by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.names import GOVERNMENT
from ledger.state.structure import ThingAt
from ledger.timeline import day_of, iso
from projections.agility.metrics.assessments import assessed, breaks
from projections.charts.execution import execution
from projections.charts.question import Question
from projections.execution.objectives import Objective, each_objective
from projections.execution.rollup import RolledUp, execution_of
from projections.report.audit import Audit
from projections.report.document import Block, Heading, Paragraph, Rows, Section, table
from projections.report.structure import drawn
from projections.report.wording import date, period


def section(about: Audit) -> Section:
    """Return everything about execution that was so on the day."""
    return Section("Execution", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    question = about.asked()
    yield Heading("Objectives and measurements")
    yield from drawn(execution(question))
    yield _objectives(about, each_objective(question.record, question.day))
    yield Heading("Assessments")
    yield _assessments(about, question)
    yield _recommendations(about, question)
    yield Heading("Clusters, rolled up from their missions")
    yield from _rollups(about, question)


def _objectives(about: Audit, found: Iterable[Objective]) -> Block:
    columns = {
        "objective": 7, "unit": 3, "baseline": 3, "target": 3, "due": 3, "last measured": 6, "changes of definition": 3,
    }  # fmt: skip
    rows = Rows(columns)
    for one in found:
        last = one.measured[-1] if one.measured else None
        measured = f"{last.value} on {date(iso(last.day))}, definition {last.definition}" if last else "never"
        target = one.targets[-1].value if one.targets else None
        due = None if one.due_on is None else date(iso(one.due_on))
        stated = ["not stated" if said is None else said for said in (one.unit, one.baseline, target, due)]
        named = f"{one.indicator} ({one.id})"
        rows.add(named, *stated, measured, len(one.breaks))
    return rows.table("Objectives", "There is no objective to hold execution to.", about.caps.rows)


def _assessments(about: Audit, question: Question) -> Block:
    """Return each assessment in force on the day, and why it cannot be compared with the one before, if so."""
    record, day = question.record, question.day
    columns = {"of": 4, "period": 4, "grade": 3, "scale": 3, "comparable with the one before": 4, "data quality": 9}
    rows = Rows(columns)
    for id_, found in assessed(record):
        known = [row for row in found if row.start <= day]
        for before, row in zip([None, *known], known, strict=False):
            apart = ", ".join(breaks(record, before, row)) if before is not None else "the first"
            comparable = apart if before is None else f"no: {apart}" if apart else "yes"
            said = row.value
            graded = (_period(said["period"]), said["grade"], said["scale"])
            rows.add(about.titles.of(id_), *graded, comparable, said.get("quality", {}))
    return rows.table("Each period that was assessed", "Nothing was assessed.", about.caps.rows)


def _recommendations(about: Audit, question: Question) -> Block:
    rows = [
        (
            about.titles.of(str(one.get("of"))),
            one.get("text"),
            one.get("owner"),
            date(one.get("due_on")),
            _answer(one, question.day),
        )
        for one in question.of_kinds("recommendation").of_kind("recommendation")
    ]
    columns = {"of": 3, "recommendation": 8, "owner": 4, "due": 3, "answer": 5}
    return table("Recommendations", columns, rows, "Nothing was recommended.", about.caps.rows)


def _period(stated: str) -> str:
    first, _, last = stated.partition("/")
    return period(first, last) if last else date(first)


def _answer(one: ThingAt, day: int) -> str:
    if one.get("answer"):
        return f"{one.get('answer')}. {one.get('note', '')}".strip()
    due = one.get("due_on")
    return "overdue" if due and day_of(due) < day else "open"


def _rollups(about: Audit, question: Question) -> list[Block]:
    government = question.of_kinds(GOVERNMENT).get(GOVERNMENT)
    rules = government.keyed("rollups") if government is not None else {}
    if not rules:
        return [
            Paragraph(
                "No roll-up rule is declared, so that nothing is said of a cluster's execution from its missions'."
            )
        ]
    declared = [(name, said["rule"], said["scale"], said.get("at_least")) for name, said in rules.items()]
    rows: list[tuple[Any, ...]] = []
    structure = question.structure
    for cluster in structure.of_kind("cluster"):
        for name, found in execution_of(structure, cluster.id).items():
            if found.counted or found.left_out:
                rows.append(
                    (about.titles.of(cluster.id), name, _result(found), len(found.counted), dict(found.left_out))
                )
    columns = {"cluster": 4, "rule": 3, "result": 3, "missions counted": 3, "left out, and why": 8}
    heads = {"rule": 3, "what it takes": 3, "scale": 3, "at least": 3}
    return [
        Paragraph("Each live mission of a cluster counts once, by its latest assessment, whatever its extent."),
        table("Rules in force", heads, declared, ""),
        table("Clusters", columns, rows, "No cluster has a mission.", about.caps.rows),
    ]


def _result(found: RolledUp) -> str:
    if found.share is not None:
        return f"{found.share:.0%} of {len(found.counted)}"
    return found.grade or "cannot be said"
