"""Suppositions: structure, matrix and notices of one day, before and after decisions that are not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.application import Trial
from ledger.rules import flagged
from ledger.rules.notice import Notice
from ledger.state.day import structure_of_things
from ledger.state.structure import Structure
from ledger.timeline import iso
from projections.answers.notices import settings_of
from projections.answers.structure import StructureShown, shown
from projections.differences.structures import AttributeChange, between
from projections.fields import INLINE
from projections.withheld import Names, unnamed

Matrices = Mapping[str, Mapping[str, Mapping[str, str]]]  # of a cluster: by segment, its missions with their extent


def supposed(trial: Trial, before: Structure) -> Structure:
    """Return the structure on the day of `before` after all that a trial supposes.

    What the trial has not read is as before; `before` is what the views say of the same day.
    """
    own = {thing.id: thing for thing in trial.things()}
    live = structure_of_things(before.day, own.values()).things
    kept = {id_: thing for id_, thing in before.things.items() if id_ not in own}
    return Structure(before.day, dict(sorted({**kept, **live}.items())))


class SupposedNotice(NamedTuple):
    """A notice of a structure."""

    rule: str
    severity: str
    id: str
    message: str


@dataclass(frozen=True)
class SupposedStructure:
    """A structure whole, with the missions of each segment and the notices that it gives rise to."""

    structure: StructureShown = field(metadata=INLINE)
    matrix: Matrices
    notices: list[SupposedNotice]


class Supposition(NamedTuple):
    """A day before and after decisions that are not recorded."""

    effective: str | None
    differences: tuple[AttributeChange, ...]
    before: SupposedStructure
    after: SupposedStructure
    notices_gone: list[SupposedNotice]
    notices_new: list[SupposedNotice]


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
        SupposedStructure(shown(before, names), _matrix(before), _shown(old)),
        SupposedStructure(shown(after, names), _matrix(after), _shown(new)),
        _shown(gone),
        _shown(added),
    )


def _notices(structure: Structure) -> list[Notice]:
    return flagged.notices(flagged.Situation(structure, (), settings_of(structure)))


def _said(notice: Notice) -> tuple[str, str, str]:
    return notice.rule, notice.id, notice.found


def _shown(notices: Iterable[Notice]) -> list[SupposedNotice]:
    return [SupposedNotice(one.rule, one.severity, one.id, one.message) for one in notices]


def _matrix(structure: Structure) -> Matrices:
    """Return, for each cluster with segments, the missions of each segment with their extent."""
    return {
        cluster: {segment: structure.missions_of.get(segment, {}) for segment in segments}
        for cluster, segments in sorted(structure.segments_of.items())
    }
