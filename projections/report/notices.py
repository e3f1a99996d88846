"""The section of notices: by severity and rule, with how many there are of each."""

from __future__ import annotations

from ledger.rules.notice import Notice
from projections.answers.notices import SEVERITIES, notices, sourced
from projections.charts.chart import counted
from projections.report.audit import Audit
from projections.report.document import Block, Heading, Paragraph, Section, capped, table

ROWS_MAX = 40  # of one rule


def section(about: Audit) -> Section:
    """Return every notice on the day; of a rule with very many, the first of them and their number."""
    question = about.question
    found = notices(question.views, question.day, question.known.position)
    groups: dict[str, list[Notice]] = {}
    for severity in SEVERITIES:
        for one in found:
            if one.severity == severity:
                groups.setdefault(one.rule, []).append(one)
    counts = [(rule, rows[0].severity, rows[0].expected, len(rows)) for rule, rows in groups.items()]
    columns = {"rule": 5, "severity": 3, "what is expected": 10, "notices": 2}
    blocks: list[Block] = [
        Paragraph(
            f"{counted(len(found), 'notice').capitalize()} on {question.context['effective']}. A notice is something "
            "to look at, not a verdict: there may be a good reason, and it may be on record."
        ),
        table("Notices by rule", columns, counts, "Nothing to look at."),
    ]
    for rule, rows in groups.items():
        blocks += [Heading(rule), *_of_rule(about, rows)]
    return Section("Notices", blocks)


def _of_rule(about: Audit, rows: list[Notice]) -> list[Block]:
    some, left_out = capped(rows, ROWS_MAX)
    cells = [(row.id, row.found, row.decision, row.event) for row in sourced(about.question.views, some)]
    columns = {"of": 4, "what is so": 10, "decision": 4, "event": 4}
    return [table(f"{some[0].expected} {left_out}", columns, cells, "")]
