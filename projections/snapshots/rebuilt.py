"""A snapshot made anew from its own table of attributes alone: what all the rest of a copy must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from ledger.timeline import day_of
from projections.snapshots.copy import Copy, Group, groups, put_in_order
from projections.snapshots.leaves import value_of
from projections.snapshots.question import Snapshot, made_of
from projections.snapshots.tables import ATTRIBUTES
from projections.views.dossiers import Dossier, Fields, content_of, dossier

_SOURCE = {"stated": "since", "position": "position", "event": "event"}
_DECISION = ("authority", "reference")


class Disordered(Exception):
    """Lines that are not in order of id."""


class CopiedDossiers:
    """The dossiers that a copy's attributes come to; `Disordered` is raised where they are not in order of id."""

    def __init__(self, copy: Copy) -> None:
        self._path, self._copied = copy.path, copy.tables[ATTRIBUTES.name]

    def __iter__(self) -> Iterator[Dossier]:
        last = None
        for group in groups(self._path, ATTRIBUTES, self._copied):
            if last is not None and group.id <= last:
                raise Disordered
            last = group.id
            yield _dossier(self._copied.columns, group)


def rebuilt(copy: Copy) -> Snapshot:
    """Return the snapshot that a copy's attributes make, with the digest of it.

    Raises `KeyError`, `ValueError`, `TypeError` or `LedgerError` where they make none.
    """
    day_of(copy.context["effective"])
    if copy.document is not None:
        return _of_document(copy.document)
    try:
        return made_of(copy.context, CopiedDossiers(copy))
    except Disordered:
        sorted_ = put_in_order(copy.path, ATTRIBUTES, copy.tables[ATTRIBUTES.name])
        return made_of(copy.context, CopiedDossiers(copy._replace(tables=copy.tables | {ATTRIBUTES.name: sorted_})))


def _of_document(document: Fields) -> Snapshot:
    """Return the snapshot of a JSON document; its digest is of the things as they stand there."""
    things = document["things"]
    found = {thing["id"]: dossier(thing["kind"], thing["id"], thing["attributes"]) for thing in things}
    content = content_of(document["context"], things)
    return Snapshot(document["context"], [found[id_] for id_ in sorted(found)], content.things, content.sha256)


def _dossier(columns: tuple[str, ...], group: Group) -> Dossier:
    id_, found = group
    lines: list[Fields] = [dict(zip(columns, line, strict=False)) for line in found]
    lines.sort(key=itemgetter("attribute"))
    (kind,) = {line["kind"] for line in lines}
    attributes = [_attribute(name, list(parts)) for name, parts in groupby(lines, itemgetter("attribute"))]
    return dossier(kind, id_, attributes)


def _attribute(name: str, lines: list[Fields]) -> Fields:
    """Return an attribute from its lines, one for each part of its value; of its source, the first says all."""
    parts = {line["place"]: (line["type"], line["value"]) for line in lines}
    source = {ours: lines[0][column] for ours, column in _SOURCE.items()}
    decision = {column: lines[0][column] for column in _DECISION}
    return {"name": name, "value": value_of(parts), **source, "position": int(lines[0]["position"]), **decision}
