"""The matrix: segments by missions, with relations, mandates, expertise, gaps and the last review."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ledger.collector import uncollected
from ledger.errors import InputError, harmless, with_article
from ledger.names import GOVERNMENT, IN_DOUBT
from ledger.rules import flagged
from ledger.rules.notice import Notice
from ledger.state.structure import Structure, ThingAt
from projections.answers.counts import Count
from projections.answers.grounds import DecisionRef
from projections.answers.notices import NoticeShown, settings_of, sourced
from projections.answers.structure import MissionShown, mission_shown
from projections.answers.surroundings import Surroundings, not_there
from projections.answers.thing import Draw, MandateShown, Relation, SegmentShown, mandate_shown, segment_shown
from projections.fields import INLINE
from projections.views.queries.events import Places
from projections.views.read_model import Views
from projections.withheld import Names, unnamed

LIVE = "live"  # what is not in doubt
RULES = frozenset(
    {
        "unaffiliated-mission",
        "dangling-affiliation",
        "segment-without-cluster",
        "empty-segment",
        "mandate-not-carried-out",
        "mandate-without-segment",
        "mandate-outside-its-segments",
        "review-overdue",
        "retitled-without-review",
    }
)


class ClusterHead(NamedTuple):
    """A cluster of a matrix; `certainty` is `live` or `in-doubt`, here and wherever it stands."""

    id: str
    title: str | None
    certainty: str
    may_have_ended: str | None = None


@dataclass(frozen=True)
class SegmentRow:
    """A segment with those that act on it."""

    title: str | None
    scope: str | None
    sectors: Sequence[str]
    relations: Sequence[Relation]
    segment: SegmentShown = field(metadata=INLINE)
    certainty: str
    acted_on_by: Sequence[Relation]


@dataclass(frozen=True)
class MissionColumn:
    """A mission with its lead, its status, and the expertise that it draws on."""

    lead: str | None
    status: str
    draws: Sequence[Draw]
    mission: MissionShown = field(metadata=INLINE)
    certainty: str


class Cell(NamedTuple):
    """An affiliation: its extent, since when, and the event and decision that set it."""

    segment: str
    mission: str
    extent: str
    certainty: str
    since: str
    event: str
    decision: DecisionRef


@dataclass(frozen=True)
class MandateRow:
    """A mandate with the live missions that carry it out, and what of what it is laid on is in doubt or gone."""

    instrument: str | None
    segments: Sequence[str]
    missions: Sequence[str]
    mandate: MandateShown = field(metadata=INLINE)
    carried_out_by: Sequence[str]
    in_doubt: Sequence[str]
    no_longer_live: Sequence[str]
    certainty: str


class ExpertiseRow(NamedTuple):
    """A field of expertise of a cluster, whether it is offered, and the missions that draw on it."""

    cluster: str
    field: str
    offered: bool
    drawn_by: Sequence[str]


class LastReview(NamedTuple):
    """The last review of a cluster or of the government, and the next; None where there was none, or none is due."""

    of: str
    reviewed_on: str | None
    review_conclusion: str | None
    next_review_on: str | None
    event: str | None
    decision: DecisionRef | None


class MatrixCounts(NamedTuple):
    """How many segments, missions and affiliations there surely are, and how many there may be."""

    segments: Count
    missions: Count
    cells: Count


class Matrix(NamedTuple):
    """Segments by missions, of one cluster, or of all where `cluster` is None.

    Without a cluster, `missions` are also those of no segment. `notices` are those of all that is in it. What may have
    ended by then is among them, its `certainty` being `in-doubt`; `counts` give both ends.
    """

    cluster: str | None
    counts: MatrixCounts
    clusters: Sequence[ClusterHead]
    segments: Sequence[SegmentRow]
    missions: Sequence[MissionColumn]
    cells: Sequence[Cell]
    mandates: Sequence[MandateRow]
    expertise: Sequence[ExpertiseRow]
    reviews: Sequence[LastReview]
    notices: Sequence[NoticeShown]


def matrix(views: Views, day: int, known: int, cluster: str | None = None, names: Names = unnamed) -> Matrix:
    """Return the matrix of a cluster, or of the whole government, on `day` as known at position `known`.

    Lists are empty where there is nothing. Raises `InputError` for what is no live cluster.
    """
    with uncollected():
        # By a function of its own: the structure is gone before the collector walks what is left.
        return _matrix(views, day, known, cluster, names)


def _matrix(views: Views, day: int, known: int, cluster: str | None, names: Names) -> Matrix:
    if cluster is None:
        return matrix_in(views, views.structure(day, known), None, names)
    views.catch_up()
    with views.file.reading():  # held once for all that is asked of it
        found = Surroundings(views, day, known)
        thing = found.thing(cluster)
        if thing is None:
            raise not_there(views, day, cluster, known)
        if thing.kind != "cluster":
            raise InputError(f'"{harmless(cluster)}" is {with_article(thing.kind)}; a matrix is that of a cluster.')
        return matrix_in(views, found.of_cluster(cluster), cluster, names)


def matrix_in(views: Views, structure: Structure, cluster: str | None, names: Names = unnamed) -> Matrix:
    """Return the matrix of a cluster that is in a structure, or where None is given, of all that is in it."""
    return _Matrix(views, structure, cluster, names).answer()


class _Matrix:
    """One matrix while it is put together; the whole government's where `cluster` is None."""

    def __init__(self, views: Views, structure: Structure, cluster: str | None, names: Names) -> None:
        self._views, self._structure, self._cluster, self._names = views, structure, cluster, names
        most = structure.at_most
        self._segments = [one for one in most.of_kind("segment") if cluster in (None, one.get("cluster"))]
        ids = {one.id for one in self._segments}
        self._missions = [one for one in most.of_kind("mission") if self._is_of(one, ids)]
        self._mandates = [one for one in most.of_kind("mandate") if self._is_laid_on(one, ids)]
        self._clusters = [one for one in most.of_kind("cluster") if cluster in (None, one.id)]
        self._places = Places(views.file)
        self._places.look_up(self._set_by())

    def _is_of(self, mission: ThingAt, segments: Collection[str]) -> bool:
        return self._cluster is None or any(segment in segments for segment in mission.keyed("segments"))

    def _is_laid_on(self, mandate: ThingAt, segments: Collection[str]) -> bool:
        """Return whether a mandate is the cluster's own, or assigned to one of its segments."""
        owner = mandate.id.partition("/")[0]
        return self._cluster in (None, owner) or any(one in segments for one in mandate.get("segments", ()))

    def answer(self) -> Matrix:
        """Return the matrix with all that stands beside it."""
        cells = list(self._cells())
        return Matrix(
            cluster=self._cluster,
            counts=self._counts(cells),
            clusters=[self._head(one) for one in self._clusters],
            segments=[self._segment(one) for one in self._segments],
            missions=[self._mission(one) for one in self._missions],
            cells=cells,
            mandates=[self._mandate(one) for one in self._mandates],
            expertise=list(self._expertise()),
            reviews=list(self._reviews()),
            notices=list(sourced(self._views, self._notices())),
        )

    def _counts(self, cells: Sequence[Cell]) -> MatrixCounts:
        """Return the counts at both ends; of one cluster, a mission is counted as sure for a segment that is."""
        sure = [cell for cell in cells if cell.certainty == LIVE]
        tied = {cell.mission for cell in sure}
        missions = [one.id for one in self._missions if self._cluster is None or one.id in tied]
        return MatrixCounts(
            segments=Count(len(self._sure(one.id for one in self._segments)), len(self._segments)),
            missions=Count(len(self._sure(missions)), len(self._missions)),
            cells=Count(len(sure), len(cells)),
        )

    def _head(self, cluster: ThingAt) -> ClusterHead:
        return ClusterHead(cluster.id, cluster.get("title"), self._certainty(cluster.id), cluster.may_have_ended)

    def _sure(self, ids: Iterable[str]) -> list[str]:
        return [id_ for id_ in ids if id_ in self._structure.things]

    def _certainty(self, *ids: str) -> str:
        """Return whether all of these are surely live."""
        return LIVE if len(self._sure(ids)) == len(ids) else IN_DOUBT

    def _set_by(self) -> Iterator[int]:
        """Yield the positions of the events that set affiliations, which are as many as the cells."""
        for mission in self._missions:
            yield from (held.set_by for name, held in mission.attributes.items() if name.startswith("segments:"))

    def _segment(self, segment: ThingAt) -> SegmentRow:
        row = segment_shown(segment, self._names)
        acting = self._acting.get(segment.id, [])
        return SegmentRow(row.title, row.scope, row.sectors, row.relations, row, self._certainty(segment.id), acting)

    @cached_property
    def _acting(self) -> dict[str, list[Relation]]:
        """The segments that act on a segment, in order of id; without those on which none acts."""
        acting: dict[str, list[Relation]] = {}
        for other in self._structure.of_kind("segment"):
            for id_, stated in other.keyed("relations").items():
                acting.setdefault(id_, []).append(Relation(other.id, stated))
        return acting

    def _mission(self, mission: ThingAt) -> MissionColumn:
        column = mission_shown(self._structure, mission, self._names)
        attributes = column.particulars.attributes
        return MissionColumn(
            lead=attributes.get("lead"),
            status=attributes.get("status", "active"),
            draws=attributes.get("draws", []),
            mission=column,
            certainty=self._certainty(mission.id),
        )

    def _cells(self) -> Iterator[Cell]:
        rows = {one.id for one in self._segments}
        for mission in self._missions:
            for segment, extent in mission.keyed("segments").items():
                if segment in rows:
                    certainty = self._certainty(segment, mission.id)
                    since, event, decision = self._behind(mission, f"segments:{segment}")
                    yield Cell(segment, mission.id, extent, certainty, since, event, decision)

    def _behind(self, thing: ThingAt, attribute: str) -> tuple[str, str, DecisionRef]:
        """Return since when an attribute is as it is, and the event and decision that set it."""
        held = thing.attributes[attribute]
        at = self._places.at(held.set_by)
        return held.stated, at.id, DecisionRef(at.authority, at.reference)

    def _mandate(self, mandate: ThingAt) -> MandateRow:
        row = mandate_shown(mandate, self._names)
        laid_on = (*row.segments, *row.missions)
        return MandateRow(
            instrument=row.particulars.attributes.get("instrument"),
            segments=row.segments,
            missions=row.missions,
            mandate=row,
            carried_out_by=self._sure(row.missions),
            in_doubt=[one for one in laid_on if one in self._structure.in_doubt],
            no_longer_live=[one for one in laid_on if one not in self._structure.possible],
            certainty=self._certainty(mandate.id),
        )

    def _expertise(self) -> Iterator[ExpertiseRow]:
        """Yield the fields of expertise that are offered or drawn on, each with the missions that draw on it.

        For one cluster: those that it offers, and those that its missions draw on.
        """
        offered = {(one.id, name) for one in self._structure.of_kind("cluster") for name in one.keyed("expertise")}
        drawn: dict[tuple[str, str], list[str]] = {}
        for mission in self._structure.of_kind("mission"):
            for key in mission.keyed("draws"):
                owner, _, name = key.partition("/")
                drawn.setdefault((owner, name), []).append(mission.id)
        own = {one.id for one in self._missions}
        for owner, name in sorted({*offered, *drawn}):
            by = drawn.get((owner, name), [])
            if self._cluster in (None, owner) or own & set(by):
                yield ExpertiseRow(owner, name, (owner, name) in offered, by)

    def _reviews(self) -> Iterator[LastReview]:
        government = self._structure.get(GOVERNMENT)
        for thing in (*self._clusters, *((government,) if government else ())):
            held, concluded, following = map(thing.get, ("reviewed_on", "review_conclusion", "next_review_on"))
            _, event, decision = self._behind(thing, "reviewed_on") if held else (None, None, None)
            yield LastReview(thing.id, held, concluded, following, event, decision)

    def _notices(self) -> Iterable[Notice]:
        """Return what the rules say of the things in this matrix."""
        things = (*self._segments, *self._missions, *self._mandates, *self._clusters)
        ids = {one.id for one in things} | {GOVERNMENT}
        question = flagged.Situation(self._structure, (), settings_of(self._structure))
        return [one for one in flagged.notices_of(question, RULES) if one.id in ids]
