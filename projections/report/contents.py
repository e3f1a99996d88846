"""The table of contents: a whole report of one question, its sections in order."""

from __future__ import annotations

from ledger.timeline import iso
from projections.report import agility, changes, decisions, execution, introduction, notices, structure
from projections.report.audit import Audit
from projections.report.document import Report
from projections.views.context import context


def report(about: Audit) -> Report:
    """Return the whole report: the same question gives the same report, whatever is recorded later."""
    question = about.question
    said = context(question.views, question.day, question.known)
    sections = [
        introduction.section(about),
        structure.section(about),
        changes.changed(about),
        changes.learnt(about),
        notices.section(about),
        execution.section(about),
        agility.section(about),
        decisions.accepted(about),
        decisions.unreviewed(about),
        introduction.words(),
    ]
    known = f"position {said['known_position']}" + (f", recorded {said['known_at']}" if said["known_at"] else "")
    return Report(
        f"Audit report: {said['government']}",
        f"On {said['effective']}, with changes since {iso(about.since)}",
        [
            f"As known at {known}.",
            f"Size of the log {said['tree_size']}, root {said['root']}.",
            f"Ledger {said['ledger_id']}.",
            *(["DAMAGED: verification failed. See section 1 before relying on anything here."] if about.damage else []),
        ],
        sections,
        said,
        bool(about.damage),
    )
