"""What is refused, change by change: what cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from ledger.decisions import validated
from ledger.errors import MalformedDocument, suggestion
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.base import Change
from ledger.events.changes.record import Correct, OnRecord, PostponeDecision, RescindDecision
from ledger.events.changes.review import ReviewMatrix
from ledger.events.envelope import Header
from ledger.rules.notice import Notice
from ledger.state.effects import LIFE, effects
from ledger.state.record import Fact, Source, corrected, speaks_of
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, day_of, iso

# An older register passes through states that a new decision may not: there these are notices.
TOLERATED_IN_MIGRATION = frozenset({"unknown-id", "outside-life", "reference-not-live"})
_IDENTITY = ("authority", "reference", "accept")


def refusals(state: State, source: Source, fact: Fact, known_ids: Iterable[str]) -> list[Notice]:
    """Return why a change cannot be recorded, judged on `state` as the changes before it leave it; empty if it can.

    `known_ids` are the ids among which a misspelt one is looked for.
    """
    change = fact.change
    if isinstance(change, OnRecord | RescindDecision | PostponeDecision):
        return list(_of_record(state, source, fact, change))
    if isinstance(change, Assertion):  # it is judged on what the whole decision leads to
        return [] if fact.corrects is None else list(_of_stand_in(state, source, fact, fact.corrects))
    found = list(_of_thing(state, fact, change, known_ids))
    if fact.corrects is not None:
        found += _of_stand_in(state, source, fact, fact.corrects)
    elif not found and _makes_no_difference(state, fact, change):
        found.append(Notice("changes-nothing", change.subject, _nothing(fact, change)))
    return found


def missing(state: State, fact: Fact, known_ids: Iterable[str]) -> list[Notice]:
    """Return the things that a change names, live or not, that the whole decision leaves unknown."""
    named = [(id_, kind.rstrip("?")) for id_, kind in fact.change.references() if kind.endswith("?")]
    return [fault for id_, kind in named for fault in unknown(state, id_, kind, known_ids)]


def _of_thing(state: State, fact: Fact, change: Change, known_ids: Iterable[str]) -> Iterator[Notice]:
    day = day_of(fact.effective or "")
    thing = state.thing(change.subject)
    if change.LIFE == "begins":
        yield from _used_before(thing, change)
    else:
        faults = unknown(state, change.subject, change.KIND, known_ids)
        yield from faults
        if not faults and thing is not None and not _may_change(thing, change, day):
            yield Notice("outside-life", thing.id, _lives(thing, fact.effective or ""))
    for id_, kind in change.references():
        if kind.endswith("?"):
            continue
        faults = unknown(state, id_, kind, known_ids)
        yield from faults
        other = state.thing(id_)
        if not faults and other is not None and not other.live_at(day):
            yield Notice("reference-not-live", id_, _lives(other, fact.effective or ""))


def _used_before(thing: Thing | None, change: Change) -> Iterator[Notice]:
    if thing is not None and (thing.life or (thing.kind and thing.kind != change.KIND)):
        found = f'The id "{thing.id}" is a {thing.kind or "thing"} already. Choose another id.'
        yield Notice("id-used-twice", thing.id, found, thing.life[0].position if thing.life else None)


def unknown(state: State, id_: str, kind: str, known_ids: Iterable[str]) -> list[Notice]:
    """Return why an id is of nothing recorded, or of another kind (empty: of any); empty if it is right."""
    thing = state.thing(id_)
    if thing is None or not thing.life:
        return [Notice("unknown-id", id_, f'No {kind or "thing"} "{id_}".{suggestion(id_, known_ids)}')]
    if kind and thing.kind != kind:
        return [Notice("wrong-kind", id_, f'"{id_}" is a {thing.kind}; a {kind} is needed here.')]
    return []


def _may_change(thing: Thing, change: Change, day: int) -> bool:
    if change.LIFE == "resumes":
        return any(life.start <= day for life in thing.lives)
    return thing.live_at(day)


def _lives(thing: Thing, stated: str) -> str:
    name = f'{thing.kind.capitalize() or "Thing"} "{thing.id}"'
    if not thing.lives:
        return f"{name} is not live on any day."
    last = thing.lives[-1]
    until = f" to the day before {iso(last.end)}" if last.end < FOREVER else " on"
    return f"{name} is not live on {stated}: it lives from {last.stated}{until}."


def _makes_no_difference(state: State, fact: Fact, change: Change) -> bool:
    if change.LIFE in ("begins", "ends") or isinstance(change, ReviewMatrix):
        return False
    thing, day = state.thing(change.subject), day_of(fact.effective or "")
    said = effects(change, fact.effective or "")
    if thing is None:
        return not said
    return all(
        thing.live_at(day) if effect.attribute == LIFE else thing.value(effect.attribute, day) == effect.value
        for effect in said
    )


def _nothing(fact: Fact, change: Change) -> str:
    return f'{change.NAME} changes nothing: on {fact.effective} "{change.subject}" is already as it says.'


def _of_stand_in(state: State, source: Source, fact: Fact, target: str) -> Iterator[Notice]:
    earlier = source.event(target)
    if earlier is None:
        yield Notice("unknown-target", target, f"There is no event {target}.")
    elif (earlier.stream, about := _about(source, earlier)) != (fact.stream, fact.change.subject):
        found = f'Event {target} is about "{about}", this change about "{fact.change.subject}".'
        yield Notice("other-thing", target, found, earlier.position)
    elif state.standing(earlier).status != "stands":
        yield Notice("target-not-standing", target, _fallen(state, earlier), earlier.position)


def _about(source: Source, fact: Fact) -> str:
    """Return the id of the thing that an event is about: a correction or strike, what the event it names is about."""
    while isinstance(fact.change, OnRecord) and isinstance(fact.change.target, str):
        earlier = source.event(fact.change.target)
        if earlier is None:
            break
        fact = earlier
    return fact.change.subject


def _of_record(state: State, source: Source, fact: Fact, change: Change) -> Iterator[Notice]:
    target = speaks_of(fact) or ""
    whole = target.startswith("[")
    one = None if whole else source.event(target)
    earlier = list(source.decision(target)) if whole else [one] if one is not None else []
    if not earlier:
        what = f"decision {target}" if whole else f"event {target}"
        yield Notice("unknown-target", target, f"There is no {what} before this one.")
        return
    standing = [target_fact for target_fact in earlier if state.standing(target_fact).status == "stands"]
    if not standing:
        yield Notice("target-not-standing", target, _fallen(state, earlier[0]), earlier[0].position)
    elif isinstance(change, RescindDecision | PostponeDecision):
        yield from _in_effect(state, standing, fact, target)
    elif isinstance(change, Correct):
        yield from _uncorrectable(state, standing, change, target)


def _fallen(state: State, fact: Fact) -> str:
    return f"Event {fact.id} does not stand: it was {state.standing(fact).status}."


def _in_effect(state: State, targets: list[Fact], fact: Fact, key: str) -> Iterator[Notice]:
    for target in targets:
        effective = state.standing(target).effective
        if effective is not None and day_of(effective) <= day_of(fact.effective or ""):
            found = f"Decision {key} took effect on {effective}, on or before {fact.effective}."
            yield Notice("already-in-effect", target.id, found, target.position)
            return


def _uncorrectable(state: State, targets: list[Fact], change: Correct, target: str) -> Iterator[Notice]:
    if change.data is None and change.decision is None and change.new_effective is None:
        yield Notice("changes-nothing", target, "The correction names no field; give data, decision or new_effective.")
    if change.data is not None and len(targets) > 1:
        found = f"Decision {target} has {len(targets)} events; name the one whose fields are corrected."
        yield Notice("not-correctable", target, found)
    elif change.data is not None:
        yield from _bad_fields(state, targets[0], change.data)
    if change.decision is not None:
        yield from _bad_header(change.decision, target)
    if change.new_effective is not None and all(state.standing(one).effective is None for one in targets):
        yield Notice("not-correctable", target, f"{target} has no effective date of its own.")


def _bad_fields(state: State, target: Fact, data: dict[str, object]) -> Iterator[Notice]:
    said = state.standing(target).change
    identity = {said.SUBJECT, "target", "change"}
    for name in data:
        if name in identity:
            found = f'"{name}" of event {target.id} is its identity. Strike the event and record the right one.'
            yield Notice("not-correctable", target.id, found, target.position)
            return
    try:
        if corrected(said, data) == said:
            found = f"Event {target.id} says that already."
            yield Notice("changes-nothing", target.id, found, target.position)
    except ValidationError:
        problem = _fault(type(said), {**said.normal(), **data}, f"Event {target.id}")
        yield Notice("not-correctable", target.id, problem, target.position)


def _bad_header(fields: dict[str, object], target: str) -> Iterator[Notice]:
    named = [name for name in _IDENTITY if name in fields]
    if named:
        yield Notice("not-correctable", target, f'"{named[0]}" of a decision is not correctable.')
        return
    problem = _fault(Header, {"authority": "-", "reference": "-", **fields}, f"The decision of {target}")
    if problem:
        yield Notice("not-correctable", target, problem)


def _fault(model: type[Header] | type[Change], fields: dict[str, object], where: str) -> str:
    try:
        validated(model, fields, where)
    except MalformedDocument as error:
        return str(error)
    return ""
