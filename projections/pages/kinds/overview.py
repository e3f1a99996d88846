"""The overview: clusters with their segments and missions at the point, and what is planned after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.timeline import iso
from projections.answers.structure import ClusterShown, StructureShown, shown
from projections.pages.question import PageQuestion
from projections.views.queries.record import RecordedDecision, decision_at
from projections.views.queries.spans import next_beginnings, turning_events
from projections.withheld import told

CARDS_MAX = 40  # clusters that are shown with all their parts; of more, a line each
PLANNED_MAX = 100


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


class Overview(NamedTuple):
    """The structure, the clusters without a segment apart, and what is planned."""

    structure: StructureShown
    clusters: Sequence[ClusterShown]
    bare: Sequence[ClusterShown]
    as_cards: bool
    planned: Sequence[PlannedEvent]
    empty: bool
    later: Beginnings | None


def overview(question: PageQuestion) -> Overview:
    """Return what the first page tells."""
    names = question.names
    structure = told(shown(question.views.structure(question.day, question.known), names), names)
    clusters = [one for one in structure.clusters if one.segments or one.missions]
    nothing = not any(count.most for count in structure.counts.values())
    return Overview(
        structure=structure,
        clusters=clusters,
        bare=[one for one in structure.clusters if not (one.segments or one.missions)],
        as_cards=len(clusters) <= CARDS_MAX,
        planned=planned(question),
        empty=nothing,
        later=_later(question) if nothing else None,
    )


def planned(question: PageQuestion) -> list[PlannedEvent]:
    """Return what takes effect after the day, as known, in order of its day; at most `PLANNED_MAX` events."""
    views = question.views
    turns = turning_events(views.file, question.day, question.known, PLANNED_MAX)
    said = {one.position: one for one in views.ledger.among({position for _, position in turns})}
    found = []
    for day, position in dict.fromkeys(turns):
        sentence = told(said[position].event.data.sentence, question.names)
        found.append(PlannedEvent(iso(day), position, sentence, decision_at(views.file, position)))
    return found


def _later(question: PageQuestion) -> Beginnings | None:
    later = next_beginnings(question.views.file, question.day, question.known)
    return None if later is None else Beginnings(iso(later[0]), question.moved(day=later[0]), later[1])
