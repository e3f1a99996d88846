"""The structure as it is shown: clusters with their parts, missions, and one thing with its attributes gathered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.names import GOVERNMENT
from ledger.state.structure import Structure, ThingAt
from projections.answers.counts import Count
from projections.answers.grounds import Grounds
from projections.answers.thing import (
    Affiliated,
    LeaderShown,
    MandateShown,
    Particulars,
    SegmentShown,
    ThingShown,
    mandate_shown,
    particulars,
    segment_shown,
    thing_shown,
    values_of,
)
from projections.fields import INLINE
from projections.withheld import Names, unnamed

PLACED = frozenset(
    (GOVERNMENT, "cluster", "segment", "mission", "mandate", "objective", "signal", "recommendation")
)  # kinds that have a place of their own where the whole structure is shown


class MissionOfCluster(NamedTuple):
    """A mission of a cluster's segments; `extent` is full where it is so in each of them."""

    id: str
    title: str | None
    segments: Sequence[str]
    extent: str


@dataclass(frozen=True)
class ClusterShown:
    """A cluster with its segments, missions, mandates, leaders and expertise; what none asks of it is None."""

    leaders: Sequence[LeaderShown]
    expertise: Sequence[str]
    id: str
    title: str | None
    purpose: str | None
    particulars: Particulars = field(metadata=INLINE)
    segments: Sequence[SegmentShown]
    missions: Sequence[MissionOfCluster]
    mandates: Sequence[MandateShown]
    objectives: Sequence[ThingShown] | None = None
    recommendations: Sequence[ThingShown] | None = None


@dataclass(frozen=True)
class MissionShown:
    """A mission with the segments that it is affiliated with, the extent of each, and their clusters."""

    id: str
    title: str | None
    segments: Sequence[str]
    extents: Mapping[str, str]
    particulars: Particulars = field(metadata=INLINE)
    clusters: Sequence[str]
    objectives: Sequence[ThingShown] | None = None
    recommendations: Sequence[ThingShown] | None = None


@dataclass(frozen=True)
class GovernmentShown:
    """The government with its leaders, the settings that it adopted, and its own mandates."""

    leaders: Sequence[LeaderShown]
    settings: Mapping[str, Any]
    id: str
    particulars: Particulars = field(metadata=INLINE)
    mandates: Sequence[MandateShown]


AnyShown = ClusterShown | MissionShown | SegmentShown | GovernmentShown | ThingShown


class End(NamedTuple):
    """How something ended: its date as stated, what the change said of it, the event and the decision."""

    effective: str
    reason: str | None
    outcome: str | None
    successors: Sequence[str] | None
    event: str
    position: int
    decision: Grounds


@dataclass(frozen=True)
class OneThing:
    """A thing with its kind, and with its end where it has ended.

    The kind of a signal (need, trend, transformation) is its `signal_kind` here.
    """

    thing: AnyShown = field(metadata=INLINE)
    signal_kind: str | None = None
    kind: str = field(kw_only=True)
    end: End | None = None


@dataclass(frozen=True)
class StructureShown:
    """Clusters and missions, and what stands beside them; `government` is None where it is not live.

    In a cluster, the `segments` of a mission are those of that cluster. Parts of what is not live are strays: they are
    shown nowhere else, and an auditor must see them. `others` are things of kinds without a place of their own.
    """

    clusters: Sequence[ClusterShown]
    missions: Sequence[MissionShown]
    government: GovernmentShown | None
    in_doubt: Sequence[OneThing]
    counts: Mapping[str, Count]
    signals: Sequence[ThingShown]
    stray_segments: Sequence[SegmentShown]
    stray_mandates: Sequence[ThingShown]
    others: Sequence[OneThing] | None = None


def shown(structure: Structure, names: Names = unnamed) -> StructureShown:
    """Return the whole structure as it is shown; what there is none of is empty."""
    government = structure.get(GOVERNMENT)
    possible = structure.possible
    return StructureShown(
        clusters=[cluster_shown(structure, one, names) for one in structure.of_kind("cluster")],
        missions=[mission_shown(structure, one, names) for one in structure.of_kind("mission")],
        government=None if government is None else _government(structure, government, names),
        in_doubt=[_with_kind(structure, one, names) for one in structure.in_doubt.values()],
        counts=counts(structure),
        signals=[thing_shown(one, names) for one in structure.of_kind("signal")],
        stray_segments=[segment_shown(one, names) for one in stray_segments(structure)],
        stray_mandates=[
            thing_shown(one, names) for one in structure.of_kind("mandate") if one.id.partition("/")[0] not in possible
        ],
        others=[_with_kind(structure, one, names) for one in unplaced(structure)] or None,
    )


def stray_segments(structure: Structure) -> list[ThingAt]:
    """Return the live segments whose cluster does not live, nor may, in order of id."""
    return [one for one in structure.of_kind("segment") if one.get("cluster") not in structure.possible]


def unplaced(structure: Structure) -> list[ThingAt]:
    """Return the live things of kinds that have no place of their own in the structure, in order of id."""
    return [thing for thing in structure.things.values() if thing.kind not in PLACED]


def one_thing(structure: Structure, id_: str, names: Names = unnamed) -> OneThing | None:
    """Return one live thing with its kind, a cluster or mission as in the whole structure; None if it is not live."""
    thing = structure.possible.get(id_)
    return None if thing is None else _with_kind(structure, thing, names)


def _with_kind(structure: Structure, thing: ThingAt, names: Names) -> OneThing:
    signal_kind = thing.get("kind") if thing.kind == "signal" else None
    return OneThing(_shown(structure, thing, names), signal_kind, kind=thing.kind)


def _shown(structure: Structure, thing: ThingAt, names: Names) -> AnyShown:
    match thing.kind:
        case "cluster":
            return cluster_shown(structure, thing, names)
        case "mission":
            return mission_shown(structure, thing, names)
        case "segment":
            ties = sorted(structure.missions_of.get(thing.id, {}).items())
            return segment_shown(thing, names, [Affiliated(mission, extent) for mission, extent in ties])
        case "government":
            return _government(structure, thing, names)
        case _:
            return thing_shown(thing, names)


def counts(structure: Structure) -> dict[str, Count]:
    """Return how many things of each kind are surely live, and how many may be, `government` aside."""
    sure = Counter(thing.kind for thing in structure.things.values())
    most = Counter(thing.kind for thing in structure.possible.values())
    return {kind: Count(sure[kind], most[kind]) for kind in sorted(most) if kind != GOVERNMENT}


def cluster_shown(structure: Structure, cluster: ThingAt, names: Names = unnamed) -> ClusterShown:
    """Return a cluster with its segments, missions, mandates, leaders and expertise."""
    segments = [structure.things[id_] for id_ in structure.segments_of.get(cluster.id, ())]
    values = values_of(cluster, names)
    return ClusterShown(
        leaders=values.pop("leaders", []),
        expertise=values.pop("expertise", []),
        id=cluster.id,
        title=values.pop("title", None),
        purpose=values.pop("purpose", None),
        particulars=particulars(cluster, values),
        segments=[segment_shown(segment, names) for segment in segments],
        missions=missions_within(structure, [segment.id for segment in segments]),
        mandates=_mandates(structure, cluster.id, names),
        objectives=_parts(structure, cluster.id, "objective", names),
        recommendations=_parts(structure, cluster.id, "recommendation", names),
    )


def mission_shown(structure: Structure, mission: ThingAt, names: Names = unnamed) -> MissionShown:
    """Return a mission with the segments that it is affiliated with, the extent of each, and their clusters."""
    values = values_of(mission, names)
    segments = values.pop("segments", [])
    homes = (structure.get(segment) for segment in segments)
    return MissionShown(
        id=mission.id,
        title=values.pop("title", None),
        segments=segments,
        extents=values.pop("extents", {}),
        particulars=particulars(mission, values),
        clusters=sorted({str(home.get("cluster")) for home in homes if home is not None}),
        objectives=_parts(structure, mission.id, "objective", names),
        recommendations=_parts(structure, mission.id, "recommendation", names),
    )


def _parts(structure: Structure, id_: str, kind: str, names: Names) -> list[ThingShown] | None:
    """Return the parts of a kind that a mission or cluster has; None where it has none."""
    return [thing_shown(one, names) for one in structure.parts_of(id_, kind)] or None


def missions_within(structure: Structure, segments: Iterable[str]) -> list[MissionOfCluster]:
    """Return the missions that are affiliated with some segments, in order of id."""
    extents_of: dict[str, dict[str, str]] = {}
    for segment in segments:
        for mission, extent in structure.missions_of.get(segment, {}).items():
            extents_of.setdefault(mission, {})[segment] = extent
    return [
        MissionOfCluster(
            mission,
            structure.things[mission].get("title"),
            sorted(extents),
            "full" if set(extents.values()) == {"full"} else "partial",
        )
        for mission, extents in sorted(extents_of.items())
    ]


def _mandates(structure: Structure, owner: str, names: Names) -> list[MandateShown]:
    return [mandate_shown(one, names) for one in structure.parts_of(owner, "mandate")]


def _government(structure: Structure, government: ThingAt, names: Names) -> GovernmentShown:
    values = values_of(government, names)
    return GovernmentShown(
        leaders=values.pop("leaders", []),
        settings=values.pop("settings", {}),
        id=government.id,
        particulars=particulars(government, values),
        mandates=_mandates(structure, GOVERNMENT, names),
    )
