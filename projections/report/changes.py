"""The sections on net differences: what turned the first day into the last, and what was learnt of the first since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.lags import Lag
from ledger.names import GOVERNMENT, IN_DOUBT, LIFE
from ledger.timeline import iso
from projections.charts.flows import flows
from projections.differences.explained import CORRECTION, Difference, Point, explained
from projections.differences.merged import changes
from projections.differences.sentences import clauses, turn
from projections.differences.sentences import sentence as told
from projections.differences.structures import LIVES
from projections.report import wording
from projections.report.audit import Audit
from projections.report.document import Block, Paragraph, Rows, Section
from projections.report.structure import drawn

_FIRST = (
    "title", "purpose", "scope", "statement", "cluster", "segments", "lead", "horizon_on",
    "text", "instrument", "missions", "indicator", "unit", "baseline", "target", "due_on", "kind", "description",
)  # fmt: skip
_COLUMNS = {"thing": 5, "what is different": 10, "decided by": 4, "recorded": 4}
_OWN_WORDS = (LIFE, LIVES, IN_DOUBT)


def changed(about: Audit) -> Section:
    """Return what turned the structure of the period's first day into that of its last, thing by thing."""
    return Section("Net differences", lambda: _changed(about))


def _changed(about: Audit) -> Iterator[Block]:
    yield Paragraph(
        f"What is not the same on {about.day} as on {wording.date(iso(about.since))}, both as known now, with every "
        "decision behind it. What came and went in between leaves no difference; the decisions above tell it."
    )
    yield from drawn(flows(about.asked(), about.since))
    yield _table(about, *about.ends, "Differences", "Nothing differs.")


def learnt(about: Audit) -> Section:
    """Return how the first day of the period looks now, beside how it looked when it ended."""
    return Section("What was learnt since", lambda: _learnt(about))


def _learnt(about: Audit) -> Iterator[Block]:
    then, now = about.known_then, about.question.known
    day = wording.date(iso(about.since))
    if then.position == 0:
        yield Paragraph(
            f"At the end of {day} nothing was on record yet: all that is known of that day was learnt since."
        )
        return
    yield Paragraph(
        f"What is known now (after entry {now.position:,}) of the structure on {day}, and was not, or was known "
        f"otherwise, at the end of that day (after entry {then.position:,})."
    )
    ends = (Point(about.since, then.position), Point(about.since, now.position))
    none = "Nothing: what was known then of that day still stands."
    yield _table(about, *ends, f"Learnt about {day}", none)


def _table(about: Audit, first: Point, second: Point, caption: str, none: str) -> Block:
    rows, views = Rows(_COLUMNS), about.question.views
    for one in explained(views, changes(views, first, second), first, second):
        decisions = [reference for _, reference in one.decisions]
        rows.add(_thing(about, one), turned(about, one), decisions, _late(one))
    return rows.table(caption, none, about.caps.rows)


def _thing(about: Audit, one: Difference) -> str:
    named = about.titles.named(one.id)
    return wording.beginning(named if one.id == GOVERNMENT else f"{one.kind} {named}")


def turned(about: Audit, one: Difference) -> str:
    """Return what is different, in words: an attribute with its value now and its value before."""
    name = about.titles.of
    if one.attribute in _OWN_WORDS or one.attribute.startswith(("leaders:", "keys:")):
        said = told(one, _shown, lambda begins, values: _begins(about, begins, values), one.lives, one.undone)
        return wording.sentence(wording.beginning(said))
    what = wording.beginning(wording.attribute(one.attribute, name))
    values = [
        wording.attribute_value(one.attribute, value, name) if value is not None else None
        for value in (one.before, one.after)
    ]
    return wording.sentence(_change(what, *values))


def _change(what: str, before: str | None, after: str | None) -> str:
    if after is None:
        return f"{what}: no longer" + (f"; before: {before}" if before else "")
    if before is None:
        return f"{what}: {after}" if after else f"{what}: new"
    return clauses([f"{what}: {after}", f"before: {before}"])


def _shown(value: Any) -> str:
    return wording.in_words(value)


def _begins(about: Audit, said: str, values: Mapping[str, Any]) -> str:
    """Return what a thing begins with: what an official would say of it, and how much more there is."""
    if said != "begins":
        return said
    there = {name: value for name, value in values.items() if value not in (None, (), [], {}) and name != IN_DOUBT}
    first = [(name, there[name]) for name in _FIRST if name in there]
    name = about.titles.of
    facts = [f"{wording.attribute(key, name)}: {wording.attribute_value(key, value, name)}" for key, value in first]
    more = len(there) - len(first)
    doubt = [turn(IN_DOUBT, None, values[IN_DOUBT], _shown)] if IN_DOUBT in values else []
    with_all = [f"begins, with {facts[0]}", *facts[1:]] if facts else ["begins"]
    return clauses([*with_all, *([f"and {more} more"] if more else []), *doubt])


def _late(one: Difference) -> str:
    """Return how late the last decision behind it was recorded, and what else is to be known of its coming about."""
    marks = [_lag(one.late_days)] if one.late_days is not None else []
    marks += [f"{wording.days(*[one.retroactive_days] * 2)} retroactive"] if one.retroactive_days else []
    marks += ["by a correction"] if one.cause == CORRECTION else []
    return ", ".join(mark for mark in marks if mark)


def _lag(lag: Lag) -> str:
    if lag.least > 0:
        return f"{wording.days(*lag)} late"
    if lag.most < 0:
        return f"{wording.days(-lag.most, -lag.least)} in advance"
    return ""
