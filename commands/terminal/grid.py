"""A matrix for people: as a grid where it fits the width, and as blocks of words where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from commands.terminal.text import one_line
from commands.terminal.values import shown
from projections.answers.matrix import (
    LIVE,
    Cell,
    ClusterHead,
    ExpertiseRow,
    LastReview,
    MandateRow,
    Matrix,
    SegmentRow,
)

MARKS = {"full": "full", "partial": "part"}
DOUBT = "?"


def matrix_text(matrix: Matrix, width: int) -> str:
    """Return a matrix as text of lines no longer than `width` where the grid fits, else as blocks of words.

    What has nothing to show by itself stands together: clusters without a segment, below all others.
    """
    lines: list[str] = []
    bare: list[str] = []
    for cluster in matrix.clusters:
        segments = {one.segment.id: one.title for one in matrix.segments if one.segment.cluster == cluster.id}
        if segments:
            lines += [_headed(cluster), *_cluster(segments, matrix.cells, width), ""]
        else:
            bare.append(_headed(cluster))
    live = {one.id for one in matrix.clusters}
    stray = [one.segment.id for one in matrix.segments if one.segment.cluster not in live]
    for head, body in (
        ("Clusters without a segment", bare),
        ("Segments of no live cluster", stray),
        ("Missions without a segment", [one.mission.id for one in matrix.missions if not one.mission.segments]),
        ("Relations", list(_relations(matrix.segments))),
        ("Mandates", [line for one in matrix.mandates for line in _mandate(one)]),
        ("Expertise", [_expertise(one) for one in matrix.expertise]),
        ("Last reviews", list(_reviews(matrix.reviews))),
        ("In doubt (?): they may have ended by this day", list(_doubts(matrix))),
        ("Notices", [f"{one.severity}: {one.found} ({one.rule})" for one in matrix.notices]),
    ):
        if body:
            lines += [head, *(f"  {line}" for line in body), ""]
    return "\n".join(one_line(line) for line in lines[:-1]) + "\n" if lines else "There is no cluster.\n"


def _headed(cluster: ClusterHead) -> str:
    return f"{_marked(cluster.id, cluster.certainty)}: {cluster.title}"


def _cluster(segments: Mapping[str, str | None], cells: Sequence[Cell], width: int) -> Iterator[str]:
    extents: dict[str, dict[str, str]] = {id_: {} for id_ in segments}
    for cell in cells:
        if cell.segment in extents:
            extents[cell.segment][cell.mission] = _marked(MARKS[cell.extent], cell.certainty)
    missions = sorted({mission for row in extents.values() for mission in row})
    first = max(len(id_) for id_ in extents)
    if missions and 2 + first + sum(2 + max(4, len(mission)) for mission in missions) <= width:
        yield from _grid(extents, missions, first)
    else:
        yield from _blocks(extents, segments)


def _grid(extents: Mapping[str, Mapping[str, str]], missions: Sequence[str], first: int) -> Iterator[str]:
    rows = [("", missions), *((id_, [row.get(one, "-") for one in missions]) for id_, row in extents.items())]
    for head, cells in rows:
        padded = (cell.ljust(max(4, len(mission))) for cell, mission in zip(cells, missions, strict=True))
        yield "  ".join(["  " + head.ljust(first), *padded]).rstrip()


def _blocks(extents: Mapping[str, Mapping[str, str]], titles: Mapping[str, str | None]) -> Iterator[str]:
    for id_, row in extents.items():
        yield f"  {id_}: {titles[id_]}"
        for mark in (one for extent in MARKS.values() for one in (extent, extent + DOUBT)):
            missions = [mission for mission, extent in row.items() if extent == mark]
            if missions:
                yield f"    in {mark}: {', '.join(missions)}"
        if not row:
            yield "    no mission"


def _relations(segments: Sequence[SegmentRow]) -> Iterator[str]:
    for segment in segments:
        for one in segment.relations:
            note = f": {one.note}" if one.note is not None else ""
            yield f"{segment.segment.id} {one.relation or 'acts on'} {one.other}{note}"


def _mandate(row: MandateRow) -> Iterator[str]:
    yield _marked(row.mandate.id, row.certainty)
    yield f"  {row.mandate.text}"
    yield f"  segments: {shown(row.segments) or 'none'}"
    yield f"  carried out by: {shown(row.carried_out_by) or 'nobody'}"
    if row.in_doubt:
        yield f"  in doubt: {shown(row.in_doubt)}"
    if row.no_longer_live:
        yield f"  no longer live: {shown(row.no_longer_live)}"


def _marked(words: str, certainty: str) -> str:
    """Return what is said of something, marked where that is in doubt."""
    return words if certainty == LIVE else words + DOUBT


def _doubts(matrix: Matrix) -> Iterator[str]:
    """Yield what is in doubt, with the days on one of which it ended, and then the counts that rest on it."""
    doubted = [
        *((one.id, one.may_have_ended) for one in matrix.clusters),
        *((one.segment.id, one.segment.particulars.may_have_ended) for one in matrix.segments),
        *((one.mission.id, one.mission.particulars.may_have_ended) for one in matrix.missions),
        *((one.mandate.id, one.mandate.particulars.may_have_ended) for one in matrix.mandates),
    ]
    for id_, days in doubted:
        if days is not None:
            yield f"{id_}: ended on one of the days {days}"
    counts = {
        "segments": matrix.counts.segments,
        "missions": matrix.counts.missions,
        "affiliations": matrix.counts.cells,
    }
    if any(count.least < count.most for count in counts.values()):
        yield f"So there are {', '.join(f'{count.words} {name}' for name, count in counts.items())}."


def _expertise(row: ExpertiseRow) -> str:
    drawn = f"drawn on by {shown(row.drawn_by) or 'nobody'}"
    return f"{row.field} of {row.cluster}: {drawn}{'' if row.offered else ', and not offered'}"


def _reviews(reviews: Sequence[LastReview]) -> Iterator[str]:
    """Yield the reviews that were held or are due, then the names of what was never reviewed."""
    never = []
    for one in reviews:
        due = f" Next: {one.next_review_on}" if one.next_review_on else ""
        if one.reviewed_on is not None:
            decision = one.decision.reference if one.decision is not None else ""
            concluded = f": {one.review_conclusion}" if one.review_conclusion else ""
            yield f"{one.of}: {one.reviewed_on} ({decision}){concluded}{due}"
        elif due:
            yield f"{one.of}: never.{due}"
        else:
            never.append(one.of)
    if never:
        yield f"never reviewed: {', '.join(never)}"
