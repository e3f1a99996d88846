"""A snapshot as plain tables: one a kind of thing, and one for each relation between things."""

from __future__ import annotations

from typing import NamedTuple

from ledger.state.effects import LIFE
from ledger.state.structure import Structure, ThingAt
from projections.snapshots import Snapshot
from projections.tables_pairs import PAIRS, Cell, Line, Pairs
from projections.values import as_json


class Table(NamedTuple):
    """A table: its columns with what they mean, the columns that tell one line from another, its lines in order."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    lines: list[Line]


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


def tables(found: Snapshot) -> list[Table]:
    """Return a snapshot as tables, in order of name; a table without lines is there with its columns."""
    structure = found.structure
    made = [_of_kind(structure, kind, name, (*columns, _CERTAINTY)) for kind, (name, columns) in _OF_KIND.items()]
    made += [_pairs(structure, *pair) for pair in PAIRS]
    return sorted([*made, _attributes(found)], key=lambda table: table.name)


def _of_kind(structure: Structure, kind: str, name: str, columns: tuple[tuple[str, str], ...]) -> Table:
    lines = [
        tuple(_cell(thing, column) for column, _ in columns)
        for thing in structure.possible.values()
        if thing.kind == kind
    ]
    return Table(name, f"Every {kind} that is live or may be.", columns, ("id",), lines)


def _cell(thing: ThingAt, column: str) -> Cell:
    if column == "id":
        return thing.id
    if column == "certainty":
        return "live" if thing.may_have_ended is None else "in-doubt"
    if column == "since":
        return thing.since.stated
    if (thing.kind, column) == ("objective", "mission"):
        return str(thing.get("mission") or thing.id.partition("/")[0])
    value = thing.get(column)
    if isinstance(value, tuple):
        return _SEPARATORS.get(column, " ").join(value)
    return None if value is None else str(value)


def _pairs(
    structure: Structure, name: str, title: str, columns: tuple[tuple[str, str], ...], key: int, pairs: Pairs
) -> Table:
    lines = [(thing.id, *line) for thing in structure.possible.values() for line in pairs(thing)]
    return Table(name, title, columns, tuple(column for column, _ in columns[:key]), lines)


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


def _attributes(found: Snapshot) -> Table:
    """Return the table of every attribute of what is live or may be, with the event and decision behind it."""
    lines: list[Line] = [
        (
            thing["kind"],
            thing["id"],
            said["name"],
            as_json(said["value"]) if said["name"] != LIFE else "true",
            *(said[column] for column in ("stated", "position", "event", "authority", "reference")),
        )
        for thing in found.things
        for said in thing["attributes"]
    ]
    title = "Every attribute of every thing that is live or may be, with the event and the decision behind it."
    return Table("attributes", title, ATTRIBUTE_COLUMNS, ("id", "attribute"), lines)


__all__ = ["ATTRIBUTE_COLUMNS", "Cell", "Line", "Table", "tables"]
