"""The differences that a decision would make if it were recorded, told as those between two points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.application import EventReader, Plan
from ledger.application.streams import mentioned
from ledger.events.changes.record import OnRecord
from ledger.lags import Lag, lags_of, measurable
from ledger.names import LIFE
from ledger.state.day import structure_of_things
from ledger.state.effects import effects
from ledger.state.record import Fact
from ledger.state.structure import Structure, ThingAt
from ledger.state.thing import Thing
from ledger.timeline import FOREVER, iso
from projections.answers.grounds import DecisionRef
from projections.differences.explained import CORRECTION, NEW_DECISION, Cause
from projections.differences.moves import MovedDate, MovedDates
from projections.differences.structures import EXTENTS, SEGMENTS, AttributeChange, between

AFFILIATION = "segments:"


class PlannedDifference(NamedTuple):
    """A difference that a decision would make from a date on, with its lag as if it were recorded today."""

    kind: str
    id: str
    attribute: str
    effective: str | None
    before: Any
    after: Any
    cause: Cause
    late_days: Lag | None
    retroactive_days: int | None
    events: tuple[str, ...]
    decisions: tuple[DecisionRef, ...]
    moved: MovedDate | None = None  # where it comes of a date that is moved


def planned_differences(ledger: EventReader, plan: Plan) -> Iterator[PlannedDifference]:
    """Yield what a plan's decision changes, in order of kind and id, each with the day from which it is so.

    Nothing is yielded for a decision that is recorded already.
    """
    if plan.after is plan.before:
        return
    explanation = _Explanation(ledger, plan)
    for after in sorted(plan.after.things(), key=lambda thing: (thing.kind, thing.id)):
        before = plan.before.thing(after.id)
        if after is not before:
            for day, change, then in _changes(before, after):
                yield explanation.difference(after.id, day, change, then)


# What changes


def _changes(before: Thing | None, after: Thing) -> Iterator[tuple[int, AttributeChange, ThingAt | None]]:
    """Yield the changes of one thing, each with the first day on which it is so, and the thing on that day.

    What begins is told with all that it begins with; from then on it is compared with itself. On a day on which its
    life does not turn only what turns is looked at: of the rest the same is told as on the day before.
    """
    told: dict[tuple[str, str], AttributeChange] = {}  # by kind and attribute
    last: int | None = None
    for day, turning in _days(before, after):
        lives = [change for (_, attribute), change in told.items() if attribute == LIFE] if told else []
        # Where it is not the same thing before and after, all that it was is told, day by day.
        apart = any(change.after is None for change in lives) or (before is not None and before.kind != after.kind)
        names = None if LIFE in turning or last is None or apart else _together(turning, after)
        old, new = _on(day, before, names), _on(day, after, names)
        found = {(change.kind, change.attribute): change for change in between(old, new)}
        if last is not None and any(change.after is not None for change in lives):
            shown = between(_on(last, after, names), new)
        else:
            shown = [change for key, change in found.items() if told.get(key) != change]
        yield from ((day, change, new.get(after.id)) for change in shown)
        if names is not None:
            _forget(told, after.kind, names)
        told = found if names is None else told | found
        last = day


def _forget(told: dict[tuple[str, str], AttributeChange], kind: str, names: set[str]) -> None:
    """Forget what was told of some attributes, which are told anew; the life goes on."""
    gathered = {SEGMENTS, EXTENTS} if any(name.startswith(AFFILIATION) for name in names) else set()
    for name in (names | gathered) - {LIFE}:
        told.pop((kind, name), None)


def _together(turning: set[str], thing: Thing) -> set[str]:
    """Return the attributes that are compared on a day: those that turn, and all affiliations if one does."""
    if any(name.startswith(AFFILIATION) for name in turning):
        return {LIFE, *turning, *thing.names(AFFILIATION)}
    return {LIFE, *turning}


def _on(day: int, thing: Thing | None, names: set[str] | None) -> Structure:
    """Return the structure of one thing on a day, or as much of it as `names` say (None: all)."""
    return structure_of_things(day, [] if thing is None else [thing], names)


def _days(before: Thing | None, after: Thing) -> list[tuple[int, set[str]]]:
    """Return the days on which a thing may turn differently than before, in order, each with what may turn."""
    found: dict[int, set[str]] = {}
    for name in {LIFE, *after.attributes, *(before.attributes if before else ())}:
        now = {span[0]: span[:3] for span in after.spans(name)}
        then = {span[0]: span[:3] for span in before.spans(name)} if before else {}
        for start in {*now, *then}:
            if now.get(start) != then.get(start):
                for span in (now.get(start), then.get(start)):
                    for day in span[:2] if span else ():
                        if day < FOREVER:
                            found.setdefault(day, set()).add(name)
    return sorted(found.items())


# What is behind it


class _Explanation:
    """Finds the facts of one decision behind what it changes."""

    def __init__(self, ledger: EventReader, plan: Plan) -> None:
        self._header, self._today = plan.decision.header, ledger.today()
        self._facts = {fact.position: fact for fact in plan.facts}
        changes = zip(plan.facts, plan.decision.changes, strict=True)
        self._inferred = {fact.id for fact, intent in changes if intent.basis}
        self._moves = MovedDates(plan)
        self._naming: dict[str, list[Fact]] = {}
        for fact in plan.facts:
            reached = plan.before.record.reach(fact, plan.known.decision)
            turned = [effect.thing for one in reached for effect in effects(one.change, one.effective or "")]
            for id_ in dict.fromkeys((*mentioned(fact.change), *turned)):
                self._naming.setdefault(id_, []).append(fact)

    def difference(self, id_: str, day: int, change: AttributeChange, then: ThingAt | None) -> PlannedDifference:
        """Return a change with what is behind it; `then` is its thing on the day."""
        header = self._header
        behind = self._behind(id_, change, then)
        last = behind[-1]  # the one that is measured
        effect = measurable(last.effective, inferred=last.id in self._inferred)
        lags = lags_of(header.decided_on, effect, self._today)
        return PlannedDifference(
            kind=change.kind,
            id=change.id,
            attribute=change.attribute,
            effective=iso(day),
            before=change.before,
            after=change.after,
            cause=CORRECTION if any(_corrects(fact) for fact in behind) else NEW_DECISION,
            late_days=lags.late,
            retroactive_days=lags.retroactive_days,
            events=tuple(fact.id for fact in behind),
            decisions=(DecisionRef(header.authority, header.reference),),
            moved=self._moves.behind(change, day),
        )

    def _behind(self, id_: str, change: AttributeChange, then: ThingAt | None) -> list[Fact]:
        """Return the facts that set what is so; else those that name the thing, or turn what does; else all."""
        held = [then.attributes[name] for name in change.names if name in then.attributes] if then else []
        own = sorted({one.set_by for one in held} & self._facts.keys())
        return [self._facts[position] for position in own] or self._naming.get(id_) or list(self._facts.values())


def _corrects(fact: Fact) -> bool:
    return fact.corrects is not None or isinstance(fact.change, OnRecord)
