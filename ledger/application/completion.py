"""Fields that the ledger fills in when they are left out: which definition a measurement was made by.

What is filled in stands in the event and never follows a later, backdated redefinition.
"""

from __future__ import annotations

from ledger.application.source import StoreSource
from ledger.documents.decision import Decision, Intent
from ledger.events.change import Change
from ledger.events.changes.objective import RecordMeasurement, RedefineObjective, SetObjective
from ledger.events.ids import provisional_id
from ledger.state.record import Fact
from ledger.state.state import State
from ledger.timeline import day_of


def completed(decision: Decision, key: str, state: State, source: StoreSource) -> Decision:
    """Return the decision with what was left out filled in from the state as each change finds it.

    `state` has the streams of the decision folded. The decision itself where nothing is to be filled in.
    """
    if not any(intent.change.FILLED for intent in decision.changes):
        return decision
    fork = state.fork()
    changes: list[Intent] = []
    counted: dict[str, int] = {}
    for place, intent in enumerate(decision.changes, source.position + 1):
        change = _filled(intent.change, fork, source, counted)
        changes.append(intent._replace(change=change))
        fork.apply((Fact(place, provisional_id(change.stream(), place), change, intent.effective, key),))
    return decision._replace(changes=tuple(changes))


def _filled(change: Change, state: State, source: StoreSource, counted: dict[str, int]) -> Change:
    if isinstance(change, SetObjective):
        counted[change.objective] = 1
    if isinstance(change, RedefineObjective) and change.definition_version is None:
        before = counted.get(change.objective) or _definitions(change.objective, change.stream(), source)
        counted[change.objective] = before + 1
        return change.model_copy(update={"definition_version": before + 1})
    if isinstance(change, RecordMeasurement) and change.definition_version is None:
        objective = state.thing(change.objective)
        version = objective.value("definition_version", day_of(change.observed_on)) if objective else None
        # Observed before the objective was set: it can only have been measured by the first definition.
        return change.model_copy(update={"definition_version": version or 1})
    return change


def _definitions(objective: str, stream: str, source: StoreSource) -> int:
    """Return the highest definition version ever recorded, one that was struck included: a number is used once."""
    highest = 0
    for fact in source.spoken(stream):
        if fact.change.subject == objective and isinstance(fact.change, SetObjective):
            highest = max(highest, 1)
        elif fact.change.subject == objective and isinstance(fact.change, RedefineObjective):
            highest = max(highest, fact.change.definition_version or 0)
    return highest
