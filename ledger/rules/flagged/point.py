"""Notices at one point of both times: all on the structure, and on the decisions behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ledger.rules.flagged.decision import on_decision
from ledger.rules.flagged.situation import Situation
from ledger.rules.flagged.structure import on_structure
from ledger.rules.flagged.twins import alike_references
from ledger.rules.notice import Notice
from ledger.timeline import iso


def notices(question: Situation, without_effect: Iterable[Notice] = ()) -> list[Notice]:
    """Return every notice at one point of both times: of the structure thing by thing, then of decisions.

    `without_effect` are the notices that only the fold can see; it keeps them.
    """
    flagged = list(on_structure(question))
    for decision in question.decisions:
        flagged += on_decision(decision, question.settings)
    flagged += alike_references(question.decisions)
    return [*flagged, *_reviews_of_decisions(question), *_unanswered(question), *without_effect]


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


def _unanswered(question: Situation) -> Iterator[Notice]:
    answered = {id_ for decision in question.decisions for id_ in decision.responds_to}
    allowed = question.settings["signal_response_after_days"]
    for signal in question.structure.of_kind("signal"):
        days = question.day - signal.since.start
        if signal.id not in answered and days > allowed:
            found = f'No decision responds to signal "{signal.id}", observed {days} days ago.'
            yield Notice("unanswered-signal", signal.id, found, signal.since.set_by)
