"""A cluster's execution, rolled up from the assessments of its missions by a rule that was declared beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.names import GOVERNMENT
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import day_of

Scales = Mapping[str, Mapping[str, Any]]  # `name/version` -> {"grades": worst to best, "maps_to": {...}}
Rule = Mapping[str, Any]  # {"scale", "rule", "at_least"}


class Assessed(NamedTuple):
    """The latest assessment of a mission; `grade` None: there is none."""

    mission: str
    period: str = ""
    scale: str = ""
    grade: str | None = None


class RolledUp(NamedTuple):
    """What a rule makes of grades. `grade` (worst, median) or `share` (between 0 and 1), both None where it cannot.

    `counted` are the missions with a grade on the rule's scale, worst first, and `left_out` the others, each with
    the reason. Nothing is made up for them.
    """

    grade: str | None
    share: float | None
    counted: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]


def rolled_up(rule: Rule, scales: Scales, assessed: Iterable[Assessed]) -> RolledUp:
    """Return what `rule` makes of the assessments of missions: each counts once, whatever its extent or size.

    `worst` is the lowest grade, `median` the middle one (of an even number the lower of the two), `share` the share
    of missions at or above `at_least`. A grade on another scale counts as what that scale says it means on the
    rule's. Without a grade that counts, both results are None.
    """
    order = list(scales.get(rule["scale"], {}).get("grades", ()))
    counted: list[tuple[int, str, str]] = []
    left_out: list[tuple[str, str]] = []
    for one in sorted(assessed):
        grade = _on_scale(one, rule["scale"], scales)
        if grade is not None and grade in order:
            counted.append((order.index(grade), one.mission, grade))
        else:
            left_out.append((one.mission, _why(one, rule["scale"])))
    counted.sort()
    grade, share = _made_of(rule, order, [place for place, _, _ in counted])
    return RolledUp(grade, share, tuple((mission, grade) for _, mission, grade in counted), tuple(left_out))


def _on_scale(one: Assessed, scale: str, scales: Scales) -> str | None:
    if one.grade is None or one.scale == scale:
        return one.grade
    meant: str | None = scales.get(one.scale, {}).get("maps_to", {}).get(scale, {}).get(one.grade)
    return meant


def _why(one: Assessed, scale: str) -> str:
    if one.grade is None:
        return "never assessed"
    return f"assessed as {one.grade} on {one.scale}, which does not say what that means on {scale}"


def _made_of(rule: Rule, order: Sequence[str], places: Sequence[int]) -> tuple[str | None, float | None]:
    """Return the grade or the share that a rule makes of places on its scale, in order from the worst."""
    if not places:
        return None, None
    match rule["rule"]:
        case "worst":
            return order[places[0]], None
        case "median":
            return order[places[(len(places) - 1) // 2]], None
    least = order.index(rule["at_least"])
    return None, sum(place >= least for place in places) / len(places)


def latest(mission: ThingAt) -> Assessed:
    """Return the assessment of a mission whose period ends last; of two that end together, the one begun later."""
    found = mission.keyed("assessments")
    if not found:
        return Assessed(mission.id)
    last = found[max(found, key=lambda key: (day_of(found[key]["period"].partition("/")[2]), key))]
    return Assessed(mission.id, last["period"], last["scale"], last["grade"])


def missions_in(structure: Structure, cluster: str) -> list[ThingAt]:
    """Return the live missions affiliated, fully or in part, with a segment of a cluster, in order of id."""
    ids = {id_ for one in structure.segments_of.get(cluster, ()) for id_ in structure.missions_of.get(one, ())}
    return [structure.things[id_] for id_ in sorted(ids)]


def execution_of(structure: Structure, cluster: str) -> dict[str, RolledUp]:
    """Return what each declared rule makes of a cluster's missions on the day of a structure, by `name/version`.

    Empty where no rule is declared by then.
    """
    government = structure.get(GOVERNMENT)
    if government is None:
        return {}
    scales, assessed = government.keyed("scales"), [latest(one) for one in missions_in(structure, cluster)]
    return {name: rolled_up(rule, scales, assessed) for name, rule in government.keyed("rollups").items()}
