"""What the flagged rules need to know of a decision, from its header and its facts."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.events.changes.assertion import Assertion
from ledger.events.envelope import Header
from ledger.rules.flagged import DecisionFacts, EffectiveDate
from ledger.rules.future import day_said
from ledger.state.record import Fact
from ledger.timeline import day_of, days_of


def decision_facts(header: Header, facts: tuple[Fact, ...], recorded_day: int) -> DecisionFacts:
    """Return what the flagged rules need to know of a decision with these facts, recorded on a day."""
    # The day of an assertion is what it is about, and no day from which anything changes.
    dated = [fact for fact in facts if fact.effective is not None and not isinstance(fact.change, Assertion)]
    review = header.expected.review_on if header.expected else None
    return DecisionFacts(
        header.key,
        header.authority,
        header.reference,
        facts[-1].position if facts else 0,
        recorded_day,
        day_of(header.decided_on) if header.decided_on else None,
        bool(header.documents),
        header.responds_to or (),
        day_of(review) if review else None,
        tuple(dict.fromkeys(said for fact in facts if (said := day_said(fact.change)))),
        header.decided_on,
        _effects(dated),
    )


def _effects(dated: Iterable[Fact]) -> tuple[EffectiveDate, ...]:
    """Return the dates of facts, each once: one that any of them states is stated."""
    found: dict[str, bool] = {}
    for fact in dated:
        date = fact.effective or ""
        found[date] = found.get(date, True) and fact.basis == "inferred"
    return tuple(EffectiveDate(date, found[date]) for date in sorted(found, key=days_of))
