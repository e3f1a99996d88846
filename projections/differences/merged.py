"""Two structures side by side, thing by thing in order of id: however large they are, a few things are in memory."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

from ledger.names import LIFE
from ledger.state.structure import ThingAt
from projections.differences.explained import Point, renewed_thing
from projections.differences.structures import AttributeChange, compared
from projections.views.dossiers import SourcedRows
from projections.views.read_model import Views

Pair = tuple[ThingAt | None, ThingAt | None]  # a thing at two points; None: it is not there


def pairs(views: Views, first: Point, second: Point) -> Iterator[Pair]:
    """Yield what is there at either point, as it is at both, in order of id; what may have ended is there."""
    before, after = (SourcedRows(views.sourced(*point)) for point in (first, second))
    ordered = merge(
        ((one.thing.id, 0, one.thing) for one in before),
        ((one.thing.id, 1, one.thing) for one in after),
        key=itemgetter(0, 1),
    )
    for _, group in groupby(ordered, itemgetter(0)):
        there = {place: thing for _, place, thing in group}
        yield there.get(0), there.get(1)


def changes(views: Views, first: Point, second: Point) -> Iterator[AttributeChange]:
    """Yield what turns the structure at one point into that at the other, in order of id, as `differences` finds it."""
    for old, new in pairs(views, first, second):
        yield from compared(old, new)
        if old is not None and new is not None and LIFE in old.attributes and LIFE in new.attributes:
            yield from renewed_thing(views, old, new, first, second)
