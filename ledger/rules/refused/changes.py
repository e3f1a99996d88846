"""Refusals of a change by itself: of what cannot mean anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.events.change import Change
from ledger.events.changes.assertion import Assertion
from ledger.events.changes.assessment import Assessment
from ledger.events.changes.mission import KeptExtent, RealignMission
from ledger.events.changes.objective import RecordMeasurement, ReturnObjective
from ledger.events.changes.review import ReviewDecision, ReviewMatrix
from ledger.events.text import alike
from ledger.names import AFFILIATION, LIFE
from ledger.rules.notice import Notice
from ledger.rules.refused.entries import refused_on_record, refused_stand_in, unknown_target, without_target
from ledger.rules.refused.keys import refused_key
from ledger.rules.refused.measures import refused_measure
from ledger.rules.refused.naming import lifetime, misnamed, unknown
from ledger.rules.refused.nesting import nested_in_itself
from ledger.rules.refused.series import refused_numbers
from ledger.state.effects import Effect, effects
from ledger.state.keeping import kept_extent
from ledger.state.reach import reach_of
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import Reach, day_of

# An older register passes through states that a new decision may not: there these are notices.
TOLERATED_IN_MIGRATION = frozenset(
    {
        *("unknown-id", "outside-life", "reference-not-live", "changes-nothing", "said-twice", "names-itself"),
        *("rescheduled-into-the-past", "ends-before-it-begins", "void-change"),
    }
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
        found += refused_key(state, fact)
        found += refused_numbers(state, fact)
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
    if change.LIFE != "begins":  # whether an id is used twice is seen when the whole decision is
        faults = unknown(state, change.subject, change.KIND, known_ids)
        yield from faults
        if not faults and thing is not None and not _may_change(thing, change, day):
            stated = f"any day of {change.period}" if isinstance(change, Assessment) else fact.effective or ""
            yield Notice("outside-life", thing.id, lifetime(thing, stated))
        if thing is not None and isinstance(change, RealignMission):
            yield from _extent_needed(thing, change, day)
    references = change.references()
    if isinstance(change, ReturnObjective) and thing is not None:
        references = (*references, (_mission_of(thing, day), "mission"))
    yield from misnamed(state, references, fact.effective or "", known_ids)
    yield from nested_in_itself(state, change, day)


def _mission_of(objective: Thing, day: int) -> str:
    """Return the mission that an objective belongs to, or last belonged to by a day."""
    moved = objective.entry_at("mission", day)
    return objective.id.partition("/")[0] if moved is None else str(moved.value)


def _extent_needed(mission: Thing, change: RealignMission, day: int) -> Iterator[Notice]:
    if change.extent is None and len(extents := _extents(mission, change.from_, day)) > 1:
        shown = " and ".join(sorted(extents))
        yield Notice("extent-needed", mission.id, f'What mission "{mission.id}" leaves is {shown}: give the extent.')


def _extents(mission: Thing, segments: Iterable[str], day: int) -> set[str]:
    return {mission.value(f"{AFFILIATION}{segment}", day) for segment in segments} - {None}


def _may_change(thing: Thing, change: Change, day: int) -> bool:
    """Return whether a thing can be changed on a day; what is judged of it may be judged before its life or after."""
    if isinstance(change, RecordMeasurement):
        return True
    if isinstance(change, Assessment):
        first, _, last = change.period.partition("/")
        return any(life.start <= day_of(last) and day_of(first) < life.end for life in thing.lives)
    if change.LIFE == "resumes":
        return any(life.start <= day for life in thing.lives)
    return thing.live_at(day) or (_lasts(change) and any(life.end <= day for life in thing.lives))


def _lasts(change: Change) -> bool:
    """Return whether a change says only what a thing is called and keyed by: that may be put right after its end."""
    said = effects(change, "") if change.LIFE is None else ()
    return bool(said) and all(reach_of(effect.attribute) is Reach.LASTING for effect in said)


def _makes_no_difference(state: State, fact: Fact, change: Change) -> bool:
    if change.LIFE in ("begins", "ends") or isinstance(change, ReviewMatrix):
        return False
    day = day_of(fact.effective or "")
    return all(_is_so(state.thing(effect.thing), effect, day) for effect in effects(change, fact.effective or ""))


def _is_so(thing: Thing | None, effect: Effect, day: int) -> bool:
    if thing is None:
        return False
    if effect.attribute == LIFE:
        return thing.live_at(day) and not thing.may_have_ended_by(day)
    if effect.kind == "objective" and effect.attribute == "mission":
        return bool(_mission_of(thing, day) == effect.value)
    value = effect.value
    if isinstance(value, KeptExtent):
        value = kept_extent(_extents(thing, value.left, day))
    if reach_of(effect.attribute) is not Reach.LIVING:  # whether or not it is live on the day
        entry = thing.entry_at(effect.attribute, day)
        return entry is not None and alike(entry.value, value)
    return alike(thing.value(effect.attribute, day), value)


def _nothing(fact: Fact, change: Change) -> str:
    return f'{change.NAME} changes nothing: on {fact.effective} "{change.subject}" is already as it says.'
