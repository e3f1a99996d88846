"""What is refused, change by change: what cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.events.changes.assertion import Assertion
from ledger.events.changes.base import Change
from ledger.events.changes.review import ReviewDecision, ReviewMatrix
from ledger.events.text import alike
from ledger.rules.naming import lifetime, misnamed, unknown
from ledger.rules.notice import Notice
from ledger.rules.refused_measures import refused_measure
from ledger.rules.refused_on_record import refused_on_record, refused_stand_in, unknown_target, without_target
from ledger.state.effects import LIFE, Effect, effects
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import day_of

# An older register passes through states that a new decision may not: there these are notices.
TOLERATED_IN_MIGRATION = frozenset(
    {"unknown-id", "outside-life", "reference-not-live", "changes-nothing", "said-twice", "names-itself"}
)


def refusals(state: State, source: Source, fact: Fact, known_ids: Iterable[str]) -> list[Notice]:
    """Return why a change cannot be recorded, judged on `state` as the changes before it leave it; empty if it can.

    `known_ids` are the ids among which a misspelt one is looked for.
    """
    change = fact.change
    if change.SPEAKS:
        return list(refused_on_record(state, source, fact, known_ids))
    found: list[Notice] = []
    if fact.corrects is not None:
        found += refused_stand_in(state, source, fact, fact.corrects)
    if isinstance(change, Assertion):  # it is judged on what the whole decision leads to
        return found
    if isinstance(change, ReviewDecision):
        found += unknown_target(source, change.decision.key)
    if not found:
        state = without_target(state, fact)
        found += _of_thing(state, source, fact, known_ids)
        found += refused_measure(state, fact)
    if not found and fact.corrects is None and _makes_no_difference(state, fact, change):
        found.append(Notice("changes-nothing", change.subject, _nothing(fact, change)))
    return found


def missing(state: State, fact: Fact, known_ids: Iterable[str]) -> list[Notice]:
    """Return the things that a change names, live or not, that the whole decision leaves unknown."""
    found: list[Notice] = []
    for id_, kind in fact.change.references():
        if kind.endswith("?"):
            found += unknown(state, id_, kind.rstrip("?"), known_ids)
    return found


def _of_thing(state: State, source: Source, fact: Fact, known_ids: Iterable[str]) -> Iterator[Notice]:
    change, day = fact.change, day_of(fact.effective or "")
    thing = state.thing(change.subject)
    for id_ in change.begun():
        if fact.corrects is None:
            yield from _used_before(state.thing(id_))
    if change.LIFE == "begins":
        before = source.event(fact.corrects) if fact.corrects is not None else None
        if before is None or before.change.LIFE != "begins":  # another beginning of the same thing may stand in
            yield from _used_before(thing)
    else:
        faults = unknown(state, change.subject, change.KIND, known_ids)
        yield from faults
        if not faults and thing is not None and not _may_change(thing, change, day):
            yield Notice("outside-life", thing.id, lifetime(thing, fact.effective or ""))
    yield from misnamed(state, change.references(), fact.effective or "", known_ids)


def _used_before(thing: Thing | None) -> Iterator[Notice]:
    if thing is not None and thing.life:
        found = f'The id "{thing.id}" is a {thing.kind} already. Choose another id.'
        yield Notice("id-used-twice", thing.id, found, thing.life[0].position)


def _may_change(thing: Thing, change: Change, day: int) -> bool:
    if change.LIFE == "resumes":
        return any(life.start <= day for life in thing.lives)
    return thing.live_at(day)


def _makes_no_difference(state: State, fact: Fact, change: Change) -> bool:
    if change.LIFE in ("begins", "ends") or isinstance(change, ReviewMatrix):
        return False
    day = day_of(fact.effective or "")
    return all(_is_so(state.thing(effect.thing), effect, day) for effect in effects(change, fact.effective or ""))


def _is_so(thing: Thing | None, effect: Effect, day: int) -> bool:
    if thing is None:
        return False
    return thing.live_at(day) if effect.attribute == LIFE else alike(thing.value(effect.attribute, day), effect.value)


def _nothing(fact: Fact, change: Change) -> str:
    return f'{change.NAME} changes nothing: on {fact.effective} "{change.subject}" is already as it says.'
