"""The matrix: segments by missions, with relations, mandates, expertise, gaps and the last review."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from ledger.errors import InputError, harmless
from ledger.names import GOVERNMENT, IN_DOUBT
from ledger.rules import flagged
from ledger.rules.notice import Notice
from ledger.state.structure import Structure, ThingAt
from projections.answers.counts import Count
from projections.answers.notices import notice_fields, settings_of
from projections.answers.structure import mission_fields, thing_fields
from projections.answers.why import thing_on
from projections.views.queries.events import Places
from projections.views.queries.rows import uncollected
from projections.views.read_model import Views
from projections.withheld import Names, unnamed

Fields = dict[str, Any]
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


def matrix(views: Views, day: int, known: int, cluster: str | None = None, names: Names = unnamed) -> Fields:
    """Return the matrix of a cluster, or of the whole government, on `day` as known at position `known`.

    `segments`, `missions` (without a cluster also those of no segment), `cells` (one for each affiliation, with its
    event and decision), `mandates` with the live missions that carry them out, `expertise` with who draws on it,
    `reviews` (the last of each cluster and of the government) and the `notices` of all that. What may have ended by
    then is among them, its `certainty` being `in-doubt`; `counts` give both ends. Lists are empty where there is
    nothing. Raises `InputError` for what is no live cluster.
    """
    with uncollected():
        # By a function of its own: the structure is gone before the collector walks what is left.
        return _fields(views, day, known, cluster, names)


def _fields(views: Views, day: int, known: int, cluster: str | None, names: Names) -> Fields:
    structure = views.structure(day, known)
    if cluster is not None:
        found = thing_on(views, structure, cluster, known)
        if found.kind != "cluster":
            raise InputError(f'"{harmless(cluster)}" is a {found.kind}; a matrix is that of a cluster.')
    return _Matrix(views, structure, cluster, names).fields()


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

    def fields(self) -> Fields:
        """Return the whole answer."""
        cells = list(self._cells())
        return {
            "cluster": self._cluster,
            "counts": self._counts(cells),
            "clusters": [self._head(one) for one in self._clusters],
            "segments": [self._segment(one) for one in self._segments],
            "missions": [self._mission(one) for one in self._missions],
            "cells": cells,
            "mandates": [self._mandate(one) for one in self._mandates],
            "expertise": list(self._expertise()),
            "reviews": list(self._reviews()),
            "notices": notice_fields(self._views, self._notices()),
        }

    def _counts(self, cells: Sequence[Fields]) -> Fields:
        """Return how many segments, missions and affiliations there surely are, and how many there may be.

        Of one cluster, a mission is counted as sure for a segment that is.
        """
        sure = [cell for cell in cells if cell["certainty"] == LIVE]
        tied = {cell["mission"] for cell in sure}
        missions = [one.id for one in self._missions if self._cluster is None or one.id in tied]
        return {
            "segments": Count(len(self._sure(one.id for one in self._segments)), len(self._segments)).fields(),
            "missions": Count(len(self._sure(missions)), len(self._missions)).fields(),
            "cells": Count(len(sure), len(cells)).fields(),
        }

    def _head(self, cluster: ThingAt) -> Fields:
        doubt = {} if cluster.may_have_ended is None else {"may_have_ended": cluster.may_have_ended}
        return {"id": cluster.id, "title": cluster.get("title"), **self._certainty(cluster.id), **doubt}

    def _sure(self, ids: Iterable[str]) -> list[str]:
        return [id_ for id_ in ids if id_ in self._structure.things]

    def _certainty(self, *ids: str) -> Fields:
        """Return whether all of these are surely live."""
        return {"certainty": LIVE if len(self._sure(ids)) == len(ids) else IN_DOUBT}

    def _set_by(self) -> Iterator[int]:
        """Yield the positions of the events that set affiliations, which are as many as the cells."""
        for mission in self._missions:
            yield from (held.set_by for name, held in mission.attributes.items() if name.startswith("segments:"))

    def _segment(self, segment: ThingAt) -> Fields:
        fields: Fields = {"title": None, "scope": None, "sectors": [], "relations": []}
        fields |= thing_fields(segment, self._names) | self._certainty(segment.id)
        return fields | {"acted_on_by": self._acting.get(segment.id, [])}

    @cached_property
    def _acting(self) -> dict[str, list[Fields]]:
        """The segments that act on a segment, in order of id; without those on which none acts."""
        found: dict[str, list[Fields]] = {}
        for other in self._structure.of_kind("segment"):
            for id_, said in other.keyed("relations").items():
                found.setdefault(id_, []).append({"other": other.id, **said})
        return found

    def _mission(self, mission: ThingAt) -> Fields:
        fields = mission_fields(self._structure, mission, self._names) | self._certainty(mission.id)
        return {"lead": None, "status": "active", "draws": []} | fields

    def _cells(self) -> Iterator[Fields]:
        rows = {one.id for one in self._segments}
        for mission in self._missions:
            for segment, extent in mission.keyed("segments").items():
                if segment in rows:
                    said = {"segment": segment, "mission": mission.id, "extent": extent}
                    yield said | self._certainty(segment, mission.id) | self._behind(mission, f"segments:{segment}")

    def _behind(self, thing: ThingAt, attribute: str) -> Fields:
        """Return since when an attribute is as it is, and the event and decision that set it."""
        held = thing.attributes[attribute]
        at = self._places.at(held.set_by)
        decision = {"authority": at.authority, "reference": at.reference}
        return {"since": held.stated, "event": at.id, "decision": decision}

    def _mandate(self, mandate: ThingAt) -> Fields:
        fields: Fields = {"instrument": None, "segments": [], "missions": []} | thing_fields(mandate, self._names)
        laid_on = (*fields["segments"], *fields["missions"])
        return fields | {
            "carried_out_by": self._sure(fields["missions"]),
            "in_doubt": [one for one in laid_on if one in self._structure.in_doubt],
            "no_longer_live": [one for one in laid_on if one not in self._structure.possible],
            **self._certainty(mandate.id),
        }

    def _expertise(self) -> Iterator[Fields]:
        """Yield the fields of expertise that are offered or drawn on, each with the missions that draw on it.

        For one cluster: those that it offers, and those that its missions draw on.
        """
        offered = {(one.id, field) for one in self._structure.of_kind("cluster") for field in one.keyed("expertise")}
        drawn: dict[tuple[str, str], list[str]] = {}
        for mission in self._structure.of_kind("mission"):
            for key in mission.keyed("draws"):
                owner, _, field = key.partition("/")
                drawn.setdefault((owner, field), []).append(mission.id)
        own = {one.id for one in self._missions}
        for owner, field in sorted({*offered, *drawn}):
            by = drawn.get((owner, field), [])
            if self._cluster in (None, owner) or own & set(by):
                yield {"cluster": owner, "field": field, "offered": (owner, field) in offered, "drawn_by": by}

    def _reviews(self) -> Iterator[Fields]:
        government = self._structure.get(GOVERNMENT)
        for thing in (*self._clusters, *((government,) if government else ())):
            fields = {name: thing.get(name) for name in ("reviewed_on", "review_conclusion", "next_review_on")}
            behind = self._behind(thing, "reviewed_on") if fields["reviewed_on"] else {"event": None, "decision": None}
            yield {"of": thing.id, **fields, "event": behind["event"], "decision": behind["decision"]}

    def _notices(self) -> Iterable[Notice]:
        """Return what the rules say of the things in this matrix."""
        things = (*self._segments, *self._missions, *self._mandates, *self._clusters)
        ids = {one.id for one in things} | {GOVERNMENT}
        question = flagged.Situation(self._structure, (), settings_of(self._structure))
        return [one for one in flagged.notices_of(question, RULES) if one.id in ids]
