"""Suppositions: structure, matrix and notices of one day, before and after decisions that are not recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ledger.application import Trial
from ledger.rules import flagged
from ledger.rules.notice import Notice
from ledger.state.day import structure_of_things
from ledger.state.structure import Structure
from ledger.timeline import iso
from projections.answers.notices import settings_of
from projections.answers.structure import shown
from projections.differences.structures import AttributeChange, between
from projections.fields import fields
from projections.withheld import Names, unnamed

Fields = dict[str, Any]


def supposed(trial: Trial, before: Structure) -> Structure:
    """Return the structure on the day of `before` after all that a trial supposes.

    What the trial has not read is as before; `before` is what the views say of the same day.
    """
    own = {thing.id: thing for thing in trial.things()}
    live = structure_of_things(before.day, own.values()).things
    kept = {id_: thing for id_, thing in before.things.items() if id_ not in own}
    return Structure(before.day, dict(sorted({**kept, **live}.items())))


class Supposition(NamedTuple):
    """A day before and after decisions that are not recorded; structures and notices are as JSON has them."""

    effective: str | None
    differences: tuple[AttributeChange, ...]
    before: Fields
    after: Fields
    notices_gone: list[Fields]
    notices_new: list[Fields]


def compared(before: Structure, after: Structure, names: Names = unnamed) -> Supposition:
    """Return both structures whole with their matrix and notices, what differs, and the notices gone and new.

    Notices are those of the structure; what a decision by itself gives rise to is in its plan.
    """
    old, new = _notices(before), _notices(after)
    gone = (notice for notice in old if _said(notice) not in map(_said, new))
    added = (notice for notice in new if _said(notice) not in map(_said, old))
    return Supposition(
        iso(before.day),
        tuple(between(before, after)),
        {**fields(shown(before, names)), "matrix": _matrix(before), "notices": _fields(old)},
        {**fields(shown(after, names)), "matrix": _matrix(after), "notices": _fields(new)},
        _fields(gone),
        _fields(added),
    )


def _notices(structure: Structure) -> list[Notice]:
    return flagged.notices(flagged.Situation(structure, (), settings_of(structure)))


def _said(notice: Notice) -> tuple[str, str, str]:
    return notice.rule, notice.id, notice.found


def _fields(notices: Iterable[Notice]) -> list[Fields]:
    return [{"rule": one.rule, "severity": one.severity, "id": one.id, "message": one.message} for one in notices]


def _matrix(structure: Structure) -> dict[str, dict[str, dict[str, str]]]:
    """Return, for each cluster with segments, the missions of each segment with their extent."""
    return {
        cluster: {segment: structure.missions_of.get(segment, {}) for segment in segments}
        for cluster, segments in sorted(structure.segments_of.items())
    }
