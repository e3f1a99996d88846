"""Refusals of acts upon a decision, rescissions and postponements, judged when they are recorded.

Each is judged on what it finds at its turn: the decision after the acts that take effect before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.events.changes.assertion import Assertion
from ledger.events.changes.record import PostponeDecision, RescindDecision
from ledger.rules.notice import Notice
from ledger.state.record import Fact, Record, Source
from ledger.state.standing import Standing
from ledger.timeline import day_of, iso


class _Met(NamedTuple):
    """An event of the decision that an act is upon, and how it stands when the act comes to it."""

    event: Fact
    standing: Standing


def refused_act(record: Record, fact: Fact, earlier: Sequence[Fact], key: str) -> Iterator[Notice]:
    """Yield why a rescission or postponement of the decision `key`, whose events are `earlier`, cannot be recorded."""
    change, day = fact.change, day_of(fact.effective or "")
    met = _met(record, fact, earlier)
    if not met:
        status = record.found_by(fact, day, earlier[0]).status
        first = earlier[0]
        found = f"Event {first.id} does not stand on {fact.effective}: it was {status}."
        yield Notice("target-not-standing", key, found, first.position)
    elif isinstance(change, RescindDecision):
        yield from _in_effect(fact, met, key)
    elif isinstance(change, PostponeDecision):
        yield from _moved(fact, change, [one for one in met if not one.event.own_date], key)


def brought_forward(record: Record, source: Source, fact: Fact) -> Iterator[Notice]:
    """Yield that a decision is given an earlier date than it had: ordinary, and something to look at."""
    change = fact.change
    if not isinstance(change, PostponeDecision) or fact.corrects is not None:
        return
    earlier = [event for event in source.decision(change.decision.key) if event.position < fact.position]
    for event, now in _met(record, fact, earlier):
        if not event.own_date and now.effective is not None and day_of(change.new_effective) < day_of(now.effective):
            found = f"Decision {change.decision.reference} is brought forward from {now.effective}"
            yield Notice("brought-forward", event.id, f"{found} to {change.new_effective}.", fact.position)
            return


def _met(record: Record, act: Fact, earlier: Sequence[Fact]) -> list[_Met]:
    """Return the events of a decision that stand when an act comes to them."""
    day = day_of(act.effective or "")
    met = (_Met(event, record.found_by(act, day, event)) for event in earlier)
    return [one for one in met if one.standing.status == "stands"]


def _in_effect(act: Fact, met: Sequence[_Met], key: str) -> Iterator[Notice]:
    for event, now in met:
        if isinstance(event.change, Assertion):  # its day is what it is about
            continue
        if now.effective is not None and day_of(now.effective) <= day_of(act.effective or ""):
            found = f"Decision {key} took effect on {now.effective}, on or before {act.effective}."
            yield Notice("already-in-effect", event.id, found, event.position)
            return


def _moved(act: Fact, change: PostponeDecision, met: Sequence[_Met], key: str) -> Iterator[Notice]:
    dated = [one for one in met if one.standing.effective is not None]
    day, new = day_of(act.effective or ""), day_of(change.new_effective)
    faults = list(_in_effect(act, dated, key))
    yield from faults
    if not dated:
        found = f"No change of decision {key} takes effect on the decision's own date, so that none would move."
        yield Notice("changes-nothing", key, found)
    elif not faults and new < day:
        found = f"The new date {change.new_effective} lies before {iso(day)}, from which the postponement is so."
        yield Notice("rescheduled-into-the-past", key, found, dated[0].event.position)
    elif not faults and all(day_of(now.effective or "") == new for _, now in dated):
        found = f"Decision {key} takes effect on {change.new_effective} already."
        yield Notice("changes-nothing", key, found, dated[0].event.position)
