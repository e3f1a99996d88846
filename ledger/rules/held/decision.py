"""Rules that ask for acceptance, judged on the outcome of a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from ledger.events.changes.mission import LaunchMission, RescheduleMission
from ledger.events.changes.objective import RetargetObjective, StateObjective
from ledger.names import LIFE
from ledger.plurals import counted
from ledger.rules.held.bonds import clusters_dissolved, segments_retired
from ledger.rules.notice import Notice
from ledger.rules.proposal import Proposal
from ledger.state.record import speaks_of
from ledger.state.thing import Thing
from ledger.timeline import Entry, day_of, iso


def held(outcome: Proposal) -> list[Notice]:
    """Return what the decision must accept by name before it can be recorded; empty if nothing."""
    rules = _OF_BONDS + _OF_CHANGES if _turns_bonds(outcome) else _OF_CHANGES
    return [notice for rule in rules for notice in rule(outcome)]


def _turns_bonds(outcome: Proposal) -> bool:
    """Return whether a life, a part or an affiliation turns, or an earlier event; most decisions only state texts."""
    turned = any(name in (LIFE, "cluster") or name.startswith("segments:") for _, name in outcome.touched)
    return turned or any(speaks_of(fact) is not None for fact in outcome.facts)


def _mission_unaffiliated(outcome: Proposal) -> Iterator[Notice]:
    missions = sorted({id_ for id_, name in outcome.touched if name.startswith("segments:")})
    for id_ in missions:
        after, before = outcome.after.thing(id_), outcome.before.thing(id_)
        if after is None or before is None:
            continue
        held, held_before = (_affiliations(mission) for mission in (after, before))
        for day in sorted({entry.day for entries in (*held.values(), *held_before.values()) for entry in entries}):
            if after.live_at(day) and not _any(after, held, day) and _any(before, held_before, day):
                found = f'Mission "{id_}" is affiliated with no segment from {iso(day)} on.'
                yield Notice("mission-left-unaffiliated", id_, found)
                break


def _affiliations(mission: Thing) -> dict[str, Sequence[Entry]]:
    return {name: entries for name, entries in mission.attributes.items() if name.startswith("segments:")}


def _any(mission: Thing, names: Iterable[str], day: int) -> bool:
    return any(mission.value(name, day) is not None for name in names)


def _horizon_short(outcome: Proposal) -> Iterator[Notice]:
    least = outcome.settings["minimum_horizon_days"]
    for fact in outcome.facts:
        change = fact.change
        if not isinstance(change, LaunchMission | RescheduleMission) or change.horizon_on is None:
            continue
        days = day_of(change.horizon_on) - day_of(fact.effective or "")
        if days < least:
            left, asked = counted(days, "day"), counted(least, "is asked", "are asked")
            found = f'Mission "{change.mission}" has {left} to its horizon {change.horizon_on}; {asked}.'
            yield Notice("horizon-too-short", change.mission, found)


def _target_eased(outcome: Proposal) -> Iterator[Notice]:
    notice_days = outcome.settings["target_notice_days"]
    for fact in outcome.facts:
        change = fact.change
        objective = outcome.before.thing(change.subject) if isinstance(change, RetargetObjective) else None
        if objective is None or not isinstance(change, RetargetObjective):
            continue
        day = day_of(fact.effective or "")
        due_on, target = objective.value("due_on", day), objective.value("target", day)
        if due_on is None or not 0 <= day_of(due_on) - day <= notice_days:
            continue
        if _easier(objective.value("direction", day), target, change.target) or _later(due_on, change.due_on):
            found = f'Objective "{objective.id}" is eased {day_of(due_on) - day} days before it is due on {due_on}.'
            yield Notice("target-eased-near-due", objective.id, found)


def _yardstick_changed(outcome: Proposal) -> Iterator[Notice]:
    for fact in outcome.facts:
        change = fact.change
        objective = outcome.before.thing(change.subject) if isinstance(change, StateObjective) else None
        if objective is None:
            continue
        day = day_of(fact.effective or "")
        for name in change.SETS:
            before, after = objective.value(name, day), getattr(change, name)
            if before is not None and after is not None and before != after:
                found = f'The {name} of objective "{objective.id}" was {before} and would be {after}.'
                yield Notice("yardstick-changed", objective.id, found)


def _easier(direction: str | None, before: str | None, after: str | None) -> bool:
    """Return whether a target is eased; where direction or target were not stated, nothing says so."""
    if direction is None or before is None or after is None:
        return False
    return Decimal(after) < Decimal(before) if direction == "up" else Decimal(after) > Decimal(before)


def _later(before: str, after: str | None) -> bool:
    return after is not None and day_of(after) > day_of(before)


def _without_effect(outcome: Proposal) -> Iterator[Notice]:
    own = {fact.position for fact in outcome.facts}
    # Only what turns a life can take another event's effect away, and what moves the event itself: a correction.
    moved = any(speaks_of(fact) for fact in outcome.facts)
    for id_ in dict.fromkeys(id_ for id_, name in outcome.touched if moved or name == LIFE):
        after, before = outcome.after.thing(id_), outcome.before.thing(id_)
        if after is None or before is None:
            continue
        lost = sorted(after.without_effect() - before.without_effect() - own)
        if lost:
            places = ", ".join(f"p{position}" for position in lost)
            found = f'What was recorded about "{id_}" at {places} loses its effect.'
            yield Notice("events-left-without-effect", id_, found, lost[0])


_Rule = Callable[[Proposal], Iterator[Notice]]
# Asked only where a life or a bond may have turned: a rule that looks at anything else belongs to the others.
_OF_BONDS: tuple[_Rule, ...] = (segments_retired, clusters_dissolved, _mission_unaffiliated, _without_effect)
_OF_CHANGES: tuple[_Rule, ...] = (_horizon_short, _target_eased, _yardstick_changed)
