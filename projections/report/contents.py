"""The table of contents: a whole report of one question, its sections in order."""

from __future__ import annotations

from projections.report import agility, changes, execution, notices, proof, references, structure, summary
from projections.report.audit import Audit
from projections.report.decisions import section as decisions
from projections.report.document import Report
from projections.report.wording import instant
from projections.views.context import context


def report(about: Audit) -> Report:
    """Return the whole report: the same question gives the same report, whatever is recorded later.

    A page in plain words comes first, then every decision, then what follows from them; numbers to hold it to are last.
    """
    question = about.question
    said = context(question.views, question.day, question.known)
    sections = [
        summary.section(about),
        decisions.section(about),
        structure.section(about),
        changes.changed(about),
        changes.learnt(about),
        execution.section(about),
        agility.section(about),
        notices.section(about),
        proof.section(about),
        references.section(about),
    ]
    known = f"As known after entry {said['known_position']:,}"
    recorded = f", recorded on {instant(said['known_at'])}" if said["known_at"] else ""
    damaged = ["DAMAGED: verification failed. Read what is proven before relying on anything here."]
    return Report(
        f"Audit report: {said['government']}",
        about.period,
        [f"{known}{recorded}.", *(damaged if about.damage else [])],
        sections,
        said,
        bool(about.damage),
    )
