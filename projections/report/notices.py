"""The section of notices: by severity and rule, with how many there are of each."""

from __future__ import annotations

from collections import Counter, defaultdict

from ledger.rules.notice import Notice
from projections.answers.notices import SEVERITIES, flags, sourced
from projections.charts.chart import counted
from projections.report.audit import Audit
from projections.report.document import Block, Heading, Paragraph, Section, left_out, table

ROWS_MAX = 40  # of one rule


def section(about: Audit) -> Section:
    """Return every notice on the day; of a rule with very many, the first of them and their number."""
    question = about.question
    counts, first = Counter[str](), defaultdict[str, list[Notice]](list)
    for one in flags(question.views, question.day, question.known.position):
        counts[one.rule] += 1
        if counts[one.rule] <= ROWS_MAX:
            first[one.rule].append(one)
    groups = sorted(first.values(), key=lambda rows: SEVERITIES.index(rows[0].severity))
    by_rule = [(one.rule, one.severity, one.expected, counts[one.rule]) for one, *_ in groups]
    columns = {"rule": 5, "severity": 3, "what is expected": 10, "notices": 2}
    blocks: list[Block] = [
        Paragraph(
            f"{counted(counts.total(), 'notice').capitalize()} on {question.context['effective']}. A notice is "
            "something to look at, not a verdict: there may be a good reason, and it may be on record."
        ),
        table("Notices by rule", columns, by_rule, "Nothing to look at."),
    ]
    for rows in groups:
        blocks += [Heading(rows[0].rule), _of_rule(about, rows, counts[rows[0].rule])]
    return Section("Notices", blocks)


def _of_rule(about: Audit, rows: list[Notice], count: int) -> Block:
    cells = [(row.id, row.found, row.decision, row.event) for row in sourced(about.question.views, rows)]
    columns = {"of": 4, "what is so": 10, "decision": 4, "event": 4}
    return table(f"{rows[0].expected} {left_out(len(rows), count)}", columns, cells, "")
