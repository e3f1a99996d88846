"""The sections on what changed and why, decision by decision, and on what was learnt since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ledger.events.references import Adoption
from ledger.names import IN_DOUBT
from ledger.timeline import iso
from projections.charts.chart import counted
from projections.charts.flows import flows
from projections.differences.explained import Difference, Point, differences
from projections.differences.sentences import lag_in_words, named, sentence, turn
from projections.report.audit import Audit
from projections.report.document import Block, Heading, Paragraph, Section, capped, shown, table
from projections.report.structure import drawn
from projections.views.queries.standings import Standings
from projections.withheld import worded

_FIRST = (
    "title", "purpose", "scope", "statement", "cluster", "segments", "lead", "horizon_on",
    "text", "instrument", "missions", "indicator", "unit", "baseline", "target", "due_on", "kind", "description",
)  # fmt: skip
DECISIONS_MAX, LINES_MAX, LEARNT_MAX = 300, 60, 400


def changed(about: Audit) -> Section:
    """Return what turned the structure of the period's first day into that of its last, by the decisions behind it."""
    question = about.question
    first, second = Point(about.since, question.known.position), Point(question.day, question.known.position)
    found = differences(question.views, first, second)
    groups = _by_decision(about, found)
    blocks: list[Block] = [
        Paragraph(
            f"From {about.period}, as known now, {counted(len(found), 'difference')} by "
            f"{counted(len(groups), 'decision')}. What several decisions brought about together stands under the last "
            "of them. Effects that came and went within the period leave no difference."
        ),
        *drawn(flows(question, about.since)),
    ]
    shown_groups, left_out = capped(list(groups.items()), DECISIONS_MAX)
    standings = Standings(question.views, question.known.position)
    for (authority, reference), lines in shown_groups:
        blocks += _decision(about, standings, authority, reference, lines)
    return Section("What changed and why", [*blocks, *([Paragraph(left_out)] if left_out else [])])


def _by_decision(about: Audit, found: Iterable[Difference]) -> dict[tuple[str, str], list[Difference]]:
    """Return differences by the last decision behind each, in order of recording."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        groups.setdefault(one.decisions[-1] if one.decisions else ("", ""), []).append(one)
    place = {name: events[0].position for name in groups if (events := about.question.views.ledger.decision(*name))}
    return dict(sorted(groups.items(), key=lambda group: place.get(group[0], 0)))


def _decision(
    about: Audit, standings: Standings, authority: str, reference: str, lines: Sequence[Difference]
) -> list[Block]:
    events = about.question.views.ledger.decision(authority, reference) if reference else ()
    if not events:
        return [Heading("Without a decision"), _lines(lines)]
    header = standings.header(events[0].position)
    recorded = events[0].event.recorded_at[:10]
    when = f"decided on {header.decided_on}" if header.decided_on else "day of decision not stated"
    said = [f"{authority}, {when}, recorded on {recorded}"]
    said += [f"By order of: {header.delegated_by}"] if header.delegated_by else []
    said += [f"Adopted by: {_adoption(header.adopted_by)}"] if header.adopted_by else []
    said += [f"Legal basis: {header.legal_basis}"] if header.legal_basis else []
    said += [f"Why: {worded(header.rationale)}" if header.rationale else "No rationale is on record"]
    said += [f"Documents: {', '.join(worded(one.title) for one in header.documents)}"] if header.documents else []
    said += [f"In response to: {', '.join(header.responds_to)}"] if header.responds_to else []
    said += ["Marked as illustrative"] if header.illustrative else []
    sentence = " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in said)
    return [Heading(reference), Paragraph(sentence), _lines(lines)]


def _adoption(adopted: Adoption) -> str:
    """Return the body that adopted a decision, with its quorum and votes as far as they are on record."""
    counted = {} if adopted.votes is None else adopted.votes.model_dump(exclude_none=True)
    votes = [f"{number} {how.replace('_', ' ')}" for how, number in counted.items()]
    quorum = [] if adopted.quorum is None else [f"quorum {adopted.quorum}"]
    return adopted.body + (f" ({', '.join([*votes, *quorum])})" if votes or quorum else "")


def _lines(lines: Sequence[Difference]) -> Block:
    rows, left_out = capped(lines, LINES_MAX)
    cells = [(f"{one.kind} {one.id}", _turn(one), _cause(one)) for one in rows]
    caption = f"Differences. {left_out}" if left_out else "Differences"
    return table(caption, {"thing": 5, "what is different": 11, "cause": 5}, cells, "")


def _turn(one: Difference) -> str:
    return sentence(one, shown, _told, one.lives, one.undone)


def _told(said: str, values: Mapping[str, Any]) -> str:
    return _begins(values) if said == "begins" else said


def _begins(values: Mapping[str, Any]) -> str:
    """Return what a thing begins with: what an official would say of it, and how much more there is."""
    there = {name: value for name, value in values.items() if value not in (None, (), [], {}) and name != IN_DOUBT}
    said = {named(name): there[name] for name in _FIRST if name in there}
    more = len(there) - len(said)
    doubt = f"; {turn(IN_DOUBT, None, values[IN_DOUBT], shown)}" if IN_DOUBT in values else ""
    return (f"begins: {shown(said)}" + (f"; and {more} more" if more else "") if said else "begins") + doubt


def _cause(one: Difference) -> str:
    late = f", {lag_in_words(one.late_days._asdict())}" if one.late_days is not None and one.late_days.least > 0 else ""
    back = f", {one.retroactive_days} days retroactive" if one.retroactive_days else ""
    return f"{one.cause}{late}{back}"


def learnt(about: Audit) -> Section:
    """Return how the first day of the period looks now, beside how it looked when it ended."""
    question, then = about.question, about.known_then
    day = iso(about.since)
    if then.position == 0:
        said = f"At the end of {day} nothing was on record yet: all that is known of that day was learnt since."
        return Section("What was learnt since", [Paragraph(said)])
    found = differences(question.views, Point(about.since, then.position), Point(about.since, question.known.position))
    rows, left_out = capped(found, LEARNT_MAX)
    cells: list[tuple[Any, ...]] = [
        (f"{one.kind} {one.id}", _turn(one), _cause(one), [reference for _, reference in one.decisions]) for one in rows
    ]
    columns = {"thing": 5, "what is different": 9, "cause": 5, "decisions": 4}
    none = "Nothing: what was known then of that day still stands."
    said = (
        f"What is known now (position {question.known.position}) of the structure on {day}, and was not, or was known "
        f"otherwise, at the end of that day (position {then.position})."
    )
    blocks: list[Block] = [Paragraph(said), table(f"Learnt about {day}", columns, cells, none)]
    return Section("What was learnt since", [*blocks, *([Paragraph(left_out)] if left_out else [])])
