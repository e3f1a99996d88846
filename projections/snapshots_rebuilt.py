"""A snapshot made anew from its own table of attributes alone: what all the rest of a copy must agree with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ledger.events.canonical import digest
from ledger.state.effects import IN_DOUBT, LIFE
from ledger.state.structure import Held, Structure, ThingAt
from ledger.timeline import day_of
from projections.snapshots import Snapshot
from projections.snapshots_copy import Copied, Copy, Fields, is_whole

ATTRIBUTES = "attributes"  # the table that holds everything
_SOURCE = {
    "since": "stated",
    "position": "position",
    "event": "event",
    "authority": "authority",
    "reference": "reference",
}


def rebuilt(copy: Copy) -> Snapshot:
    """Return the snapshot that a copy's attributes make, with the digest of it.

    Raises `KeyError`, `ValueError`, `TypeError` or `LedgerError` where they make none.
    """
    document = copy.document
    things = _things(copy.tables[ATTRIBUTES]) if document is None else document["things"]
    live = {thing["id"]: _live(thing) for thing in things}
    structure = Structure.of_days(day_of(copy.context["effective"]), live)
    about = copy.context if document is None else document["context"]
    return Snapshot(about, things, structure, digest({"context": about, "things": things}))


def _things(copied: Copied) -> list[Fields]:
    """Return the things that lines of attributes speak of, in order of id, whatever order the lines are in."""
    lines: list[Fields] = [dict(zip(copied.columns, line, strict=False)) for line in copied.lines]
    lines.sort(key=lambda line: (line["id"], line["attribute"]))
    return [
        _thing(kind, id_, list(said)) for (kind, id_), said in groupby(lines, lambda line: (line["kind"], line["id"]))
    ]


def _thing(kind: str, id_: str, lines: Sequence[Fields]) -> Fields:
    return {"kind": kind, "id": id_, "attributes": [_attribute(line) for line in lines]}


def _attribute(line: Fields) -> Fields:
    source = {name: int(line[column]) if is_whole(column) else line[column] for column, name in _SOURCE.items()}
    return {"name": line["attribute"], "value": json.loads(line["value"]), **source}


def _live(thing: Fields) -> ThingAt:
    held = {said["name"]: _held(said) for said in thing["attributes"]}
    if LIFE not in held and IN_DOUBT not in held:
        raise KeyError(LIFE)
    return ThingAt(thing["kind"], thing["id"], held)


def _held(said: Fields) -> Held:
    value: Any = said["value"]
    return Held(
        tuple(value) if isinstance(value, list) else value, said["position"], day_of(said["stated"]), said["stated"]
    )
