"""Refusals of changes that speak of the record: corrections, strikes, stand-ins, rescissions, postponements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError

from ledger.documents.decision import validated
from ledger.errors import MalformedDocument, suggestion
from ledger.events.change import Change
from ledger.events.changes.government import ConstituteGovernment
from ledger.events.changes.record import Correct, OnRecord, PostponeDecision, Strike
from ledger.events.envelope import Header
from ledger.events.ids import provisional_id, spoken
from ledger.events.sentences import listed
from ledger.plurals import counted, plural
from ledger.rules.notice import Notice
from ledger.rules.refused.acts import refused_act
from ledger.rules.refused.naming import misnamed, unknown
from ledger.rules.refused.reflexive import names_itself
from ledger.state.heading import corrected_header
from ledger.state.record import Fact, Source, named_facts, speaks_of
from ledger.state.standing import Standing, corrected, is_act
from ledger.state.state import State
from ledger.timeline import ENDS, NOT_STATED, is_set

_BEGINNING = 2  # characters that a reference shares with one that is proposed in its place
_IDENTITY = ("authority", "reference", "accept")


# Standing in the place of an event


def without_target(state: State, fact: Fact) -> State:
    """Return the state in which what a fact stands in for does not stand: the one that the fact is judged on."""
    if fact.corrects is None:
        return state
    fork = state.fork()
    strike = Strike(target=fact.corrects, because="Another stands in its place.")
    fork.apply((Fact(fact.position, provisional_id(fact.stream, fact.position), strike, None, fact.decision),))
    return fork


def refused_stand_in(state: State, source: Source, fact: Fact, target: str) -> Iterator[Notice]:
    """Yield why a fact cannot stand in the place of the event `target`."""
    earlier = source.event(target)
    if earlier is None:
        yield from unknown_target(source, target)
    elif isinstance(earlier.change, ConstituteGovernment):
        yield _first_event(earlier)
    elif (earlier.stream, about := _about(source, earlier)) != (fact.stream, fact.change.about):
        found = f'Event {target} is about "{about}", this change about "{fact.change.about}".'
        yield Notice("other-thing", target, found, earlier.position)
    elif state.standing(earlier).status != "stands":
        yield Notice("target-not-standing", target, _fallen(state, earlier), earlier.position)


def _about(source: Source, fact: Fact) -> str:
    """Return what an event is about, mostly the id of a thing; a correction or strike: what the event it names is."""
    while isinstance(fact.change, OnRecord) and isinstance(fact.change.target, str):
        earlier = source.event(fact.change.target)
        if earlier is None:
            break
        fact = earlier
    return fact.change.about


# Naming an earlier event or decision


def unknown_target(source: Source, target: str) -> Iterator[Notice]:
    """Yield that an event id or decision key names nothing that was recorded."""
    if not list(named_facts(target, source.event, source.decision)):
        found = f"There is no {spoken(target)} before this one.{_of_others(source, target)}"
        yield Notice("unknown-target", target, found)


def _of_others(source: Source, target: str) -> str:
    """Return who else has a decision of a reference under which the authority that is named has none, or the nearest.

    It is also said how an event is named, where that seems to be meant.
    """
    reference = json.loads(target)[1] if target.startswith("[") else ""
    others = source.authorities(reference) if reference else ()
    if "@" in reference and not others:
        return " An event is named as `log` names it, such as cluster:wellbeing@3, or by its position, such as p40."
    if not others:
        return suggestion(reference, source.references(reference[:_BEGINNING])) if reference else ""
    has = plural(len(others), "has one", "have one each")
    return f" {listed(others)} {has} with that reference: say who decided it (--decided-by)."


def refused_on_record(state: State, source: Source, fact: Fact, known_ids: Iterable[str]) -> Iterator[Notice]:
    """Yield why a correction, strike, rescission or postponement cannot be recorded."""
    change, target = fact.change, speaks_of(fact) or ""
    if fact.corrects is not None:
        found = f"A rescission or postponement stands in no event's place: strike event {target} besides."
        yield Notice("not-correctable", target, found)
        return
    earlier = list(named_facts(target, source.event, source.decision))
    standing = [event for event in earlier if state.standing(event).status == "stands"]
    if not earlier:
        yield from unknown_target(source, target)
    elif isinstance(earlier[0].change, ConstituteGovernment):
        yield _first_event(earlier[0])
    elif is_act(change):
        yield from refused_act(state.record, fact, earlier, target)
    elif not standing:
        yield Notice("target-not-standing", target, _fallen(state, earlier[0]), earlier[0].position)
    elif isinstance(change, Correct):
        yield from _uncorrectable(state, source, standing, change, known_ids)


def _first_event(fact: Fact) -> Notice:
    found = f"Event {fact.id} says which ledger this is, and stays. Another name is decided: rename-government."
    return Notice("first-event", fact.id, found, fact.position)


def _fallen(state: State, fact: Fact) -> str:
    return f"Event {fact.id} does not stand: it was {state.standing(fact).status}."


# Correcting what was said


def _uncorrectable(
    state: State, source: Source, targets: Sequence[Fact], change: Correct, known_ids: Iterable[str]
) -> Iterator[Notice]:
    target = change.target if isinstance(change.target, str) else change.target.key
    if not any((change.data, change.decision, change.new_effective, change.new_effective_basis)):
        yield Notice("changes-nothing", target, "The correction names no field; give data, decision or new_effective.")
    if change.data is not None and len(targets) > 1:
        found = f"The {spoken(target)} has {counted(len(targets), 'event')}; name the one whose fields are corrected."
        yield Notice("not-correctable", target, found)
    elif change.data is not None:
        yield from _bad_fields(state, source, targets[0], change, known_ids)
    if change.decision is not None:
        yield from _bad_header(state, source, targets[0], change.decision, known_ids)
    if change.new_effective is not None or change.new_effective_basis is not None:
        yield from _bad_date(state, targets, change, target)


def _bad_date(state: State, targets: Sequence[Fact], change: Correct, target: str) -> Iterator[Notice]:
    """Yield why a date cannot be corrected: that of one event, or of a decision and what has no date of its own."""
    of_decision = target.startswith("[")
    dated = [event for event in targets if event.effective is not None and not (of_decision and event.own_date)]
    if not dated:
        of_changes = " Its changes have theirs: name the event." if any(event.effective for event in targets) else ""
        yield Notice("not-correctable", target, f"The {spoken(target)} has no effective date of its own.{of_changes}")
        return
    effective = change.new_effective
    for event in dated:
        if effective is not None and is_set(effective) and event.change.LIFE != ENDS:
            found = f"{effective} (one of these days) may stand only where something ends: not in event {event.id}."
            yield Notice("not-correctable", event.id, found, event.position)
        if effective == NOT_STATED and not event.change.OPENS:
            found = f'".." (not known) may stand only where something begins, and nothing begins with event {event.id}.'
            yield Notice("not-correctable", event.id, found, event.position)
    moved = [position for event in dated if (position := _postponed_by(state, event))]
    if len(moved) == len(dated):
        by = f"the postponement at p{moved[0]}, whatever was recorded before it"
        found = f"The date of {spoken(target)} was set by {by}."
        yield Notice("changes-nothing", target, found, moved[0])
    elif all(_says_so(state.record.entered(event), change) for event in dated):
        yield Notice("changes-nothing", target, f"The {spoken(target)} has that date already.", dated[0].position)


def _postponed_by(state: State, fact: Fact) -> int | None:
    """Return the position of the postponement that sets the date of a fact, or None."""
    turns = [] if fact.own_date else state.record.turns(fact).turns
    moving = [turn.act for turn in turns if isinstance(turn.act.change, PostponeDecision)]
    return moving[-1].position if moving else None


def _says_so(now: Standing, change: Correct) -> bool:
    basis = "inferred" if change.new_effective_basis == "inferred" else None
    effective = change.new_effective or now.effective
    return (now.effective, now.basis) == (effective, basis if change.new_effective_basis else now.basis)


def _bad_fields(
    state: State, source: Source, target: Fact, correction: Correct, known_ids: Iterable[str]
) -> Iterator[Notice]:
    now, data = state.standing(target), correction.data or {}
    faults = [*_identity(target, now.change, data), *_personal(target, now.change, data)]
    if faults:
        yield faults[0]
        return
    try:
        then = corrected(now.change, data)
    except ValidationError:
        problem = _fault(type(now.change), {**now.change.normal(), **data}, f"Event {target.id}")
        yield Notice("not-correctable", target.id, problem, target.position)
        return
    if then == now.change:
        yield Notice("changes-nothing", target.id, f"Event {target.id} says that already.", target.position)
    elif (then.subject, then.stream()) != (now.change.subject, now.change.stream()):
        yield _is_identity(target, ", ".join(data))
    elif isinstance(then, Correct):  # what it said before, and says no more, may be said again
        corrected_ones = list(named_facts(str(then.target), source.event, source.decision))
        found = _uncorrectable(state, source, corrected_ones, then, known_ids)
        yield from (notice for notice in found if notice.rule != "changes-nothing")
    else:
        yield from names_itself(then, target.decision)
        known = now.change.references()
        named = [reference for reference in then.references() if reference not in known]
        yield from misnamed(state, named, correction.new_effective or now.effective or NOT_STATED, known_ids)


def _identity(target: Fact, said: Change, data: dict[str, object]) -> Iterator[Notice]:
    """Yield that a field names the thing, event or decision that the target is about."""
    names = {said.SUBJECT, *said.IDENTITY, "target", "change"} | (set() if isinstance(said, Correct) else {"decision"})
    return (_is_identity(target, name) for name in data if name in names)


def _is_identity(target: Fact, name: str) -> Notice:
    found = f'"{name}" of event {target.id} is its identity. Strike the event and record the right one.'
    return Notice("not-correctable", target.id, found, target.position)


def _personal(target: Fact, said: Change, data: dict[str, object]) -> Iterator[Notice]:
    for name in said.PERSONAL:
        if data.get(name) is not None:
            found = f'"{name}" of event {target.id} is personal data. Let another {said.NAME} stand in its place.'
            yield Notice("not-correctable", target.id, f"{found} Give it as corrects: {target.id}.", target.position)


def _bad_header(
    state: State, source: Source, fact: Fact, fields: dict[str, object], known_ids: Iterable[str]
) -> Iterator[Notice]:
    """Yield why fields of the header of a fact's decision cannot be corrected."""
    named, target = [name for name in _IDENTITY if name in fields], fact.id
    if named:
        yield Notice("not-correctable", target, f'"{named[0]}" of a decision is not correctable.')
        return
    if "effective" in fields:
        found = "The date of a decision is corrected by new_effective, with the decision as the target."
        yield Notice("not-correctable", target, found)
        return
    given = {"authority": "-", "reference": "-", **fields}
    problem = _fault(Header, given, f"The header of {spoken(target)}")
    if problem:
        yield Notice("not-correctable", target, problem)
        return
    put_right = Header.model_validate(given)
    header = source.header(fact.decision)
    if header is not None:
        now = corrected_header(header, list(source.decision(fact.decision)), state.record)
        if all(getattr(now, name) == getattr(put_right, name) for name in fields):
            found = f"The header of {spoken(target)} says that already."
            yield Notice("changes-nothing", target, found, fact.position)
    for cited in put_right.responds_to or ():
        yield from unknown(state, cited, "", known_ids)


def _fault(model: type[Header] | type[Change], fields: dict[str, object], where: str) -> str:
    try:
        validated(model, fields, where)
    except MalformedDocument as error:
        return str(error)
    return ""
