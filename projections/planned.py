"""What a decision would change if it were recorded: the differences of a plan, told as those between two points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.application import Ledger, Plan
from ledger.application.streams import mentioned
from ledger.events.changes.record import OnRecord
from ledger.state.effects import LIFE
from ledger.state.record import Fact
from ledger.state.structure import Structure
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, UNSTATED, day_of, iso
from projections.differences import Change, between
from projections.explained import CORRECTION, NEW_DECISION


def planned_differences(ledger: Ledger, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield what a plan's decision changes, in order of kind and id, each with the day from which it is so.

    The fields are those of differences between two points, and `effective`; `late_days` is as if it were recorded
    today. Nothing is yielded for a decision that is recorded already.
    """
    if plan.after is plan.before:
        return
    for after in sorted(plan.after.things(), key=lambda thing: (thing.kind, thing.id)):
        before = plan.before.thing(after.id)
        if after is not before:
            for day, change in _changes(before, after):
                yield _explained(ledger, plan, after, day, change)


def _changes(before: Thing | None, after: Thing) -> Iterator[tuple[int, Change]]:
    """Yield the changes of one thing, each with the first day on which it is so.

    What begins is told with all that it begins with; from then on it is compared with itself.
    """
    told: list[Change] = []
    last: Structure | None = None
    for day in _days(before, after):
        old, new = _on(day, before), _on(day, after)
        found = between(old, new)
        if last is not None and any(change.attribute == LIFE and change.after is not None for change in told):
            shown = between(last, new)
        else:
            shown = [change for change in found if change not in told]
        yield from ((day, change) for change in shown)
        told, last = found, new


def _on(day: int, thing: Thing | None) -> Structure:
    return Structure.of_things(day, [] if thing is None else [thing])


def _days(before: Thing | None, after: Thing) -> list[int]:
    """Return the days on which a thing may turn differently than before, in order."""
    found: set[int] = set()
    for name in {LIFE, *after.attributes, *(before.attributes if before else ())}:
        now = [span[:3] for span in after.spans(name)]
        then = [span[:3] for span in before.spans(name)] if before else []
        for span in (*(one for one in now if one not in then), *(one for one in then if one not in now)):
            found.update(day for day in span[:2] if day < FOREVER)
    return sorted(found)


def _explained(ledger: Ledger, plan: Plan, thing: Thing, day: int, change: Change) -> dict[str, Any]:
    header = plan.decision.header
    decided = day_of(header.decided_on) if header.decided_on else None
    behind = _behind(plan.facts, thing, day, change)
    # A day that is inferred measures nothing; the last event behind a difference is the one that is measured.
    inferred = {fact.id for fact, intent in zip(plan.facts, plan.decision.changes, strict=True) if intent.basis}
    stated = day if day > UNSTATED and behind[-1].id not in inferred else None
    since = stated if decided is None else decided
    return {
        "kind": change.kind,
        "id": change.id,
        "attribute": change.attribute,
        "effective": iso(day),
        "before": change.before,
        "after": change.after,
        "cause": CORRECTION if any(_corrects(fact) for fact in behind) else NEW_DECISION,
        "late_days": None if since is None else ledger.today() - since,
        "retroactive_days": None if decided is None or stated is None else max(0, decided - stated),
        "events": [fact.id for fact in behind],
        "decisions": [{"authority": header.authority, "reference": header.reference}],
    }


def _behind(facts: Sequence[Fact], thing: Thing, day: int, change: Change) -> list[Fact]:
    """Return the facts that set what is so; else those that name the thing; else all, corrections among them."""
    found = _on(day, thing).get(thing.id)
    set_by = {held.set_by for name, held in found.attributes.items() if name in change.names} if found else set()
    return (
        [fact for fact in facts if fact.position in set_by]
        or [fact for fact in facts if thing.id in mentioned(fact.change)]
        or list(facts)
    )


def _corrects(fact: Fact) -> bool:
    return fact.corrects is not None or isinstance(fact.change, OnRecord)
