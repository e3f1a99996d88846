"""What needs acceptance, judged on the outcome of the whole decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from ledger.events.changes.mission import LaunchMission, RescheduleMission
from ledger.events.changes.objective import RetargetObjective
from ledger.rules.notice import Notice
from ledger.state.effects import LIFE
from ledger.state.record import Fact, speaks_of
from ledger.state.state import State, Touched
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, day_of, iso


class Outcome(NamedTuple):
    """A decision and what it leads to."""

    before: State
    after: State
    facts: Sequence[Fact]
    touched: Touched
    settings: Mapping[str, int]


def held(outcome: Outcome) -> list[Notice]:
    """Return what the decision must accept by name before it can be recorded; empty if nothing."""
    return [notice for rule in _RULES for notice in rule(outcome)]


def _segment_retired(outcome: Outcome) -> Iterator[Notice]:
    touched = outcome.touched
    segments = {id_ for id_, name in touched if name == LIFE} | {
        name[9:] for _, name in touched if name.startswith("segments:")
    }
    for segment in _ended(outcome.after, segments, "segment"):
        day = segment.lives[-1].end
        missions = _left(outcome, outcome.after.affiliated(segment.id), partial(_affiliated, segment.id), day)
        if missions:
            found = f'Segment "{segment.id}" ends on {iso(day)} with {_list("mission", missions)}.'
            yield Notice("segment-retired-with-missions", segment.id, found)


def _cluster_dissolved(outcome: Outcome) -> Iterator[Notice]:
    clusters = {id_ for id_, name in outcome.touched if name == LIFE}
    for id_, name in outcome.touched:
        thing = outcome.after.thing(id_)
        if thing is not None and name in ("cluster", LIFE):
            clusters |= {str(entry.value) for entry in thing.attributes.get("cluster", ())}
            clusters |= {id_.partition("/")[0]} if thing.kind == "mandate" else set()
    for cluster in _ended(outcome.after, clusters, "cluster"):
        day = cluster.lives[-1].end
        parts = _left(outcome, outcome.after.members(cluster.id), partial(_part_of, cluster.id), day)
        if parts:
            found = f'Cluster "{cluster.id}" ends on {iso(day)} with {_list("live part", parts)}.'
            yield Notice("cluster-dissolved-with-live-parts", cluster.id, found)


def _ended(state: State, ids: Iterable[str], kind: str) -> Iterator[Thing]:
    """Yield those of `ids` that are of `kind` and have an end, in order of id."""
    for id_ in sorted(ids):
        thing = state.thing(id_)
        if thing is not None and thing.kind == kind and thing.lives and thing.lives[-1].end < FOREVER:
            yield thing


def _left(outcome: Outcome, ids: Iterable[str], is_part: Callable[[Thing, int], bool], day: int) -> list[str]:
    """Return those of `ids` that are still a part on `day`, and that this decision had a hand in.

    What stood so before, in the same way on the same day, was accepted or flagged then.
    """
    found = []
    for id_ in sorted(ids):
        thing, earlier = outcome.after.thing(id_), outcome.before.thing(id_)
        if thing is None or not is_part(thing, day):
            continue
        known = earlier is not None and is_part(earlier, day) and not _moved(outcome, day)
        if not known:
            found.append(id_)
    return found


def _moved(outcome: Outcome, day: int) -> bool:
    """Return whether the decision makes something end on `day` that did not before."""
    for id_, name in outcome.touched:
        if name != LIFE:
            continue
        after, before = outcome.after.thing(id_), outcome.before.thing(id_)
        ends = {life.end for life in before.lives} if before else set()
        if after is not None and day not in ends and any(life.end == day for life in after.lives):
            return True
    return False


def _affiliated(segment: str, mission: Thing, day: int) -> bool:
    return mission.value(f"segments:{segment}", day) is not None


def _part_of(cluster: str, thing: Thing, day: int) -> bool:
    return thing.live_at(day) and (thing.kind == "mandate" or thing.value("cluster", day) == cluster)


def _mission_unaffiliated(outcome: Outcome) -> Iterator[Notice]:
    missions = sorted({id_ for id_, name in outcome.touched if name.startswith("segments:")})
    for id_ in missions:
        after, before = outcome.after.thing(id_), outcome.before.thing(id_)
        if after is None or before is None:
            continue
        for day in sorted(_turning_days(after) | _turning_days(before)):
            if after.live_at(day) and not _segments(after, day) and _segments(before, day):
                found = f'Mission "{id_}" is affiliated with no segment from {iso(day)} on.'
                yield Notice("mission-left-unaffiliated", id_, found)
                break


def _turning_days(mission: Thing) -> set[int]:
    return {entry.day for name in mission.names("segments:") for entry in mission.attributes[name]}


def _segments(mission: Thing, day: int) -> list[str]:
    return [name for name in mission.names("segments:") if mission.value(name, day) is not None]


def _horizon_short(outcome: Outcome) -> Iterator[Notice]:
    least = outcome.settings["minimum_horizon_days"]
    for fact in outcome.facts:
        change = fact.change
        if not isinstance(change, LaunchMission | RescheduleMission) or change.horizon_on is None:
            continue
        days = day_of(change.horizon_on) - day_of(fact.effective or "")
        if days < least:
            found = f'Mission "{change.mission}" has {days} days to its horizon {change.horizon_on}; {least} are asked.'
            yield Notice("horizon-too-short", change.mission, found)


def _target_eased(outcome: Outcome) -> Iterator[Notice]:
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


def _easier(direction: str, before: str, after: str | None) -> bool:
    if after is None:
        return False
    return Decimal(after) < Decimal(before) if direction == "up" else Decimal(after) > Decimal(before)


def _later(before: str, after: str | None) -> bool:
    return after is not None and day_of(after) > day_of(before)


def _without_effect(outcome: Outcome) -> Iterator[Notice]:
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


def _list(noun: str, ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:5]) + (", ..." if len(ids) > 5 else "")
    return f"{len(ids)} {noun}{'' if len(ids) == 1 else 's'}: {shown}"


_RULES: tuple[Callable[[Outcome], Iterator[Notice]], ...] = (
    _segment_retired,
    _cluster_dissolved,
    _mission_unaffiliated,
    _horizon_short,
    _target_eased,
    _without_effect,
)
