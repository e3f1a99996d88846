"""A snapshot as plain tables: one a kind of thing, and one for each relation between things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger.state.effects import LIFE
from ledger.state.structure import Structure, ThingAt
from projections.snapshots import Snapshot
from projections.values import as_json

Cell = str | int | None
Line = tuple[Cell, ...]


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
    made = [_of_kind(structure, kind, name, columns) for kind, (name, columns) in _OF_KIND.items()]
    made += [_pairs(structure, *pair) for pair in _PAIRS]
    return sorted([*made, _attributes(found)], key=lambda table: table.name)


def _of_kind(structure: Structure, kind: str, name: str, columns: tuple[tuple[str, str], ...]) -> Table:
    lines = [tuple(_cell(thing, column) for column, _ in columns) for thing in structure.of_kind(kind)]
    return Table(name, f"Every live {kind}.", columns, ("id",), lines)


def _cell(thing: ThingAt, column: str) -> Cell:
    if column == "id":
        return thing.id
    if column == "since":
        return thing.since.stated
    value = thing.get(column)
    if isinstance(value, tuple):
        return _SEPARATORS.get(column, " ").join(value)
    return None if value is None else str(value)


Pairs = Callable[[ThingAt], Iterator[Line]]


def _affiliations(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mission":
        yield from thing.keyed("segments").items()


def _relations(thing: ThingAt) -> Iterator[Line]:
    for other, said in thing.keyed("relations").items():
        yield other, said.get("relation"), said.get("note")


def _mandate_segments(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mandate":
        yield from ((id_,) for id_ in thing.get("segments", ()))


def _mandate_missions(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mandate":
        yield from ((id_,) for id_ in thing.get("missions", ()))


def _leaders(thing: ThingAt) -> Iterator[Line]:
    for office, said in thing.keyed("leaders").items():
        yield office, said.get("commitment")


def _expertise(thing: ThingAt) -> Iterator[Line]:
    yield from ((field,) for field in thing.keyed("expertise"))


def _draws(thing: ThingAt) -> Iterator[Line]:
    for key in thing.keyed("draws"):
        cluster, _, field = key.partition("/")
        yield cluster, field


def _measurements(thing: ThingAt) -> Iterator[Line]:
    for said in thing.keyed("measurements").values():
        yield said["observed_on"], said.get("source", ""), said["value"], str(said["definition_version"])


def _assessments(thing: ThingAt) -> Iterator[Line]:
    for said in thing.keyed("assessments").values():
        yield said["period"], said["scale"], said["grade"]


def _identifiers(thing: ThingAt) -> Iterator[Line]:
    yield from thing.keyed("identifiers").items()


_PAIRS: tuple[tuple[str, str, tuple[tuple[str, str], ...], int, Pairs], ...] = (
    (
        "affiliations",
        "Which missions are affiliated with which segments.",
        (("mission", "The mission."), ("segment", "The segment."), ("extent", "full or partial.")),
        2,
        _affiliations,
    ),
    (
        "relations",
        "Which segments and missions act on one another.",
        (("id", "What acts."), ("other", "On what."), ("relation", "How."), ("note", "A note.")),
        2,
        _relations,
    ),
    (
        "mandate-segments",
        "Which segments mandates are assigned to.",
        (("mandate", "The mandate."), ("segment", "The segment.")),
        2,
        _mandate_segments,
    ),
    (
        "mandate-missions",
        "Which missions carry mandates out.",
        (("mandate", "The mandate."), ("mission", "The mission.")),
        2,
        _mandate_missions,
    ),
    (
        "leaders",
        "Which offices are filled. Names are personal data and not part of a snapshot.",
        (
            ("id", "Whose office."),
            ("office", "The office."),
            ("holder_commitment", "Stands for the name of the holder, where one was given."),
        ),
        2,
        _leaders,
    ),
    (
        "expertise",
        "Which expertise clusters offer.",
        (("cluster", "The cluster."), ("field", "The field of expertise.")),
        2,
        _expertise,
    ),
    (
        "expertise-drawn",
        "Which missions draw on which expertise.",
        (("mission", "The mission."), ("cluster", "The cluster that offers it."), ("field", "The field.")),
        3,
        _draws,
    ),
    (
        "measurements",
        "What was observed of objectives.",
        (
            ("objective", "The objective."),
            ("observed_on", "When it was observed."),
            ("source", "By whom; empty where it is not stated."),
            ("value", "The value, a decimal number."),
            ("definition_version", "The version of the definition that it was measured by."),
        ),
        3,
        _measurements,
    ),
    (
        "assessments",
        "How missions and clusters were assessed.",
        (
            ("id", "The mission or cluster."),
            ("period", "First and last day of the period."),
            ("scale", "The scale and its version."),
            ("grade", "The grade."),
        ),
        2,
        _assessments,
    ),
    (
        "identifiers",
        "Keys of things in other registers.",
        (("id", "The thing."), ("scheme", "The other register."), ("value", "The key there.")),
        2,
        _identifiers,
    ),
)


def _pairs(
    structure: Structure, name: str, title: str, columns: tuple[tuple[str, str], ...], key: int, pairs: Pairs
) -> Table:
    lines = [(thing.id, *line) for thing in structure.things.values() for line in pairs(thing)]
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
    """Return the table of everything: every attribute of every live thing, with the event and decision behind it."""
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
    title = "Every attribute of every live thing, with the event and the decision behind it."
    return Table("attributes", title, ATTRIBUTE_COLUMNS, ("id", "attribute"), lines)
