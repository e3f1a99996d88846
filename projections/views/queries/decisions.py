"""Facts that the rules need of a decision, as the record has it at a position: its header and days, corrected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ledger.application.facts import decision_facts
from ledger.events.envelope import Header
from ledger.events.ids import decision_key
from ledger.rules.flagged import DecisionFacts, EffectiveDate
from ledger.state.heading import corrected_header
from ledger.state.record import Fact, Record
from ledger.zones import Zone
from projections.views.values import as_json


class Decided(NamedTuple):
    """A decision as known at a position; `stands` is false where every event of it was struck or taken back."""

    facts: DecisionFacts
    stands: bool


def decided(header: Header, facts: Sequence[Fact], record: Record | None, recorded_day: int) -> Decided:
    """Return a decision of these events as `record` has it now; None: nothing speaks of it yet."""
    if record is None:
        return Decided(decision_facts(header, tuple(facts), recorded_day), True)
    standing = [(fact, record.standing(fact)) for fact in facts]
    valid = tuple(
        fact._replace(effective=now.effective, change=now.change, basis=now.basis)
        for fact, now in standing
        if now.status == "stands"
    )
    found = decision_facts(corrected_header(header, facts, record), valid, recorded_day)
    return Decided(found._replace(position=facts[-1].position), bool(valid))


def day_recorded(recorded_at: str, zone: Zone) -> int:
    """Return the day in a government's time zone on which something was recorded."""
    instant = datetime.fromisoformat(recorded_at)
    return (instant if zone.key == "UTC" else instant.astimezone(zone)).toordinal()


def columns_of(found: Decided) -> tuple[Any, ...]:
    """Return a decision as the columns of its table, from `last` on."""
    facts = found.facts
    said = " ".join([f"{rule}:{day}" for rule, day in facts.said_days])
    responds_to, effects = " ".join(facts.responds_to), as_json(facts.effects)
    stated = (facts.has_document, responds_to, facts.review_day, said, facts.decided_on, effects)
    return (*facts[3:6], *stated, found.stands)


def of_columns(authority: str, reference: str, columns: tuple[Any, ...]) -> Decided:
    """Return the decision that `columns_of` wrote."""
    last, recorded, decided, document, responds_to, review, days, stated_on, effects, stands = columns
    key, answered = decision_key(authority, reference), tuple(responds_to.split())
    said = tuple((rule, int(day)) for rule, _, day in (one.partition(":") for one in days.split()))
    facts = DecisionFacts(
        key, authority, reference, last, recorded, decided, bool(document), answered, review, said,
        stated_on, effects_of(effects),
    )  # fmt: skip
    return Decided(facts, bool(stands))


def effects_of(column: str) -> tuple[EffectiveDate, ...]:
    """Return the effective dates that `columns_of` wrote into the column `effects`."""
    return tuple(EffectiveDate(stated, inferred) for stated, inferred in json.loads(column))
