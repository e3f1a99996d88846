"""The section of notices: how many there are of each rule, and the ten that matter most."""

from __future__ import annotations

from collections.abc import Iterator

from projections.answers.notices import sourced
from projections.charts.chart import counted
from projections.report.attention import MOST
from projections.report.audit import Audit
from projections.report.document import Block, Paragraph, Section, table


def section(about: Audit) -> Section:
    """Return the notices on the day, counted by rule, and the few that matter most."""
    return Section("Notices", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    found = about.attention
    yield Paragraph(
        f"{counted(found.counts.total(), 'notice').capitalize()} on {about.day}. A notice is something to look at, "
        "not a verdict: there may be a good reason, and it may be on record."
    )
    by_rule = [(one.expected, one.severity, f"{number:,}", one.rule) for one, number in found.rules]
    columns = {"what is expected": 10, "severity": 3, "notices": 2, "rule": 5}
    yield table("Notices by rule, the gravest first", columns, by_rule, "Nothing to look at.")
    most = [
        (about.titles.named(row.id) if row.id else "", row.found, row.severity, row.decision)
        for row in sourced(about.question.views, found.most)
    ]
    if most:
        yield Paragraph(
            f"The {MOST} that matter most, or as many as there are: the gravest first; of one severity, one a rule "
            f"in turn, beginning with the rules that notice least. All are listed by: cluster-ledger notices "
            f"--effective {about.question.context['effective']} --known p{about.question.known.position}"
        )
        columns = {"of": 5, "what is so": 10, "severity": 3, "decision": 4}
        yield table("To look at first", columns, most, "")
