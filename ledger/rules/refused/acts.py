"""Refusals of acts upon a decision, rescissions and postponements, judged when they are recorded.

Each is judged on what it finds at its turn: the decision after the acts that take effect before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.events.changes.assertion import Assertion
from ledger.events.changes.record import PostponeDecision, RescindDecision
from ledger.rules.notice import Notice
from ledger.state.record import Fact, Record, Source
from ledger.state.standing import Standing
from ledger.timeline import day_of, iso

_Found = list[tuple[Fact, Standing]]


def refused_act(record: Record, fact: Fact, earlier: Sequence[Fact], key: str) -> Iterator[Notice]:
    """Yield why a rescission or postponement of the decision `key`, whose events are `earlier`, cannot be recorded."""
    change, day = fact.change, day_of(fact.effective or "")
    found = _found(record, fact, earlier)
    if not found:
        status = record.found_by(fact, day, earlier[0]).status
        said = f"Event {earlier[0].id} does not stand on {fact.effective}: it was {status}."
        yield Notice("target-not-standing", key, said, earlier[0].position)
    elif isinstance(change, RescindDecision):
        yield from _in_effect(fact, found, key)
    elif isinstance(change, PostponeDecision):
        yield from _moved(fact, change, [(one, now) for one, now in found if not one.own_date], key)


def brought_forward(record: Record, source: Source, fact: Fact) -> Iterator[Notice]:
    """Yield that a decision is given an earlier date than it had: ordinary, and something to look at."""
    change = fact.change
    if not isinstance(change, PostponeDecision) or fact.corrects is not None:
        return
    earlier = [one for one in source.decision(change.decision.key) if one.position < fact.position]
    for one, now in _found(record, fact, earlier):
        if not one.own_date and now.effective is not None and day_of(change.new_effective) < day_of(now.effective):
            found = f"Decision {change.decision.reference} is brought forward from {now.effective}"
            yield Notice("brought-forward", one.id, f"{found} to {change.new_effective}.", fact.position)
            return


def _found(record: Record, act: Fact, earlier: Sequence[Fact]) -> _Found:
    """Return the events of a decision that stand when an act comes to them."""
    day = day_of(act.effective or "")
    found = [(one, record.found_by(act, day, one)) for one in earlier]
    return [(one, now) for one, now in found if now.status == "stands"]


def _in_effect(act: Fact, found: _Found, key: str) -> Iterator[Notice]:
    for one, now in found:
        if isinstance(one.change, Assertion):  # its day is what it is about
            continue
        if now.effective is not None and day_of(now.effective) <= day_of(act.effective or ""):
            said = f"Decision {key} took effect on {now.effective}, on or before {act.effective}."
            yield Notice("already-in-effect", one.id, said, one.position)
            return


def _moved(act: Fact, change: PostponeDecision, found: _Found, key: str) -> Iterator[Notice]:
    dated = [(one, now) for one, now in found if now.effective is not None]
    day, new = day_of(act.effective or ""), day_of(change.new_effective)
    faults = list(_in_effect(act, dated, key))
    yield from faults
    if not dated:
        said = f"No change of decision {key} takes effect on the decision's own date, so that none would move."
        yield Notice("changes-nothing", key, said)
    elif not faults and new < day:
        said = f"The new date {change.new_effective} lies before {iso(day)}, from which the postponement is so."
        yield Notice("rescheduled-into-the-past", key, said, dated[0][0].position)
    elif not faults and all(day_of(now.effective or "") == new for _, now in dated):
        said = f"Decision {key} takes effect on {change.new_effective} already."
        yield Notice("changes-nothing", key, said, dated[0][0].position)
