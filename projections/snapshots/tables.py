"""A snapshot as plain tables: one a kind of thing, and one for each relation between things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ledger.events.commitments import is_commitment
from ledger.names import LIFE
from ledger.state.structure import ThingAt
from projections.snapshots.columns import Cell, Column, Line, dated, days, names
from projections.snapshots.leaves import leaves, type_of
from projections.snapshots.question import Snapshot
from projections.snapshots.relations import PAIRS, RelationTable
from projections.views.dossiers import Dossier, Fields
from projections.views.spool import Spool
from projections.withheld import told

Columns = tuple[Column, ...]


class Layout(NamedTuple):
    """How a table is made: its columns, those that tell one line from another, and the lines that one thing has in it.

    The first column of the key is the id of the thing.
    """

    name: str
    title: str
    columns: Columns
    key: tuple[str, ...]
    lines: Callable[[Dossier], Iterator[Line]]


class SnapshotTable(NamedTuple):
    """A table: what its layout says, and its lines in order, which can be read again."""

    name: str
    title: str
    columns: Columns
    key: tuple[str, ...]
    lines: Iterable[Line]


_ID = Column("id", "The id, kept for life.")
_TITLE = Column("title", "The title.")
_SINCE = dated("since", "The date from which it is live; .. where it is not known.")
_CERTAINTY = Column("certainty", "live; in-doubt where it may have ended by that day.")

_OF_KIND: dict[str, tuple[str, Columns]] = {
    "cluster": (
        "clusters",
        (
            _ID,
            _TITLE,
            Column("purpose", "What the cluster is for."),
            *_SINCE,
            *dated("next_review_on", "When its review is due."),
        ),
    ),
    "segment": (
        "segments",
        (
            _ID,
            Column("cluster", "The cluster that it belongs to."),
            _TITLE,
            Column("scope", "What it covers."),
            *_SINCE,
        ),
    ),
    "mission": (
        "missions",
        (
            _ID,
            _TITLE,
            Column("statement", "What is to be achieved."),
            Column("type", "The type of mission."),
            Column("reach", "How far it reaches."),
            Column("lead", "The body that leads it."),
            *dated("horizon_on", "By when it is to be done."),
            Column("status", "paused, or active after a pause or a new start; empty where it was never interrupted."),
            *_SINCE,
        ),
    ),
    "mandate": (
        "mandates",
        (_ID, Column("text", "What must be achieved."), Column("instrument", "By which instrument."), *_SINCE),
    ),
    "signal": (
        "signals",
        (
            _ID,
            Column("kind", "need, trend or transformation."),
            Column("description", "What was observed."),
            Column("source", "Who observed it."),
            *dated("observed_on", "When."),
            *_SINCE,
        ),
    ),
    "objective": (
        "objectives",
        (
            _ID,
            Column("mission", "The mission that it belongs to: the one that it was set for, unless it was moved."),
            Column("indicator", "What is measured."),
            Column("definition", "How it is defined."),
            Column("definition_version", "The version of the definition in force.", "whole"),
            Column("unit", "The unit of its values."),
            Column("direction", "up or down: where the target lies from the baseline."),
            Column("baseline", "Where it began.", "number"),
            Column("target", "Where it is to be.", "number"),
            *dated("due_on", "By when."),
            *_SINCE,
        ),
    ),
    "recommendation": (
        "recommendations",
        (
            _ID,
            Column("of", "The mission or cluster that was assessed."),
            Column("text", "What is recommended."),
            Column("owner", "Who is to act."),
            *dated("due_on", "By when it is to be answered."),
            Column("answer", "accepted, rejected or implemented; empty where it is not answered."),
            Column("note", "What the answer adds."),
            *_SINCE,
        ),
    ),
}


def tables(found: Snapshot) -> list[SnapshotTable]:
    """Return a snapshot as tables, in order of name; a table without lines is there with its columns."""
    spools: list[Spool[Line]] = [Spool() for _ in LAYOUTS]
    for one in found.dossiers:
        for layout, spool in zip(LAYOUTS, spools, strict=True):
            for line in layout.lines(one):
                spool.add(line)
    return [
        SnapshotTable(layout.name, layout.title, layout.columns, layout.key, spool)
        for layout, spool in zip(LAYOUTS, spools, strict=True)
    ]


def _of_kind(kind: str, name: str, columns: Columns) -> Layout:
    def lines(one: Dossier) -> Iterator[Line]:
        if one.thing.kind == kind:
            yield tuple(_cells(one.thing, columns))

    return Layout(name, f"Every {kind} that is live or may be.", columns, ("id",), lines)


def _cells(thing: ThingAt, columns: Columns) -> Iterator[Cell]:
    for column in columns:
        base, _, end = column.name.rpartition("_")
        if column.type == "date":
            stated = _cell(thing, base)
            yield None if stated is None else days(str(stated))[end == "last"]
        else:
            yield _cell(thing, column.name)


def _cell(thing: ThingAt, column: str) -> Cell:
    if column == "id":
        return thing.id
    if column == "certainty":
        return "live" if thing.may_have_ended is None else "in-doubt"
    if column == "since":
        return thing.since.stated
    if (thing.kind, column) == ("objective", "mission"):
        return str(thing.get("mission") or thing.id.partition("/")[0])
    value = told(thing.get(column)) if is_commitment(thing.get(column)) else thing.get(column)
    return value if value is None or isinstance(value, int) else str(value)


def _related(table: RelationTable) -> Layout:
    def lines(one: Dossier) -> Iterator[Line]:
        return ((one.thing.id, *line) for line in table.pairs(one.thing))

    return Layout(table.name, table.title, table.columns, names(table.columns[: table.key]), lines)


_VALUE, *_VALUE_DAYS = dated("value", "The value at that place; empty for an object and a list.")
ATTRIBUTE_COLUMNS: Columns = (
    Column("kind", "The kind of thing."),
    _ID,
    Column("attribute", "The name of the attribute; of one of many, with its key after a colon."),
    Column("place", "Which part of the value (JSON Pointer, RFC 6901); empty for the whole of it."),
    Column("type", "text, number, whole, date, boolean, object or list: what stands at that place."),
    _VALUE,
    Column("number", "The value, where it is a number.", "number"),
    *_VALUE_DAYS,
    *dated("since", "The date from which it is so; .. where it is not known."),
    Column("position", "The position in the ledger of the event that set it.", "whole"),
    Column("event", "The id of that event."),
    Column("authority", "Who decided it."),
    Column("reference", "The reference of the decision."),
)


def attribute_lines(kind: str, id_: str, said: Fields) -> Iterator[Line]:
    """Yield the lines of one attribute: one for its value, and one for each part of it."""
    name, since = said["name"], said["stated"]
    source = (since, *days(since), *(said[column] for column in ("position", "event", "authority", "reference")))
    for leaf in leaves(said["value"] if name != LIFE else True):
        type_ = type_of(name, leaf)
        number = leaf.value if type_ in ("number", "whole") else None
        bounds = days(str(leaf.value)) if type_ == "date" else (None, None)
        yield kind, id_, name, leaf.place, type_, leaf.value, number, *bounds, *source


def _attributes(one: Dossier) -> Iterator[Line]:
    """Yield every attribute of a thing, with the event and decision behind it."""
    for said in one.attributes:
        yield from attribute_lines(one.thing.kind, one.thing.id, said)


ATTRIBUTES = Layout(
    "attributes",
    "Every attribute of every thing that is live or may be, with the event and the decision behind it.",
    ATTRIBUTE_COLUMNS,
    ("id", "attribute", "place"),
    _attributes,
)
LAYOUTS = sorted(
    (
        *(_of_kind(kind, name, (*columns, _CERTAINTY)) for kind, (name, columns) in _OF_KIND.items()),
        *(_related(table) for table in PAIRS),
        ATTRIBUTES,
    ),
    key=lambda layout: layout.name,
)
