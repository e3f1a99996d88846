"""The sections on decisions: what was accepted against a rule and why, and what nobody has looked back on."""

from __future__ import annotations

from typing import Any

from ledger.names import GOVERNMENT
from ledger.timeline import iso
from projections.answers.notices import StandingDecisions
from projections.charts.chart import counted
from projections.report.audit import Audit
from projections.report.document import Block, Paragraph, Section, table
from projections.views.queries.record import decisions_at


def accepted(about: Audit) -> Section:
    """Return every acceptance on record, with its reason; those of decisions that no longer stand are marked."""
    question = about.question
    rows: list[tuple[Any, ...]] = []
    views, known = question.views, question.known.position
    decisions = decisions_at(views.file, known)
    for (_, decided), events in zip(decisions, views.ledger.decisions(0, known), strict=True):
        first = events[0].event
        taken = "" if decided.stands else " (no longer stands)"
        for one in first.decision.accept or ():
            named = f"{first.decision.reference}{taken}"
            rows.append((one.rule, one.on, one.because, named, first.decision.authority, first.recorded_at[:10]))
    columns = {"rule": 5, "on": 4, "reason": 8, "decision": 4, "authority": 4, "recorded": 3}
    said = (
        "Some rules may be gone against, but only by name and with a reason that the decision itself gives. These are "
        "all such reasons on record, in the words of the decisions as they were recorded."
    )
    return Section("Acceptances", [Paragraph(said), table("Acceptances", columns, rows, "No rule was gone against.")])


def unreviewed(about: Audit) -> Section:
    """Return the decisions that promised to be looked back on and were not, by the day on which that was due."""
    question = about.question
    government = question.structure.get(GOVERNMENT)
    reviewed = government.keyed("decision-reviews") if government is not None else {}
    standing, promised = 0, []
    for one in StandingDecisions(question.views, question.known.position):
        standing += 1
        if one.review_day is not None:
            promised.append(one)
    open_ = sorted(
        (one for one in promised if one.key not in reviewed), key=lambda one: (one.review_day or 0, one.position)
    )
    rows = [
        (
            one.reference,
            one.authority,
            iso(one.review_day or 0),
            "overdue" if (one.review_day or 0) < question.day else "not due yet",
        )
        for one in open_
    ]
    columns = {"decision": 4, "authority": 6, "review promised for": 4, "state": 3}
    blocks: list[Block] = [
        Paragraph(
            f"{counted(standing, 'decision').capitalize()} on record and standing; {len(promised)} of them "
            f"promised to be reviewed by a day, and {len(promised) - len(open_)} of these were. "
            f"{standing - len(promised)} promised no review."
        ),
        table("Promised and not reviewed", columns, rows, "No promised review is open."),
    ]
    return Section("Decisions without review", blocks)
