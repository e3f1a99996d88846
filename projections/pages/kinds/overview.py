"""The overview: clusters with their segments and missions at the point, and what is planned after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ledger.collector import uncollected
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import iso
from projections.answers.counts import Count
from projections.answers.structure import MissionOfCluster, counts, missions_within, stray_segments
from projections.pages.question import PageQuestion
from projections.report.wording import entitled
from projections.views.queries.neighbours import homes_on, structure_among
from projections.views.queries.record import RecordedDecision, decision_at
from projections.views.queries.spans import next_beginnings, turning_events
from projections.withheld import told

CARDS_MAX = 40  # clusters that are shown with all their parts; of more, a line each
PLANNED_MAX = 100
SIGNALS_MAX = 20  # the journal has all


class PlannedEvent(NamedTuple):
    """An event that takes effect after the day: when, what it says, and its decision."""

    day: str | None
    position: int
    says: str
    decision: RecordedDecision | None


class Beginnings(NamedTuple):
    """The first day after the one asked about on which anything begins, and how many of each kind."""

    day: str | None
    link: str
    counts: dict[str, int]


class PartLine(NamedTuple):
    """A thing as a line of the overview names it."""

    id: str
    title: str | None


class ClusterLine(NamedTuple):
    """A cluster with its segments and missions, and how many mandates it has; its purpose where it is a card."""

    id: str
    title: str | None
    purpose: str | None
    since: str
    segments: Sequence[PartLine]
    missions: Sequence[MissionOfCluster]
    mandates: int


class SignalLine(NamedTuple):
    """A signal and what it says."""

    id: str
    description: str


class Doubtful(NamedTuple):
    """What may have ended, and the days on one of which."""

    id: str
    days: str | None


class Overview(NamedTuple):
    """The structure in lines, the clusters without a segment apart, and what is planned; the first of its signals."""

    counts: Mapping[str, Count]
    clusters: Sequence[ClusterLine]
    bare: Sequence[ClusterLine]
    as_cards: bool
    unplaced: Sequence[PartLine]
    strays: Sequence[PartLine]
    in_doubt: Sequence[Doubtful]
    signals: Sequence[SignalLine]
    signals_in_all: int
    planned: Sequence[PlannedEvent]
    empty: bool
    later: Beginnings | None


def overview(question: PageQuestion) -> Overview:
    """Return what the first page tells."""
    with uncollected():  # thousands of lines are made, and none is let go
        return _overview(question)


def _overview(question: PageQuestion) -> Overview:
    views, day, known, names = question.views, question.day, question.known, question.names
    views.catch_up()
    with views.file.reading():  # held once for all that is asked of it
        structure = homes_on(views.file, day, known)  # what a thing holds besides is looked up for those that tell it
        clusters, signals = list(structure.of_kind("cluster")), list(structure.of_kind("signal"))
        as_cards = sum(bool(structure.segments_of.get(one.id)) for one in clusters) <= CARDS_MAX
        telling = [*(clusters if as_cards else ()), *signals[:SIGNALS_MAX]]
        whole = structure_among(views.file, [one.id for one in telling], day, known).possible
    found = told([_line(structure, one, whole) for one in clusters], names)
    counted = counts(structure)
    nothing = not any(count.most for count in counted.values())
    described = [SignalLine(one.id, _held(whole, one.id, "description")) for one in signals[:SIGNALS_MAX]]
    return Overview(
        counts=counted,
        clusters=[one for one in found if one.segments],
        bare=[one for one in found if not one.segments],
        as_cards=as_cards,
        unplaced=told(_missions_in_no_cluster(structure), names),
        strays=told([_part(one) for one in stray_segments(structure)], names),
        in_doubt=[Doubtful(one.id, one.may_have_ended) for one in structure.in_doubt.values()],
        signals=told(described, names),
        signals_in_all=len(signals),
        planned=planned(question),
        empty=nothing,
        later=_later(question) if nothing else None,
    )


def _held(things: Mapping[str, ThingAt], id_: str, attribute: str) -> Any:
    return things[id_].get(attribute) if id_ in things else None


def _line(structure: Structure, cluster: ThingAt, whole: Mapping[str, ThingAt]) -> ClusterLine:
    segments = [structure.things[id_] for id_ in structure.segments_of.get(cluster.id, ())]
    return ClusterLine(
        *_part(cluster),
        purpose=_held(whole, cluster.id, "purpose"),
        since=cluster.since.stated,
        segments=[_part(one) for one in segments],
        missions=missions_within(structure, [one.id for one in segments]),
        mandates=len(structure.parts_of(cluster.id, "mandate")),
    )


def _part(thing: ThingAt) -> PartLine:
    return PartLine(thing.id, thing.get("title"))


def _missions_in_no_cluster(structure: Structure) -> list[PartLine]:
    missions = structure.of_kind("mission")
    return [_part(one) for one in missions if not any(map(structure.get, one.gathered.get("segments", ())))]


def planned(question: PageQuestion) -> list[PlannedEvent]:
    """Return what takes effect after the day, as known, in order of its day; at most `PLANNED_MAX` events."""
    views = question.views
    turns = turning_events(views.file, question.day, question.known, PLANNED_MAX)
    said = {one.position: one for one in views.ledger.among({position for _, position in turns})}
    found = []
    for day, position in dict.fromkeys(turns):
        data = said[position].event.data
        sentence = entitled(told(data.sentence, question.names), data.normal(), question.titles.of)
        found.append(PlannedEvent(iso(day), position, sentence, decision_at(views.file, position)))
    return found


def _later(question: PageQuestion) -> Beginnings | None:
    later = next_beginnings(question.views.file, question.day, question.known)
    return None if later is None else Beginnings(iso(later[0]), question.moved(day=later[0]), later[1])
