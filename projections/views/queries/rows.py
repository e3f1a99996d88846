"""Rows of the views: the values that an attribute held, and structures made of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.views.values import from_json


class HistoryRow(NamedTuple):
    """A value that an attribute held on some days, as known at some positions; both spans are half-open."""

    kind: str
    id: str
    attribute: str
    value: Any
    stated: str
    effective_from: int
    effective_to: int
    known_from: int
    known_to: int
    set_by: int
    ended_by: int


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest while much is built that holds no cycles: it would walk all of it again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def structure_of(day: int, found: list[tuple[str, str, str, str, str, int]]) -> Structure:
    things: dict[str, tuple[str, dict[str, Held]]] = {}
    values = from_json([row[3] for row in found])
    days: dict[str, int] = {}
    for (id_, kind, attribute, _, stated, set_by), value in zip(found, values, strict=True):
        start = days.get(stated)
        if start is None:
            start = days[stated] = day_of(stated)
        thing = things.get(id_)
        if thing is None:
            thing = things[id_] = (kind, {})
        thing[1][attribute] = Held(value, set_by, start, stated)
    live = {id_: found for id_, found in things.items() if LIFE in found[1] or IN_DOUBT in found[1]}
    return Structure.of_days(  # others were only judged
        day, {id_: ThingAt(kind, id_, dict(sorted(held.items()))) for id_, (kind, held) in live.items()}
    )
