"""A matrix for people: as a grid where it fits the width, and as lists where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commands.terminal.text import one_line
from commands.terminal.values import shown
from projections.answers.counts import Count

Fields = Mapping[str, Any]
MARKS = {"full": "full", "partial": "part"}
DOUBT = "?"
_NOUNS = {"cells": "affiliations"}


def matrix_text(found: Fields, width: int) -> str:
    """Return a matrix as text of lines no longer than `width` where the grid fits, else as lists."""
    lines: list[str] = []
    for cluster in found["clusters"]:
        segments = [one for one in found["segments"] if one.get("cluster") == cluster["id"]]
        lines += [*_cluster(cluster, segments, found["cells"], width), ""]
    stray = {one["id"] for one in found["clusters"]}
    for head, body in (
        ("Segments of no live cluster", [one["id"] for one in found["segments"] if one.get("cluster") not in stray]),
        ("Missions without a segment", [one["id"] for one in found["missions"] if not one["segments"]]),
        ("Relations", list(_relations(found["segments"]))),
        ("Mandates", [_mandate(one) for one in found["mandates"]]),
        ("Expertise", [_expertise(one) for one in found["expertise"]]),
        ("Last reviews", list(_reviews(found["reviews"]))),
        ("In doubt (?): they may have ended by this day", list(_doubts(found))),
        ("Notices", [f"{one['severity']}: {one['found']} ({one['rule']})" for one in found["notices"]]),
    ):
        if body:
            lines += [head, *(f"  {line}" for line in body), ""]
    return "\n".join(one_line(line) for line in lines[:-1]) + "\n" if lines else "There is no cluster.\n"


def _cluster(cluster: Fields, segments: Sequence[Fields], cells: Sequence[Fields], width: int) -> Iterator[str]:
    yield f"{_mark(cluster['id'], cluster)}: {cluster['title']}"
    if not segments:
        yield "  It has no segment."
        return
    extents: dict[str, dict[str, str]] = {one["id"]: {} for one in segments}
    for cell in cells:
        if cell["segment"] in extents:
            extents[cell["segment"]][cell["mission"]] = _mark(MARKS[cell["extent"]], cell)
    missions = sorted({mission for row in extents.values() for mission in row})
    first = max(len(id_) for id_ in extents)
    if missions and 2 + first + sum(2 + max(4, len(mission)) for mission in missions) <= width:
        yield from _grid(extents, missions, first)
    else:
        yield from _lists(extents)


def _grid(extents: Mapping[str, Mapping[str, str]], missions: Sequence[str], first: int) -> Iterator[str]:
    rows = [("", missions), *((id_, [row.get(one, "-") for one in missions]) for id_, row in extents.items())]
    for head, cells in rows:
        padded = (cell.ljust(max(4, len(mission))) for cell, mission in zip(cells, missions, strict=True))
        yield "  ".join(["  " + head.ljust(first), *padded]).rstrip()


def _lists(extents: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for id_, row in extents.items():
        yield f"  {id_}" + ("" if row else ": no mission")
        for mark in (one for extent in MARKS.values() for one in (extent, extent + DOUBT)):
            missions = [mission for mission, extent in row.items() if extent == mark]
            if missions:
                yield f"    {mark}: {', '.join(missions)}"


def _relations(segments: Sequence[Fields]) -> Iterator[str]:
    for segment in segments:
        for one in segment["relations"]:
            said = f": {one['note']}" if "note" in one else ""
            yield f"{segment['id']} {one.get('relation', 'acts on')} {one['other']}{said}"


def _mandate(mandate: Fields) -> str:
    by = shown(mandate["carried_out_by"]) or "nobody"
    gone = f"; no longer live: {shown(mandate['no_longer_live'])}" if mandate["no_longer_live"] else ""
    maybe = f"; in doubt: {shown(mandate['in_doubt'])}" if mandate["in_doubt"] else ""
    laid = shown(mandate["segments"]) or "none"
    return f"{_mark(mandate['id'], mandate)}: {mandate['text']} (segments: {laid}; carried out by {by}{maybe}{gone})"


def _mark(said: str, one: Fields) -> str:
    """Return what is said of something, marked where that is in doubt."""
    return said + DOUBT if one["certainty"] != "live" else said


def _doubts(found: Fields) -> Iterator[str]:
    """Yield what is in doubt, with the days on one of which it ended, and then the counts that rest on it."""
    for one in (*found["clusters"], *found["segments"], *found["missions"], *found["mandates"]):
        if "may_have_ended" in one:
            yield f"{one['id']}: ended on one of the days {one['may_have_ended']}"
    counts = {name: Count(**count) for name, count in found["counts"].items()}
    if any(count.least < count.most for count in counts.values()):
        told = (f"{count.words} {_NOUNS.get(name, name)}" for name, count in counts.items())
        yield f"So there are {', '.join(told)}."


def _expertise(one: Fields) -> str:
    by = shown(one["drawn_by"])
    said = f"drawn on by {by}" if by else "drawn on by nobody"
    return f"{one['field']} of {one['cluster']}: {said}{'' if one['offered'] else ', and not offered'}"


def _reviews(reviews: Sequence[Fields]) -> Iterator[str]:
    """Yield the reviews that were held or are due, then the names of what was never reviewed."""
    never = []
    for one in reviews:
        due = f" Next: {one['next_review_on']}" if one["next_review_on"] else ""
        if one["reviewed_on"] is not None:
            concluded = f": {one['review_conclusion']}" if one["review_conclusion"] else ""
            yield f"{one['of']}: {one['reviewed_on']} ({one['decision']['reference']}){concluded}{due}"
        elif due:
            yield f"{one['of']}: never.{due}"
        else:
            never.append(one["of"])
    if never:
        yield f"never reviewed: {', '.join(never)}"
