"""The structure as it is shown: clusters with their parts, missions, and one thing with its attributes gathered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ledger.names import GOVERNMENT, IN_DOUBT, LIFE
from ledger.state.structure import Structure, ThingAt
from projections.answers.counts import Count
from projections.withheld import Names, unnamed

Fields = dict[str, Any]
_PLACED = frozenset(
    (GOVERNMENT, "cluster", "segment", "mission", "mandate", "objective", "signal", "recommendation")
)  # kinds that have a place of their own where the whole structure is shown


def shown(structure: Structure, names: Names = unnamed) -> Fields:
    """Return the whole structure: `clusters` and `missions`, and what stands beside them.

    In a cluster, the `segments` of a mission are those of that cluster. `government` is None where it is not live.
    `others` is there where a thing is of a kind without a place of its own.
    """
    government = structure.get(GOVERNMENT)
    others = [one_thing(structure, thing.id, names) for thing in unplaced(structure)]
    return {
        "clusters": [cluster_fields(structure, one, names) for one in structure.of_kind("cluster")],
        "missions": [mission_fields(structure, one, names) for one in structure.of_kind("mission")],
        "government": None if government is None else _government(structure, government, names),
        "in_doubt": [_doubtful(structure, one, names) for one in structure.in_doubt.values()],
        "counts": counts(structure),
        "signals": [thing_fields(one, names) for one in structure.of_kind("signal")],
        # Parts of what is not live are shown nowhere above, and an auditor must see them.
        "stray_segments": [_segment(one, names) for one in structure.of_kind("segment") if _stray(structure, one)],
        "stray_mandates": [
            thing_fields(one, names)
            for one in structure.of_kind("mandate")
            if one.id.partition("/")[0] not in structure.possible
        ],
    } | ({"others": others} if others else {})


def unplaced(structure: Structure) -> list[ThingAt]:
    """Return the live things of kinds that have no place of their own in the structure, in order of id."""
    return [thing for thing in structure.things.values() if thing.kind not in _PLACED]


def one_thing(structure: Structure, id_: str, names: Names = unnamed) -> Fields | None:
    """Return one live thing with its `kind`, a cluster or mission as in the whole structure; None if it is not live.

    The kind of a signal (need, trend, transformation) is its `signal_kind` here.
    """
    thing = structure.possible.get(id_)
    if thing is None:
        return None
    match thing.kind:
        case "cluster":
            fields = cluster_fields(structure, thing, names)
        case "mission":
            fields = mission_fields(structure, thing, names)
        case "segment":
            fields = _segment(thing, names) | {"missions": _affiliated(structure.missions_of.get(id_, {}))}
        case "government":
            fields = _government(structure, thing, names)
        case _:
            fields = thing_fields(thing, names)
    if thing.kind == "signal":
        fields["signal_kind"] = fields["kind"]
    return {**fields, "kind": thing.kind}


def _doubtful(structure: Structure, thing: ThingAt, names: Names) -> Fields:
    return one_thing(structure, thing.id, names) or {}


def counts(structure: Structure) -> Fields:
    """Return how many things of each kind are surely live, and how many may be, `government` aside."""
    sure = Counter(thing.kind for thing in structure.things.values())
    most = Counter(thing.kind for thing in structure.possible.values())
    return {kind: Count(sure[kind], most[kind]).fields() for kind in sorted(most) if kind != GOVERNMENT}


def cluster_fields(structure: Structure, cluster: ThingAt, names: Names = unnamed) -> Fields:
    """Return a cluster with its segments, missions, mandates, leaders and expertise."""
    segments = [structure.things[id_] for id_ in structure.segments_of.get(cluster.id, ())]
    fields: Fields = {"id": cluster.id, "title": None, "purpose": None} | thing_fields(cluster, names)
    fields["segments"] = [_segment(segment, names) for segment in segments]
    fields["missions"] = _missions(structure, [segment.id for segment in segments])
    fields["mandates"] = _mandates(structure, cluster.id, names)
    return {"leaders": [], "expertise": []} | fields | _asked_of(structure, cluster.id, names)


def mission_fields(structure: Structure, mission: ThingAt, names: Names = unnamed) -> Fields:
    """Return a mission with the segments that it is affiliated with, the extent of each, and their clusters."""
    fields: Fields = {"id": mission.id, "title": None, "segments": [], "extents": {}} | thing_fields(mission, names)
    homes = (structure.get(segment) for segment in fields["segments"])
    fields["clusters"] = sorted({str(home.get("cluster")) for home in homes if home is not None})
    return fields | _asked_of(structure, mission.id, names)


def _asked_of(structure: Structure, id_: str, names: Names) -> Fields:
    """Return the objectives and recommendations of a mission or cluster; nothing where it has none."""
    found: Fields = {}
    for kind in ("objective", "recommendation"):
        parts = [thing_fields(one, names) for one in structure.parts_of(id_, kind)]
        if parts:
            found[f"{kind}s"] = parts
    return found


def thing_fields(thing: ThingAt, names: Names = unnamed) -> Fields:
    """Return the id of a thing and its attributes, keyed ones gathered: lists, or a mapping for identifiers."""
    fields: Fields = {"id": thing.id, "since": thing.since.stated}
    if thing.may_have_ended is not None:
        fields["may_have_ended"] = thing.may_have_ended
    for name, held in thing.attributes.items():
        if ":" not in name and name not in (LIFE, IN_DOUBT):
            fields[name] = list(held.value) if isinstance(held.value, tuple) else held.value
    for name, values in thing.gathered.items():
        gathered = _GATHERED.get(name)
        fields.update({name: values.copy()} if gathered is None else gathered(values.copy(), names))
    return fields


def _gathered_segments(found: Fields, _: Names) -> Fields:
    return {"segments": list(found), "extents": found}


def _gathered_relations(found: Fields, _: Names) -> Fields:
    return {"relations": [{"other": other, **said} for other, said in found.items()]}


def _gathered_leaders(found: Fields, names: Names) -> Fields:
    return {"leaders": [_leader(office, said.get("commitment"), names) for office, said in found.items()]}


def _leader(office: str, commitment: str | None, names: Names) -> Fields:
    if commitment is None:
        return {"office": office, "holder": None}
    return {"office": office, "holder": names(commitment), "commitment": commitment}


def _gathered_draws(found: Fields, _: Names) -> Fields:
    pairs = (key.partition("/") for key in found)
    return {"draws": [{"cluster": cluster, "field": field} for cluster, _, field in pairs]}


def _gathered_reviews(found: Fields, _: Names) -> Fields:
    named = ((json.loads(key), said) for key, said in found.items())
    return {"decision_reviews": [{"authority": key[0], "reference": key[1], **said} for key, said in named]}


# Keyed attributes that are not shown as they are: a mapping by key.
_GATHERED: dict[str, Callable[[Fields, Names], Fields]] = {
    "segments": _gathered_segments,
    "relations": _gathered_relations,
    "leaders": _gathered_leaders,
    "draws": _gathered_draws,
    "decision-reviews": _gathered_reviews,
    "within": lambda found, _: {"within": list(found)},
    "expertise": lambda found, _: {"expertise": list(found)},
    "measurements": lambda found, _: {"measurements": list(found.values())},
    "assessments": lambda found, _: {"assessments": list(found.values())},
    "names": lambda found, _: {"names": [{"name": name, **said} for name, said in found.items()]},
}


def _segment(segment: ThingAt, names: Names) -> Fields:
    fields: Fields = {"id": segment.id, "title": None, "scope": None, "sectors": [], "relations": []}
    return fields | thing_fields(segment, names)


def _stray(structure: Structure, segment: ThingAt) -> bool:
    return segment.get("cluster") not in structure.possible


def _missions(structure: Structure, segments: Iterable[str]) -> list[Fields]:
    """Return the missions of a cluster's segments; `extent` is full where it is so in each of them."""
    found: dict[str, dict[str, str]] = {}
    for segment in segments:
        for mission, extent in structure.missions_of.get(segment, {}).items():
            found.setdefault(mission, {})[segment] = extent
    return [
        {
            "id": mission,
            "title": structure.things[mission].get("title"),
            "segments": sorted(extents),
            "extent": "full" if set(extents.values()) == {"full"} else "partial",
        }
        for mission, extents in sorted(found.items())
    ]


def _affiliated(missions: dict[str, str]) -> list[Fields]:
    return [{"id": mission, "extent": extent} for mission, extent in sorted(missions.items())]


def _mandates(structure: Structure, owner: str, names: Names) -> list[Fields]:
    issued = structure.parts_of(owner, "mandate")
    return [{"segments": [], "missions": []} | thing_fields(one, names) for one in issued]


def _government(structure: Structure, government: ThingAt, names: Names) -> Fields:
    fields: Fields = {"leaders": [], "settings": {}} | thing_fields(government, names)
    return fields | {"mandates": _mandates(structure, GOVERNMENT, names)}
