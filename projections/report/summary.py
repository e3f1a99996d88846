"""The first section: the whole report on one page, in words that need no other."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.plurals import plural
from ledger.timeline import iso
from projections.answers.lags import distribution
from projections.charts.chart import counted
from projections.report.audit import Audit
from projections.report.balance import KINDS
from projections.report.decisions.register import FIRST_MAX, Tally
from projections.report.document import Block, Bullets, Heading, Paragraph, Section, table
from projections.report.proof import FAILED, not_proven, proven
from projections.report.wording import date, days, sentence

_AUTHORITIES_MAX, _RULES_MAX, _CHARS_MAX = 4, 5, 220


def section(about: Audit) -> Section:
    """Return what the report says in short; every number in it is taken up again behind it."""
    return Section("Summary", lambda: _blocks(about))


def _blocks(about: Audit) -> Iterator[Block]:
    said, tally = about.question.context, about.decisions.tally
    yield Paragraph(
        f"This report says what was decided about the mission clusters of {said['government']} from {about.period}, "
        "and what of it can be relied on."
    )
    if about.damage:
        yield Paragraph(FAILED, strong=True)
    yield Heading("Decided")
    yield Paragraph(_decided(about, tally))
    yield Heading("Changed in sum")
    yield _ends(about)
    changed = list(about.balance.changed())
    yield Paragraph(" ".join(changed) if changed else "Nothing else differs between the two days.")
    yield Heading("Late, overridden, corrected")
    yield Bullets([*_late(tally), *_overridden(tally), *_corrected(tally), *_not_stated(tally)])
    yield Heading("What deserves attention")
    yield _attention(about)
    yield Heading("Proven, and not proven")
    yield Bullets(
        [*(f"Proven: {line}" for line in proven(about)), *(f"Not proven: {_open(line)}" for line in not_proven(about))]
    )


def _open(line: str) -> str:
    return line[:1].lower() + line[1:]


def _decided(about: Audit, tally: Tally) -> str:
    if not tally.decisions:
        return "No decision was taken, took effect or was recorded in this period."
    effect = f"{tally.in_effect:,} of them took effect in it" if tally.in_effect else "none of them took effect in it"
    found = tally.authorities.most_common(_AUTHORITIES_MAX)
    by = ", ".join(f"{authority} ({number:,})" for authority, number in found)
    more = len(tally.authorities) - len(found)
    others = f" and {counted(more, 'more authority', 'more authorities')}" if more else ""
    illustrative = (
        f" {tally.illustrative:,} {plural(tally.illustrative, 'is', 'are')} marked as illustrative."
        if tally.illustrative
        else ""
    )
    belong = plural(tally.decisions, "belongs", "belong")
    return (
        f"{counted(tally.decisions, 'decision').capitalize()} {belong} to the period; {effect}. "
        f"Who decided: {by}{others}.{illustrative}"
    )


def _ends(about: Audit) -> Block:
    balance, first, last = about.balance, date(iso(about.since)), about.day
    rows = []
    for kind in KINDS:
        before, after = balance.of(kind)
        rows.append((f"{kind.capitalize()}s", before.words, balance.begun(kind), balance.ended(kind), after.words))
    columns = {"the structure": 3, f"on {first}": 3, "began": 2, "ended": 2, f"on {last}": 3}
    return table("What there was on the first day and on the last", columns, rows, "")


def _late(tally: Tally) -> Iterator[str]:
    if not tally.decisions:
        return
    if not tally.late:
        yield f"Late: none was recorded more than {days(tally.over, tally.over)} after it was decided or took effect."
        return
    lags = distribution(tally.lags, tally.over)
    median, most = lags.median or 0, lags.max or 0
    yield (
        f"Late: {tally.late:,} of {tally.decisions:,} {plural(tally.late, 'was', 'were')} recorded "
        f"more than {days(tally.over, tally.over)} after "
        f"they were decided or took effect. Half of those with a day came within {days(median, median)}; "
        f"the latest after {days(most, most)}."
    )


def _overridden(tally: Tally) -> Iterator[str]:
    if not tally.overriding:
        yield "Overridden: no decision overrides a rule."
        return
    reasons = [f'{one.reference}: "{_short(one.overrides[0].because)}"' for one in tally.first_overriding]
    yield f"Overridden: {counted(tally.overriding, 'decision')} with a reason. {_listed(reasons, tally.overriding)}"


def _corrected(tally: Tally) -> Iterator[str]:
    if not tally.touched:
        yield "Corrected: no later entry speaks of a decision of the period."
        return
    said = [f"{one.touched_by[0].reference}: {_short(one.touched_by[0].sentence)}" for one in tally.first_touched]
    fallen = (
        f"; {tally.fallen:,} of them {plural(tally.fallen, 'stands', 'stand')} no longer, or not as a whole"
        if tally.fallen
        else ""
    )
    yield (
        f"Corrected: later entries speak of {counted(tally.touched, 'decision')}{fallen}. "
        f"{_listed(said, tally.touched)}"
    )


def _not_stated(tally: Tally) -> Iterator[str]:
    if not tally.decisions:
        return
    papers = (
        f"{tally.papers_with_digest:,} of the {counted(tally.papers, 'paper')} named have a fingerprint"
        if tally.papers
        else "no paper is named"
    )
    yield (
        f"Not stated: {tally.without_power:,} of {tally.decisions:,} do not say by what power they were made; "
        f"{tally.without_document:,} name no document; {papers}."
    )


def _listed(said: list[str], count: int) -> str:
    """Return a few sentences, and how many more there are of which nothing is said here."""
    more = f" And {count - FIRST_MAX:,} more." if count > FIRST_MAX else ""
    return " ".join(sentence(one) for one in said) + more


def _short(text: str) -> str:
    """Return a text of the record, its end left out where it is long: it stands whole with its decision."""
    return text if len(text) <= _CHARS_MAX else f"{text[:_CHARS_MAX].rsplit(' ', 1)[0]} ..."


def _attention(about: Audit) -> Block:
    found = about.attention.rules
    if not found:
        return Paragraph("No rule has anything to notice.")
    said = [f"{one.expected.rstrip('.')}: {counted(number, 'exception')}." for one, number in found[:_RULES_MAX]]
    more = len(found) - len(said)
    return Bullets([*said, *([f"And {counted(more, 'more rule')} of less weight; see Notices."] if more else [])])
