"""Mergers and splits of clusters, as the changes that they come to on their day."""

from __future__ import annotations

from ledger.application.expansion.parts import (
    Came,
    Unclear,
    listed_some,
    mandates_of,
    nested_in,
    reissued,
    segments_of,
)
from ledger.documents.composed import MergeClusters, SplitCluster
from ledger.events.change import Change
from ledger.events.changes.cluster import DissolveCluster, EstablishCluster, NestCluster, UnnestCluster
from ledger.events.changes.segment import TransferSegment
from ledger.events.sentences import listed
from ledger.plurals import counted, plural
from ledger.state.state import State
from ledger.state.thing import Thing
from ledger.timeline import iso


def merged(state: State, change: MergeClusters, day: int) -> Came:
    """Return what a merger comes to: what each cluster holds goes to the one that they become, then it ends."""
    changes: list[Change] = _established(change.into, change.title, change.purpose)
    moved, taken, follow = 0, set[str](), list[str]()
    inside = {thing.id for thing in nested_in(state, change.into, day)}
    for cluster in change.clusters:
        segments = segments_of(state, cluster, day)
        moved += len(segments)
        changes += [TransferSegment(segment=segment, to=change.into) for segment in segments]
        for thing in nested_in(state, cluster, day):
            changes.append(UnnestCluster(cluster=thing.id, within=cluster))
            if thing.id not in {change.into, *change.clusters, *inside}:
                inside.add(thing.id)
                changes.append(NestCluster(cluster=thing.id, within=change.into))
        for mandate in mandates_of(state, cluster, day):
            new, reissue = reissued(state, mandate, change.into, day, taken)
            changes += reissue
            follow.append(_goes_on(mandate, new))
    changes += [
        DissolveCluster(cluster=cluster, successors=(change.into,), reason="merged") for cluster in change.clusters
    ]
    ends = f"{listed(change.clusters)} {'end' if len(change.clusters) > 1 else 'ends'}"
    head = f"{change.NAME} {listed(change.clusters)} into {change.into}: {_moves(moved)}"
    return Came(changes, [head, *follow, ends])


def split(state: State, change: SplitCluster, day: int) -> Came:
    """Return what a split comes to; raises `Unclear` where a segment is not there, or would be left behind."""
    cluster, there = change.cluster, segments_of(state, change.cluster, day)
    home = {segment: part.cluster for part in change.into for segment in part.segments}
    strange = [segment for segment in home if segment not in there]
    if strange:
        its = f"its segments then are {listed_some(there)}" if there else "it has no segment then"
        raise Unclear(strange[0], f'"{strange[0]}" is no segment of cluster "{cluster}" on {iso(day)}: {its}.')
    left = [segment for segment in there if segment not in home]
    if left and change.ends:
        said = f'None of the clusters that "{cluster}" is split into takes {listed_some(left)}: say which does, or say'
        raise Unclear(cluster, f"{said} `then: goes-on` where the cluster keeps what none of them takes.")
    changes: list[Change] = []
    for part in change.into:
        changes += _established(part.cluster, part.title, part.purpose)
        changes += [TransferSegment(segment=segment, to=part.cluster) for segment in part.segments]
    came = _mandates_go(state, change, home, day)
    changes += came.changes
    names = [part.cluster for part in change.into]
    if change.ends:
        changes.append(DissolveCluster(cluster=cluster, successors=tuple(names), reason="split"))
    last = f"{cluster} ends" if change.ends else f"{cluster} goes on with {counted(len(left), 'segment')}"
    inside = [f"{thing.id} stays a part of {cluster}" for thing in nested_in(state, cluster, day) if change.ends]
    head = f"{change.NAME} {cluster} into {listed(names)}: {_moves(len(home))}"
    return Came(changes, [head, *came.said, *inside, last])


def _mandates_go(state: State, change: SplitCluster, home: dict[str, str], day: int) -> Came:
    """Return where the mandates of a cluster that is split go: to the part that names them, else with their segments.

    Those of a cluster that goes on go where they are named only.
    """
    came, taken = Came([], []), set[str]()
    mandates = {mandate.id: mandate for mandate in mandates_of(state, change.cluster, day)}
    named = {id_: part.cluster for part in change.into for id_ in part.mandates or ()}
    for id_ in named:
        if id_ not in mandates:
            its = listed_some(mandates)
            raise Unclear(id_, f'"{id_}" is no mandate of cluster "{change.cluster}" on {iso(day)}; its own: {its}.')
    for id_, mandate in mandates.items():
        to = named.get(id_) or (_with_segments(mandate, home, day) if change.ends else None)
        if to is not None:
            new, reissue = reissued(state, mandate, to, day, taken)
            came.changes.extend(reissue)
            came.said.append(_goes_on(mandate, new))
        elif change.ends:
            came.said.append(f"mandate {id_} is left with nobody: name it under the mandates of one of them")
    return came


def _with_segments(mandate: Thing, home: dict[str, str], day: int) -> str | None:
    """Return the one cluster that takes every segment that a mandate is assigned to; None where there is none."""
    to = {home.get(segment) for segment in mandate.value("segments", day) or ()}
    return to.pop() if len(to) == 1 else None


def _established(cluster: str, title: str | None, purpose: str | None) -> list[Change]:
    return [] if title is None else [EstablishCluster(cluster=cluster, title=title, purpose=purpose)]


def _goes_on(mandate: Thing, new: str) -> str:
    return f"mandate {mandate.id} goes on as {new}"


def _moves(count: int) -> str:
    return f"{counted(count, 'segment')} {plural(count, 'moves', 'move')}"
