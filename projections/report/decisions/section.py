"""The section of every decision in the window: a card each, then rules that were overridden and reviews promised."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.names import GOVERNMENT
from ledger.rules.catalogue import BY_NAME
from ledger.timeline import iso
from projections.answers.notices import StandingDecisions
from projections.charts.chart import counted
from projections.report.audit import Audit
from projections.report.decisions.annex import SUFFIX
from projections.report.decisions.reported import OverriddenRule, Paper, ReportedDecision
from projections.report.document import Block, Card, Heading, Paragraph, Rows, Section
from projections.report.wording import UNSAID, beginning, date, late, sentence
from projections.views.queries.neighbours import structure_among


def section(about: Audit) -> Section:
    """Return every decision that was taken, took effect or was recorded in the window; where a report has a cap, the
    newest, and the name of the annex that has all.
    """
    return Section("Every decision of the period", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    yield Paragraph(
        f"A decision is listed here if it was taken, took effect or was recorded from {about.period}. "
        "They stand in the order in which they were recorded, each as known now."
    )
    count, most = len(about.decisions), about.caps.decisions
    if not count:
        yield Paragraph("There is none.")
    if about.annex is not None:
        yield Paragraph(
            f"The newest {most:,} of {count:,} decisions stand here. All {count:,} stand in the annex, a CSV table "
            f"beside this report, whose name ends in {SUFFIX}. Its SHA-256 is {about.annex}.",
            strong=True,
        )
    for one in about.decisions.newest(most):
        yield _card(about, one)
    yield from _overrides(about)
    yield from _reviews(about)


def _card(about: Audit, one: ReportedDecision) -> Card:
    marks = ["illustrative"] if one.illustrative else []
    marks += [one.state] if one.state != "stands" else []
    facts = [
        ("Who", [_who(one)]),
        ("Power", [one.power or UNSAID]),
        ("Days", [_days(one)]),
        ("What", [*map(sentence, one.said), *_more(one.changes - len(one.said), "change")]),
        ("Why", [one.rationale or UNSAID]),
        ("Documents", [_paper(paper) for paper in one.papers] or ["none named"]),
        ("Overrides", [_override(about, each) for each in one.overrides] or ["none"]),
        ("Corrections", [_touch(*touch) for touch in one.touched_by] or ["none"]),
    ]
    if one.responds_to:
        facts.append(("Responds to", [about.titles.named(id_) for id_ in one.responds_to]))
    said = f" ({', '.join(marks)})" if marks else ""
    return Card(f"{one.reference}{said}", facts)


def _who(one: ReportedDecision) -> str:
    order = f", by order of {one.delegated_by}" if one.delegated_by else ""
    adopted = f", adopted by {one.adopted_by}" if one.adopted_by else ""
    return f"{one.authority}{order}{adopted}"


def _days(one: ReportedDecision) -> str:
    """Return when it was decided, takes effect and was recorded, and how late that was."""
    effective = ", ".join(date(stated) for stated in one.effective) or "on no day of its own"
    return (
        f"Decided: {date(one.decided_on)}. Effective: {effective}. "
        f"Recorded: {date(one.recorded_on)}{_lateness(one)}, by {one.recorder}."
    )


def _lateness(one: ReportedDecision) -> str:
    if one.late is None:
        return ", how late cannot be said"
    return f", {late(*one.late, 'it was decided' if one.decided_on else 'it took effect')}"


def _more(count: int, noun: str) -> list[str]:
    return [f"And {counted(count, f'more {noun}')}."] if count > 0 else []


def _paper(paper: Paper) -> str:
    where = f", {paper.url}" if paper.url else ""
    digest = f"SHA-256 {paper.sha256.removeprefix('sha256:')}" if paper.sha256 else "no fingerprint"
    return f"{paper.title}{where}, {digest}"


def _override(about: Audit, one: OverriddenRule) -> str:
    rule = BY_NAME.get(one.rule)
    expected = rule.line.rstrip(".") if rule is not None else one.rule
    return f'Rule "{expected}", for {about.titles.named(one.on)}. Reason: {sentence(one.because)}'


def _touch(reference: str, said: str, stands: bool) -> str:
    return f"{reference}: {sentence(said)}{'' if stands else ' (This entry stands no longer.)'}"


def _overrides(about: Audit) -> Iterator[Block]:
    """Yield the rules that decisions of the window go against, with their reasons."""
    yield Heading("Rules that were overridden")
    rows = Rows({"decision": 4, "rule": 7, "for": 5, "reason that the decision gives": 8})
    for one in about.decisions if about.decisions.tally.overriding else ():
        for each in one.overrides:
            rule = BY_NAME.get(each.rule)
            rows.add(one.reference, rule.line if rule else each.rule, about.titles.named(each.on), each.because)
    yield rows.table("Overrides", "No decision of the period overrides a rule.", about.caps.rows)


def _reviews(about: Audit) -> Iterator[Block]:
    """Yield the decisions on record that promised to be looked back on by a day, and were not."""
    question = about.question
    government = structure_among(question.views.file, (GOVERNMENT,), question.day, question.known.position).get(
        GOVERNMENT
    )
    reviewed = government.keyed("decision-reviews") if government is not None else {}
    promised = [one for one in StandingDecisions(question.views, question.known.position) if one.review_day is not None]
    open_ = sorted(
        (one for one in promised if one.key not in reviewed), key=lambda one: (one.review_day or 0, one.position)
    )
    rows = Rows({"decision": 5, "authority": 6, "review promised for": 4, "state": 3})
    for one in open_:
        due = one.review_day or 0
        state = "overdue" if due < question.day else "not due yet"
        rows.add(one.reference, one.authority, date(iso(due)), state)
    yield Heading("Reviews that were promised")
    yield Paragraph(
        f"{beginning(counted(len(promised), 'decision'))} on record promised to be looked back on by a day; "
        f"{len(promised) - len(open_)} of them were."
    )
    yield rows.table("Promised and not held yet", "No promised review is open.", about.caps.rows)
