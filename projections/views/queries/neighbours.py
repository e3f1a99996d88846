"""Neighbours of things: what belongs to them, what refers to them, and structures of some things alone."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ledger.collector import uncollected
from ledger.names import AFFILIATION, IN_DOUBT, LIFE
from ledger.state.structure import Structure
from projections.views.file import ViewsFile
from projections.views.queries.rows import structure_of
from projections.views.schema import IDLE

# The rows that hold on a day as known at a position, by the index; each of the two is given twice.
_HOLDING = """SELECT r.id, r.kind, r.attribute, r.value, r.stated, r.set_by
    FROM spans s CROSS JOIN rows r ON r.row = s.row
    WHERE s.effective_from <= ? AND s.effective_last >= ? AND s.known_from <= ? AND s.known_last >= ?"""


def structure_among(file: ViewsFile, ids: Iterable[str], day: int, known: int) -> Structure:
    """Return the structure on a day as known at a position, of some things alone: those of them that live, or may."""
    rows = file.select(
        "SELECT r.id, r.kind, r.attribute, r.value, r.stated, r.set_by "
        "FROM json_each(?) j CROSS JOIN rows r ON r.id = j.value "
        f"WHERE effective_from <= ? AND effective_to > ? AND known_from <= ? AND known_to > ? AND NOT {IDLE}",
        (json.dumps(sorted(set(ids))), day, day, known, known),
    )
    return structure_of(day, list(rows))


def structure_of_kinds(file: ViewsFile, kinds: Iterable[str], day: int, known: int) -> Structure:
    """Return the structure on a day as known at a position, of the things of some kinds alone; maybe empty."""
    rows = file.select(
        f"{_HOLDING} AND r.kind IN (SELECT value FROM json_each(?))",
        (day, day, known, known, json.dumps(list(kinds))),
    )
    return structure_of(day, list(rows))


def homes_on(file: ViewsFile, day: int, known: int) -> Structure:
    """Return the structure on a day as known at a position, with so much of each thing as says where it belongs.

    That is its life, its title, the cluster of a segment and the segments of a mission.
    """
    rows = file.select(
        f"{_HOLDING} AND (r.attribute IN ('{LIFE}', '{IN_DOUBT}', 'title', 'cluster') "
        f"OR r.attribute GLOB '{AFFILIATION}*')",
        (day, day, known, known),
    )
    with uncollected():
        return structure_of(day, list(rows))


def parts_of(file: ViewsFile, ids: Iterable[str]) -> list[str]:
    """Return the ids that begin with one of some ids and a stroke, of whatever day and position, in order."""
    rows = file.select(
        "SELECT DISTINCT r.id FROM json_each(?) j "
        "CROSS JOIN rows r ON r.id > j.value || '/' AND r.id < j.value || '0' ORDER BY 1",  # 0 follows the stroke
        (json.dumps(sorted(set(ids))),),
    )
    return [str(id_) for (id_,) in rows]


def referring_to(file: ViewsFile, ids: Iterable[str], *attributes: str) -> list[str]:
    """Return the ids of the things that name one of some others in an attribute, on whatever day as known whenever."""
    rows = file.select(
        "SELECT DISTINCT r.by_id FROM json_each(?) j CROSS JOIN json_each(?) a "
        "CROSS JOIN referring r ON r.id = j.value AND r.attribute = a.value ORDER BY 1",
        (json.dumps(sorted(set(ids))), json.dumps(attributes)),
    )
    return [str(id_) for (id_,) in rows]
