"""Notices at one point of both times: all on the structure, and on the decisions behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ledger.plurals import counted
from ledger.rules.flagged.decision import on_decision
from ledger.rules.flagged.series import DeclaredSeries
from ledger.rules.flagged.situation import Situation
from ledger.rules.flagged.structure import on_structure
from ledger.rules.flagged.twins import NamesOfDecisions
from ledger.rules.notice import Notice
from ledger.timeline import iso


def notices(question: Situation, without_effect: Iterable[Notice] = ()) -> list[Notice]:
    """Return every notice at one point of both times, as `flags` yields them."""
    return list(flags(question, without_effect))


def flags(question: Situation, without_effect: Iterable[Notice] = ()) -> Iterator[Notice]:
    """Yield every notice at one point of both times: of the structure thing by thing, then of decisions.

    `without_effect` are the notices that only the fold can see; it keeps them.
    """
    yield from on_structure(question)
    names, series, answered, overdue = NamesOfDecisions(), DeclaredSeries(question.structure), set[str](), False
    for decision in question.decisions:
        yield from on_decision(decision, question.settings)
        yield from series.add(decision)
        names.add(decision)
        answered.update(decision.responds_to)
        overdue = overdue or (decision.review_day or question.day) < question.day
    yield from names.alike(question.decisions)
    for decision in question.taken_back if series else ():
        yield from series.add(decision)
    yield from series.gaps()
    if overdue:
        yield from _reviews_of_decisions(question)
    yield from _unanswered(question, answered)
    yield from without_effect


def notices_of(question: Situation, names: Collection[str]) -> list[Notice]:
    """Return the notices of those of the rules on structures that are named, in the order of `notices`."""
    return list(on_structure(question, names))


def _reviews_of_decisions(question: Situation) -> Iterator[Notice]:
    government = question.structure.get("government")
    reviewed = government.keyed("decision-reviews") if government else {}
    for decision in question.decisions:
        if decision.review_day is not None and decision.review_day < question.day and decision.key not in reviewed:
            found = f'Decision "{decision.reference}" was to be reviewed on {iso(decision.review_day)}.'
            yield Notice("decision-review-overdue", decision.reference, found, decision.position, decision.reference)


def _unanswered(question: Situation, answered: Collection[str]) -> Iterator[Notice]:
    allowed = question.settings["signal_response_after_days"]
    for signal in question.structure.of_kind("signal"):
        days = question.day - signal.since.start
        if signal.id not in answered and days > allowed:
            found = f'No decision responds to signal "{signal.id}", observed {counted(days, "day")} ago.'
            yield Notice("unanswered-signal", signal.id, found, signal.since.set_by)
