"""Refusals of objectives, measurements, scales and assessments: a scale, grade or definition that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.errors import nothing_called, suggestion
from ledger.events.changes.assessment import Assessment
from ledger.events.changes.objective import RecordMeasurement
from ledger.events.changes.scale import DefineRollup, DefineScale
from ledger.names import GOVERNMENT
from ledger.rules.notice import Notice
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.timeline import day_of


def refused_measure(state: State, fact: Fact) -> Iterator[Notice]:
    """Yield why what a change measures with is not there on the day from which it is so; nothing for other changes."""
    change, day = fact.change, day_of(fact.effective or "")
    if isinstance(change, Assessment):
        grades = {"": change.grade, **(change.objectives or {})}
        yield from _graded(state, change.scale, grades.values(), day)
    elif isinstance(change, DefineScale):
        yield from _scale(state, fact, change, day)
    elif isinstance(change, DefineRollup):
        yield from _rollup(state, fact, change, day)
    elif isinstance(change, RecordMeasurement):
        yield from _measurement(state, change)


def _scales(state: State, day: int) -> dict[str, Mapping[str, Any]]:
    """Return the scales defined by a day, by `name/version`."""
    government = state.thing(GOVERNMENT)
    names = government.names("scales:") if government else []
    held = {name.partition(":")[2]: government.value(name, day) for name in names if government}
    return {name: value for name, value in held.items() if value is not None}


def _graded(state: State, scale: str, grades: Any, day: int) -> Iterator[Notice]:
    scales = _scales(state, day)
    if scale not in scales:
        found = f"{nothing_called('scale', scale, scales, 'on that day')} Define it first."
        yield Notice("unknown-scale", scale.partition("/")[0], found)
        return
    known = scales[scale]["grades"]
    for grade in dict.fromkeys(grades):
        if grade not in known:
            found = f'Scale {scale} has no grade "{grade}".{suggestion(grade, known)} It has: {", ".join(known)}.'
            yield Notice("unknown-grade", scale.partition("/")[0], found)


def _scale(state: State, fact: Fact, change: DefineScale, day: int) -> Iterator[Notice]:
    name = f"{change.scale}/{change.version}"
    if fact.corrects is None and name in _all(state, "scales"):
        yield Notice("version-taken", change.scale, f"{name} is defined already. Give the new one another version.")
    for other, grades in (change.maps_to or {}).items():
        yield from _graded(state, other, grades.values(), day)
        for grade in grades:
            if grade not in change.grades:
                yield Notice("unknown-grade", change.scale, f'{name} maps a grade "{grade}" that it does not have.')


def _rollup(state: State, fact: Fact, change: DefineRollup, day: int) -> Iterator[Notice]:
    name = f"{change.rollup}/{change.version}"
    if fact.corrects is None and name in _all(state, "rollups"):
        yield Notice("version-taken", change.rollup, f"{name} is defined already. Give the new one another version.")
    yield from _graded(state, change.scale, [change.at_least] if change.at_least else [], day)
    if (change.rule == "share") != (change.at_least is not None):
        found = f"{name}: a share needs the grade from which on it counts (at_least), and no other rule has one."
        yield Notice("unknown-grade", change.rollup, found)


def _all(state: State, what: str) -> set[str]:
    government = state.thing(GOVERNMENT)
    return {name.partition(":")[2] for name in government.names(f"{what}:")} if government else set()


def _measurement(state: State, change: RecordMeasurement) -> Iterator[Notice]:
    objective = state.thing(change.objective)
    entries = objective.timeline("definition_version") if objective else ()
    known = {entry.value for entry in entries}
    if change.definition_version is not None and known and change.definition_version not in known:
        found = f'Objective "{change.objective}" has no definition {change.definition_version}.'
        yield Notice("unknown-definition", change.objective, found)
