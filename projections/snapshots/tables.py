"""A snapshot as plain tables: one a kind of thing, and one for each relation between things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ledger.events.commitments import is_commitment
from ledger.names import LIFE
from ledger.state.structure import ThingAt
from projections.snapshots.question import Snapshot
from projections.snapshots.relations import PAIRS, Cell, Line, Pairs
from projections.views.dossiers import Dossier
from projections.views.spool import Spool
from projections.views.values import as_json
from projections.withheld import told

Columns = tuple[tuple[str, str], ...]  # the name of each, and what it means


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


_ID = ("id", "The id, kept for life.")
_TITLE = ("title", "The title.")
_SINCE = ("since", "The date from which it is live, as stated; .. where it is not known.")
_CERTAINTY = ("certainty", "live; in-doubt where it may have ended by that day.")
_SECTORS = ("sectors", "Codes of the functions of government (COFOG), separated by spaces.")

_OF_KIND: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "cluster": (
        "clusters",
        (_ID, _TITLE, ("purpose", "What the cluster is for."), _SINCE, ("next_review_on", "When its review is due.")),
    ),
    "segment": (
        "segments",
        (_ID, ("cluster", "The cluster that it belongs to."), _TITLE, ("scope", "What it covers."), _SECTORS, _SINCE),
    ),
    "mission": (
        "missions",
        (
            _ID,
            _TITLE,
            ("statement", "What is to be achieved."),
            ("type", "The type of mission."),
            ("reach", "How far it reaches."),
            ("lead", "The body that leads it."),
            ("actors", "Who takes part, separated by semicolons."),
            ("horizon_on", "By when it is to be done."),
            ("status", "paused, or active after a pause or a new start; empty where it was never interrupted."),
            _SECTORS,
            _SINCE,
        ),
    ),
    "mandate": ("mandates", (_ID, ("text", "What must be achieved."), ("instrument", "By which instrument."), _SINCE)),
    "signal": (
        "signals",
        (
            _ID,
            ("kind", "need, trend or transformation."),
            ("description", "What was observed."),
            ("source", "Who observed it."),
            ("observed_on", "When."),
            ("concerns", "Ids of what it concerns, separated by spaces."),
            _SINCE,
        ),
    ),
    "objective": (
        "objectives",
        (
            _ID,
            ("mission", "The mission that it belongs to: the one that it was set for, unless it was moved."),
            ("indicator", "What is measured."),
            ("definition", "How it is defined."),
            ("definition_version", "The version of the definition in force."),
            ("unit", "The unit of its values."),
            ("direction", "up or down: where the target lies from the baseline."),
            ("baseline", "Where it began."),
            ("target", "Where it is to be."),
            ("due_on", "By when."),
            _SINCE,
        ),
    ),
    "recommendation": (
        "recommendations",
        (
            _ID,
            ("of", "The mission or cluster that was assessed."),
            ("text", "What is recommended."),
            ("owner", "Who is to act."),
            ("due_on", "By when it is to be answered."),
            ("answer", "accepted, rejected or implemented; empty where it is not answered."),
            ("note", "What the answer adds."),
            _SINCE,
        ),
    ),
}
_SEPARATORS = {"actors": "; "}


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
    names = [column for column, _ in columns]

    def lines(one: Dossier) -> Iterator[Line]:
        if one.thing.kind == kind:
            yield tuple(_cell(one.thing, column) for column in names)

    return Layout(name, f"Every {kind} that is live or may be.", columns, ("id",), lines)


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
    if isinstance(value, tuple):
        return _SEPARATORS.get(column, " ").join(value)
    return None if value is None else str(value)


def _pairs(name: str, title: str, columns: Columns, key: int, pairs: Pairs) -> Layout:
    def lines(one: Dossier) -> Iterator[Line]:
        return ((one.thing.id, *line) for line in pairs(one.thing))

    return Layout(name, title, columns, tuple(column for column, _ in columns[:key]), lines)


ATTRIBUTE_COLUMNS = (
    ("kind", "The kind of thing."),
    _ID,
    ("attribute", "The name of the attribute; of one of many, with its key after a colon."),
    ("value", "The value as JSON."),
    ("since", "The date from which it is so, as stated; .. where it is not known."),
    ("position", "The position in the ledger of the event that set it."),
    ("event", "The id of that event."),
    ("authority", "Who decided it."),
    ("reference", "The reference of the decision."),
)


def _attributes(one: Dossier) -> Iterator[Line]:
    """Yield every attribute of a thing, with the event and decision behind it."""
    for said in one.attributes:
        yield (
            one.thing.kind,
            one.thing.id,
            said["name"],
            as_json(said["value"]) if said["name"] != LIFE else "true",
            *(said[column] for column in ("stated", "position", "event", "authority", "reference")),
        )


ATTRIBUTES = Layout(
    "attributes",
    "Every attribute of every thing that is live or may be, with the event and the decision behind it.",
    ATTRIBUTE_COLUMNS,
    ("id", "attribute"),
    _attributes,
)
LAYOUTS = sorted(
    (
        *(_of_kind(kind, name, (*columns, _CERTAINTY)) for kind, (name, columns) in _OF_KIND.items()),
        *(_pairs(*pair) for pair in PAIRS),
        ATTRIBUTES,
    ),
    key=lambda layout: layout.name,
)

__all__ = ["ATTRIBUTES", "ATTRIBUTE_COLUMNS", "LAYOUTS", "Cell", "Layout", "Line", "SnapshotTable", "tables"]
