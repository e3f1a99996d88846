"""Facts: what the fold and the flagged rules need of a decision, before and after it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ledger.documents.decision import Decision, Intent
from ledger.events.changes.assertion import Assertion
from ledger.events.envelope import Event, Header, Part, Recorded
from ledger.events.ids import event_id
from ledger.rules.flagged import DecisionFacts, EffectiveDate
from ledger.rules.future import day_said
from ledger.state.record import Fact
from ledger.timeline import day_of, days_of


def facts_of(decision: Decision, key: str, position: int, version: Callable[[str], int]) -> tuple[Fact, ...]:
    """Return the facts that a decision becomes if it is appended after `position`.

    `version` gives the number of events that a stream holds.
    """
    facts: list[Fact] = []
    next_version: dict[str, int] = {}
    for place, intent in enumerate(decision.changes, position + 1):
        stream = intent.change.stream()
        number = next_version.get(stream) or version(stream) + 1
        next_version[stream] = number + 1
        facts.append(_fact(place, event_id(stream, number), intent, key))
    return tuple(facts)


def fact_of(recorded: Recorded, key: str) -> Fact:
    """Return what the fold needs of a recorded event; `key` is that of its decision."""
    return _fact(recorded.position, recorded.event.id, Intent.of_event(recorded.event), key)


def _fact(position: int, id_: str, intent: Intent, key: str) -> Fact:
    return Fact(position, id_, intent.change, intent.effective, key, intent.corrects, intent.own_date, intent.basis)


def header_of(part: Part) -> Header:
    """Return the header of a decision from what one of its events holds."""
    return Header.model_construct(**{name: getattr(part, name) for name in Header.model_fields})


def document_of(events: Sequence[Event]) -> dict[str, Any]:
    """Return, in normal form, the document that a decision's events were recorded from."""
    changes = [Intent.of_event(event).normal() for event in events]
    return {**header_of(events[0].decision).normal(), "changes": changes}


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
        tuple(dict.fromkeys([day for fact in facts if (day := day_said(fact.change))])),
        header.decided_on,
        _effects(dated),
    )


def _effects(dated: Iterable[Fact]) -> tuple[EffectiveDate, ...]:
    """Return the dates of facts, each once: one that any of them states is stated."""
    inferred: dict[str, bool] = {}
    for fact in dated:
        date = fact.effective or ""
        inferred[date] = inferred.get(date, True) and fact.basis == "inferred"
    dates = sorted(inferred, key=days_of) if len(inferred) > 1 else inferred
    return tuple([EffectiveDate(date, inferred[date]) for date in dates])
