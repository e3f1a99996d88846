"""Moves of missions from cluster to cluster, as the changes that they come to on their day."""

from __future__ import annotations

from ledger.application.expansion.parts import Came, Unclear, affiliations, listed_some, segments_of
from ledger.documents.composed import MoveMission
from ledger.events.change import Change
from ledger.events.changes.mission import RealignMission, RemoveMission
from ledger.plurals import counted, plural
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import iso


def moved(state: State, change: MoveMission, mission: Thing, day: int) -> Came:
    """Return what the move of a live mission comes to; raises `Unclear` where it leaves nothing, or goes nowhere."""
    held, stay = affiliations(mission, day), segments_of(state, change.from_, day)
    leaves, there = [segment for segment in held if segment in stay], segments_of(state, change.to, day)
    if not leaves:
        found = f'Mission "{mission.id}" is affiliated with no segment of cluster "{change.from_}" on {iso(day)}'
        raise Unclear(mission.id, f"{found}; it is with {listed_some(held)}.")
    goes = change.segments or tuple(there)
    strange = [segment for segment in goes if segment not in there]
    if strange or not goes:
        found = f'"{strange[0]}" is no segment of' if strange else "There is no segment in"
        raise Unclear(change.to, f'{found} cluster "{change.to}" on {iso(day)}; it has {listed_some(there)}.')
    new = goes if change.extent is not None else tuple(segment for segment in goes if segment not in held)
    step: Change
    if new:
        fields = {"mission": mission.id, "from": tuple(leaves), "to": new, "extent": change.extent}
        step = RealignMission.model_validate(fields)
    else:
        step = RemoveMission(mission=mission.id, segments=tuple(leaves))
    head = f"{change.NAME} {mission.id} from {change.from_} to {change.to}: {counted(len(leaves), 'affiliation')}"
    head += f" ({listed_some(leaves)}) {plural(len(leaves), 'ends', 'end')}, {listed_some(new)} begin"
    return Came([step], [head, *_carried(state, change, mission, day)])


def _carried(state: State, change: MoveMission, mission: Thing, day: int) -> list[str]:
    """Return which mandates of the cluster that it leaves it goes on carrying out."""
    carried = [
        mandate.id
        for mandate in (state.thing(id_) for id_ in sorted(state.members(change.from_)))
        if mandate is not None and mandate.kind == "mandate" and mission.id in (mandate.value("missions", day) or ())
    ]
    return [f"it still carries out {listed_some(carried)}"] if carried else []
